import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { GRANT_TYPE, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AuthorizationCodes } from "@gatehouse/record-grants";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { checkCodeRequest, requireCode } from "../rules/check-code-request.js";
import { readDeviceInfo } from "../rules/device-info.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import type { TokenGrant, TokenParams, TokenRequest } from "./token-response.js";

const invalid = (): OAuthError => new OAuthError("invalid_grant", "invalid authorization code");

/** Grant type `settings-action`: an app learns that its user has finished; it gets nothing else (spec: oauth-oidc §7.5). */
@Injectable()
export class SettingsActionGrant implements TokenGrant {
  readonly grantType = GRANT_TYPE.settingsAction;

  constructor(
    private readonly codes: AuthorizationCodes,
    private readonly limiter: RateLimiter,
  ) {}

  requirePresent(params: TokenParams, client: OAuthClientConfig): void {
    requireCode(client, params);
  }

  async run(ctx: ProjectContext, client: OAuthClientConfig, request: TokenRequest): Promise<Record<string, never>> {
    const { code = "" } = request.params;
    readDeviceInfo(request.params.x_device_info);
    const entry = await this.codes.get(ctx, code);
    if (!entry || entry.clientId !== client.client_id || entry.purpose !== "settings_action") throw invalid();
    checkCodeRequest(ctx, client, { entry, request });
    await limitTokens(this.limiter, ctx, [tokenPerUser(entry.info.userId)]);
    if (!(await this.codes.redeem(ctx, code))) throw invalid();
    return {};
  }
}
