import { Injectable, type Type } from "@nestjs/common";
import { ModuleRef } from "@nestjs/core";
import { ExchangeCode } from "./use-cases/exchange-code.js";
import { RefreshToken } from "./use-cases/refresh-token.js";
import type { TokenGrant } from "./use-cases/token-response.js";

/** The grant types of the token endpoint: one file each, one line here. */
export const GRANTS: readonly Type<TokenGrant>[] = [ExchangeCode, RefreshToken];

/** Finds the grant of a type. */
@Injectable()
export class RegisteredGrants {
  private known?: ReadonlyMap<string, TokenGrant>;

  constructor(private readonly modules: ModuleRef) {}

  byType(type: string): TokenGrant | undefined {
    this.known ??= new Map(GRANTS.map((grant) => this.modules.get(grant, { strict: false })).map((grant) => [grant.grantType, grant]));
    return this.known.get(type);
  }
}
