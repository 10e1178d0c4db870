import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accountStatusError } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { AppRequests, type DeviceKey } from "@gatehouse/record-anonymous-users";
import { AuthorizationCodes } from "@gatehouse/record-grants";
import { AccessGrantStore, OfflineGrantStore } from "@gatehouse/record-sessions";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { asApp2AppError } from "../rules/app2app-key.js";
import { checkCodeRequest, requireCode } from "../rules/check-code-request.js";
import { readDeviceInfo } from "../rules/device-info.js";
import { RequestTargets } from "../rules/request-targets.js";
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
    private readonly targets: RequestTargets,
    private readonly requests: AppRequests,
  ) {}

  requirePresent(params: TokenParams, client: OAuthClientConfig): void {
    requireCode(client, params);
  }

  async run(ctx: ProjectContext, client: OAuthClientConfig, request: TokenRequest): Promise<TokenResponse> {
    const { params, dpop } = request;
    const { code = "" } = params;
    const deviceInfo = readDeviceInfo(params.x_device_info);
    const entry = await this.codes.get(ctx, code);
    if (!entry) await this.refuseReuse(ctx, code);
    if (!entry || entry.clientId !== client.client_id || entry.purpose !== "tokens") throw invalid();
    checkCodeRequest(ctx, client, { entry, request });
    const target = await this.targets.ofCode(ctx, client, { granted: entry, resource: params.resource });
    await limitTokens(this.limiter, ctx, [tokenPerUser(entry.info.userId)]);
    const [facts] = await this.db.read((tx) => this.accounts.facts(ctx, tx, [entry.info.userId]));
    if (!facts || accountStatusError(facts.user.status, ctx.now())) throw invalid();
    const deviceKey = await this.deviceKey(ctx, client, params.x_app2app_device_key_jwt);
    return this.issuing.run(
      ctx,
      { client, entry, facts, target, ...(deviceInfo ? { deviceInfo } : {}), ...(deviceKey ? { deviceKey } : {}) },
      { code, dpopJkt: entry.dpopJkt ?? (dpop.kind === "proven" ? dpop.jkt : null) },
    );
  }

  /** The key of the app's device, proven by a JWT of its own (spec: oauth-oidc §13). */
  private async deviceKey(ctx: ProjectContext, client: OAuthClientConfig, jwt: string | undefined): Promise<DeviceKey | undefined> {
    if (!jwt || !client.x_app2app_enabled) return undefined;
    try {
      const request = this.requests.read(jwt, "app2app_request");
      if (!request.key) throw new OAuthError("invalid_request", "invalid app2app jwt payload");
      await this.requests.consume(ctx, request, request.key);
      return request.key;
    } catch (error) {
      throw asApp2AppError(error);
    }
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
