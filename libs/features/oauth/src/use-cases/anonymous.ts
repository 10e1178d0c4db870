import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { authenticationIdentityAnonymousFailed } from "@gatehouse/domain-events";
import { clientTraits, GRANT_TYPE, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accountStatusError, type UserFacts, userModel } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts, AnonymousSignUps } from "@gatehouse/record-accounts";
import { type AppRequest, AppRequests, isSameKey } from "@gatehouse/record-anonymous-users";
import { UserStore } from "@gatehouse/record-users";
import { requireSoundProof } from "@gatehouse/service-dpop";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { readDeviceInfo } from "../rules/device-info.js";
import { asGrantError, invalidCredentials, isRefusal, isTaken } from "../rules/refused-credentials.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { DEVICE_SCOPES, type DeviceSignIn, IssueForDevice } from "./issue-for-device.js";
import type { TokenGrant, TokenParams, TokenRequest, TokenResponse } from "./token-response.js";

type Device = Pick<DeviceSignIn, "client" | "dpopJkt" | "deviceInfo">;

/** Grant type `anonymous-request`: a user without an account, known by a key of the app (spec: oauth-oidc §14.2). */
@Injectable()
export class AnonymousGrant implements TokenGrant {
  readonly grantType = GRANT_TYPE.anonymous;

  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly signUps: AnonymousSignUps,
    private readonly users: UserStore,
    private readonly requests: AppRequests,
    private readonly issuing: IssueForDevice,
    private readonly outbox: EventOutbox,
    private readonly limiter: RateLimiter,
  ) {}

  requirePresent(params: TokenParams): void {
    if (!params.jwt) throw new OAuthError("invalid_request", "jwt is required");
  }

  async run(ctx: ProjectContext, client: OAuthClientConfig, { params, dpop }: TokenRequest): Promise<TokenResponse> {
    if (!clientTraits(client).fullAccess) throw new OAuthError("unauthorized_client", "this client may not have anonymous users");
    if (!ctx.project.config.authentication.identities.includes("anonymous")) throw new OAuthError("unauthorized_client", "AnonymousUserDisallowed");
    const dpopJkt = requireSoundProof(ctx, client, dpop);
    const deviceInfo = readDeviceInfo(params.x_device_info);
    try {
      const request = this.requests.read(params.jwt ?? "", "anonymous_request");
      const owner = await this.ownerOf(ctx, request);
      const device = { client, dpopJkt, ...(deviceInfo ? { deviceInfo } : {}) };
      return await (owner ? this.logIn(ctx, device, { request, owner }) : this.signUp(ctx, device, request));
    } catch (error) {
      throw asGrantError(error);
    }
  }

  private async signUp(ctx: ProjectContext, device: Device, request: AppRequest): Promise<TokenResponse> {
    if (!request.key) throw invalidCredentials();
    await this.consume(ctx, request, request.key);
    const account = await this.signUps.prepare(ctx, { keyId: request.kid, key: request.key });
    try {
      return await this.issuing.run(ctx, { ...device, facts: account, scopes: DEVICE_SCOPES, amr: [] }, (tx) => this.signUps.write(ctx, tx, account));
    } catch (error) {
      if (!isTaken(error)) throw error;
      // The app asked twice at once: this request comes second.
      const owner = await this.ownerOf(ctx, request);
      const key = owner && keyOf(owner, request);
      if (!key || !(await isSameKey(key, request.key))) throw invalidCredentials();
      return this.open(ctx, device, owner);
    }
  }

  private ownerOf(ctx: ProjectContext, { kid }: AppRequest): Promise<UserFacts | undefined> {
    return this.db.read((tx) => this.accounts.byIdentity(ctx, tx, { type: "anonymous", uniqueKey: kid }));
  }

  private async consume(ctx: ProjectContext, request: AppRequest, key: Record<string, unknown>): Promise<void> {
    if (request.action !== "auth") throw invalidCredentials();
    await this.requests.consume(ctx, request, key);
  }

  private async logIn(ctx: ProjectContext, device: Device, { request, owner }: { request: AppRequest; owner: UserFacts }): Promise<TokenResponse> {
    const key = keyOf(owner, request);
    if (!key) throw invalidCredentials();
    try {
      await this.consume(ctx, request, key);
    } catch (error) {
      const user = userModel(ctx.project.config, owner, ctx.now());
      if (isRefusal(error)) await this.outbox.appendNow(ctx, [authenticationIdentityAnonymousFailed({ user, identity_type: "anonymous" })]);
      throw error;
    }
    return this.open(ctx, device, owner);
  }

  private async open(ctx: ProjectContext, device: Device, owner: UserFacts): Promise<TokenResponse> {
    await limitTokens(this.limiter, ctx, [tokenPerUser(owner.user.id)]);
    const blocked = accountStatusError(owner.user.status, ctx.now());
    if (blocked) throw blocked;
    return this.issuing.run(ctx, { ...device, facts: owner, scopes: DEVICE_SCOPES, amr: [] }, async (tx) => {
      await this.users.touchLogin(ctx, tx, { id: owner.user.id, at: ctx.now() });
      return [];
    });
  }
}

/** The key that we keep. A user without one has an identity whose id no JWT stands for. */
const keyOf = ({ identities }: UserFacts, { kid }: AppRequest): Record<string, unknown> | null | undefined =>
  identities.find(({ details }) => details.anonymous?.keyId === kid)?.details.anonymous?.key;
