import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accountStatusError } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { AuthorizationCodes } from "@gatehouse/record-grants";
import { AccessGrantStore, OfflineGrantStore } from "@gatehouse/record-sessions";
import { checkDpopBinding } from "@gatehouse/service-dpop";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { checkPkce } from "../rules/check-pkce.js";
import { checkClientSecret } from "../rules/client-secret.js";
import { readDeviceInfo } from "../rules/device-info.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { IssueForCode } from "./issue-for-code.js";
import type { TokenGrant, TokenParams, TokenRequest, TokenResponse } from "./token-response.js";

const INVALID = "invalid authorization code";
const invalid = (): OAuthError => new OAuthError("invalid_grant", INVALID);

/** `grant_type=authorization_code` (RFC 6749 §4.1.3; spec: oauth-oidc §7.2). */
@Injectable()
export class ExchangeCode implements TokenGrant {
  readonly grantType = "authorization_code";

  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly codes: AuthorizationCodes,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly limiter: RateLimiter,
    private readonly issuing: IssueForCode,
  ) {}

  async run(ctx: ProjectContext, client: OAuthClientConfig, { params, dpop }: TokenRequest): Promise<TokenResponse> {
    const code = requirePresent(client, params);
    const deviceInfo = readDeviceInfo(params.x_device_info);
    const entry = await this.codes.get(ctx, code);
    if (!entry) await this.refuseReuse(ctx, code);
    if (!entry || entry.clientId !== client.client_id || entry.purpose !== "tokens") throw invalid();
    checkDpopBinding(ctx, client, { reading: dpop, jkt: entry.dpopJkt ?? null });
    if (params.redirect_uri !== entry.redirectUri && !(params.redirect_uri === undefined && client.redirect_uris?.length === 1))
      throw new OAuthError("invalid_request", "invalid redirect URI");
    const isPublic = !clientTraits(client).confidential;
    checkPkce(entry.codeChallenge, params.code_verifier, isPublic);
    if (!isPublic) checkClientSecret(ctx, client, params.client_secret as string);
    await limitTokens(this.limiter, ctx, [tokenPerUser(entry.info.userId)]);
    const [facts] = await this.db.read((tx) => this.accounts.facts(ctx, tx, [entry.info.userId]));
    if (!facts || accountStatusError(facts.user.status, ctx.now())) throw invalid();
    return this.issuing.run(ctx, { client, entry, facts, ...(deviceInfo ? { deviceInfo } : {}) }, { code, dpopJkt: entry.dpopJkt ?? (dpop.kind === "proven" ? dpop.jkt : null) });
  }

  /** A code is good once: whoever comes with it again ends what the first one got (RFC 9700 §4.2.4). */
  private async refuseReuse(ctx: ProjectContext, code: string): Promise<never> {
    const issued = await this.codes.issuedFor(ctx, code);
    if (issued)
      await this.db.transaction(async (tx) => {
        await this.accessGrants.revoke(ctx, tx, issued.accessTokenHash);
        if (issued.refreshToken) await this.grants.deleteTokens(ctx, tx, { grantId: issued.refreshToken.grantId, initialHashes: [issued.refreshToken.initialHash] });
      });
    throw invalid();
  }
}

function requirePresent(client: OAuthClientConfig, params: TokenParams): string {
  if (!params.code) throw new OAuthError("invalid_request", "code is required");
  const { confidential } = clientTraits(client);
  if (!confidential && !params.code_verifier) throw new OAuthError("invalid_request", "PKCE code verifier is required");
  if (confidential && !params.client_secret) throw new OAuthError("invalid_client", "client secret is required");
  return params.code;
}
