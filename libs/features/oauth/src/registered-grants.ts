import { Injectable, type Type } from "@nestjs/common";
import { ModuleRef } from "@nestjs/core";
import { AnonymousGrant } from "./use-cases/anonymous.js";
import { App2AppGrant } from "./use-cases/app2app.js";
import { BiometricGrant } from "./use-cases/biometric.js";
import { ClientCredentials } from "./use-cases/client-credentials.js";
import { DeviceCode } from "./use-cases/device-code.js";
import { ExchangeCode } from "./use-cases/exchange-code.js";
import { ExchangeToken } from "./use-cases/exchange-token.js";
import { IdTokenGrant } from "./use-cases/id-token.js";
import { RefreshToken } from "./use-cases/refresh-token.js";
import { SettingsActionGrant } from "./use-cases/settings-action.js";
import type { TokenGrant } from "./use-cases/token-response.js";

/** The grant types of the token endpoint: one file each, one line here. */
export const GRANTS: readonly Type<TokenGrant>[] = [
  ExchangeCode,
  ClientCredentials,
  DeviceCode,
  RefreshToken,
  IdTokenGrant,
  SettingsActionGrant,
  ExchangeToken,
  App2AppGrant,
  AnonymousGrant,
  BiometricGrant,
];

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
