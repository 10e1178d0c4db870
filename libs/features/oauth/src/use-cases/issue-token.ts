import { Injectable } from "@nestjs/common";
import { GRANT_TYPES, mayUseGrant, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { RegisteredGrants } from "../registered-grants.js";
import { requireClient } from "../rules/client-secret.js";
import { reportingLimits } from "../rules/limit-exceeded.js";
import { limitTokens, tokenPerAddress } from "../rules/token-buckets.js";
import type { TokenAnswer, TokenRequest } from "./token-response.js";

/** The token endpoint (RFC 6749 §3.2; spec: oauth-oidc §7): limits, client, grant type. Throws OAuthError. */
@Injectable()
export class IssueToken {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly outbox: EventOutbox,
    private readonly grants: RegisteredGrants,
  ) {}

  run(ctx: ProjectContext, request: TokenRequest): Promise<TokenAnswer> {
    return reportingLimits(ctx, this.outbox, () => this.issue(ctx, request));
  }

  private async issue(ctx: ProjectContext, request: TokenRequest): Promise<TokenAnswer> {
    await limitTokens(this.limiter, ctx, [tokenPerAddress(ctx)]);
    const { params } = request;
    const client = requireClient(ctx, params.client_id);
    const type = params.grant_type ?? "";
    const grant = this.grants.byType(type);
    if (!grant || !GRANT_TYPES.includes(type) || grant.isEnabled?.(ctx) === false) throw new OAuthError("unsupported_grant_type", "grant type is not supported");
    grant.requirePresent?.(params, client);
    if (!mayUseGrant(client, type)) throw new OAuthError("unauthorized_client", "grant type is not allowed for this client");
    return grant.run({ ...ctx, clientId: client.client_id }, client, request);
  }
}
