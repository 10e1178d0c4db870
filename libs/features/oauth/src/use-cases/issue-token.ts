import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { mayUseGrant, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { requireClient } from "../rules/client-secret.js";
import { limitTokens, tokenPerAddress } from "../rules/token-buckets.js";
import { ExchangeCode } from "./exchange-code.js";
import { RefreshToken } from "./refresh-token.js";
import type { TokenParams, TokenResponse } from "./token-response.js";

type Grant = { run(ctx: ProjectContext, client: OAuthClientConfig, params: TokenParams): Promise<TokenResponse> };

/** The token endpoint (RFC 6749 §3.2; spec: oauth-oidc §7): limits, client, grant type. Throws OAuthError. */
@Injectable()
export class IssueToken {
  private readonly grants: ReadonlyMap<string, Grant>;

  constructor(
    private readonly limiter: RateLimiter,
    exchange: ExchangeCode,
    refresh: RefreshToken,
  ) {
    this.grants = new Map<string, Grant>([
      ["authorization_code", exchange],
      ["refresh_token", refresh],
    ]);
  }

  async run(ctx: ProjectContext, params: TokenParams): Promise<TokenResponse> {
    await limitTokens(this.limiter, ctx, [tokenPerAddress(ctx)]);
    const client = requireClient(ctx, params.client_id);
    const grant = this.grants.get(params.grant_type ?? "");
    if (!grant) throw new OAuthError("unsupported_grant_type", "grant type is not supported");
    if (!mayUseGrant(client, params.grant_type as string)) throw new OAuthError("unauthorized_client", "grant type is not allowed for this client");
    return grant.run({ ...ctx, clientId: client.client_id }, client, params);
  }
}
