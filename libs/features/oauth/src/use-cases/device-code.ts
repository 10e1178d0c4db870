import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits, GRANT_TYPE, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accountStatusError } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { type AuthorizationCode, AuthorizationCodes, type DeviceAuthorization, DeviceAuthorizations } from "@gatehouse/record-grants";
import { requireSoundProof } from "@gatehouse/service-dpop";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { authenticateClient } from "../rules/authenticate-client.js";
import { readDeviceInfo } from "../rules/device-info.js";
import { RequestTargets, type TokenTarget } from "../rules/request-targets.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { IssueForCode } from "./issue-for-code.js";
import type { TokenGrant, TokenParams, TokenRequest, TokenResponse } from "./token-response.js";

/** What the person has allowed, and what of it the device asks for now. */
type Granted = Pick<DeviceAuthorization, "scopes" | "resources"> & { target: TokenTarget };
type Allowed = Extract<NonNullable<DeviceAuthorization["decision"]>, { allowed: true }>;

/** `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4), ours: the device asks until the person has decided. */
@Injectable()
export class DeviceCode implements TokenGrant {
  readonly grantType = GRANT_TYPE.deviceCode;

  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly devices: DeviceAuthorizations,
    private readonly codes: AuthorizationCodes,
    private readonly limiter: RateLimiter,
    private readonly issuing: IssueForCode,
    private readonly targets: RequestTargets,
  ) {}

  isEnabled(ctx: ProjectContext): boolean {
    return ctx.project.config.oauth.device_authorization_enabled;
  }

  requirePresent(params: TokenParams): void {
    if (!params.device_code) throw new OAuthError("invalid_request", "device_code is required");
  }

  async run(ctx: ProjectContext, client: OAuthClientConfig, { params, dpop }: TokenRequest): Promise<TokenResponse> {
    if (clientTraits(client).confidential) authenticateClient(ctx, params);
    const deviceInfo = readDeviceInfo(params.x_device_info);
    const dpopJkt = requireSoundProof(ctx, client, dpop);
    const { decision, ...granted } = await this.decided(ctx, client, params);
    await limitTokens(this.limiter, ctx, [tokenPerUser(decision.userId)]);
    const [facts] = await this.db.read((tx) => this.accounts.facts(ctx, tx, [decision.userId]));
    if (!facts || accountStatusError(facts.user.status, ctx.now())) throw new OAuthError("invalid_grant", "the user may not sign in");
    const entry = entryOf(client, granted, decision);
    const code = await this.codes.create(ctx, entry);
    return this.issuing.run(ctx, { client, entry, facts, target: granted.target, ...(deviceInfo ? { deviceInfo } : {}) }, { code, dpopJkt });
  }

  /** The authorization of a code once the person has allowed it; it is taken then. Throws what RFC 8628 §3.5 says until that. */
  private async decided(ctx: ProjectContext, client: OAuthClientConfig, { device_code: deviceCode = "", resource }: TokenParams): Promise<Granted & { decision: Allowed }> {
    if (!/^[A-Za-z0-9]{43}$/.test(deviceCode)) throw new OAuthError("invalid_grant", "invalid device code");
    const found = await this.devices.byDeviceCode(ctx, deviceCode);
    if (!found) throw new OAuthError("expired_token", "the device code has expired");
    if (found.clientId !== client.client_id) throw new OAuthError("invalid_grant", "invalid device code");
    if (!(await this.devices.mayPoll(ctx, deviceCode))) throw new OAuthError("slow_down", "the device asks too often");
    const { scopes, resources, decision } = found;
    if (!decision) throw new OAuthError("authorization_pending", "the user has not decided yet");
    const target = await this.targets.ofCode(ctx, client, { granted: found, resource });
    if (!(await this.devices.consume(ctx, deviceCode))) throw new OAuthError("invalid_grant", "invalid device code");
    if (!decision.allowed) throw new OAuthError("access_denied", "authorization denied");
    return { scopes, ...(resources ? { resources } : {}), target, decision };
  }
}

/** A session of the device's own: it does not end with the browser that let it in. */
const entryOf = (client: OAuthClientConfig, { scopes, resources }: Granted, { userId, authenticatedAt, amr, authorizationId }: Allowed): AuthorizationCode => ({
  clientId: client.client_id,
  redirectUri: "",
  authorizationId,
  info: { userId, authenticatedAt, amr, session: { type: "none" }, createdUser: false },
  scopes,
  ...(resources ? { resources } : {}),
  ssoEnabled: false,
  purpose: "tokens",
});
