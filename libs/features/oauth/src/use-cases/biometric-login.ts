import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { authenticationIdentityBiometricFailed, userAuthenticated } from "@gatehouse/domain-events";
import type { Identity } from "@gatehouse/domain-identity";
import { checkScopes, FULL_ACCESS, OAuthError, spaceList } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sessionModel } from "@gatehouse/domain-session";
import { accountStatusError, type UserFacts, userModel } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { type AppRequest, AppRequests } from "@gatehouse/record-anonymous-users";
import { SessionStore } from "@gatehouse/record-sessions";
import { UserStore } from "@gatehouse/record-users";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { invalidCredentials, isRefusal } from "../rules/refused-credentials.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { DEVICE_SCOPES, IssueForDevice } from "./issue-for-device.js";
import type { TokenResponse } from "./token-response.js";

/** A user signs in with the key of his device (spec: oauth-oidc §14.5). */
@Injectable()
export class BiometricLogin {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    private readonly requests: AppRequests,
    private readonly issuing: IssueForDevice,
    private readonly outbox: EventOutbox,
    private readonly limiter: RateLimiter,
  ) {}

  /** The earlier grants of the same key end. Throws OAuthError, ApiError for a user who may not sign in, AppRequestError. */
  async run(
    ctx: ProjectContext,
    client: OAuthClientConfig,
    { request, dpopJkt, scope }: { request: AppRequest; dpopJkt: string | null; scope: string | undefined },
  ): Promise<TokenResponse> {
    const scopes = askedScopes(client, scope);
    const owner = await this.db.read((tx) => this.accounts.byIdentity(ctx, tx, { type: "biometric", uniqueKey: request.kid }));
    const identity = owner?.identities.find(({ details }) => details.biometric?.keyId === request.kid);
    if (!owner || !identity) throw invalidCredentials();
    const deviceInfo = await this.verify(ctx, request, { owner, identity });
    await limitTokens(this.limiter, ctx, [tokenPerUser(owner.user.id)]);
    const blocked = accountStatusError(owner.user.status, ctx.now());
    if (blocked) throw blocked;
    const at = ctx.now();
    const facts = { ...owner, user: { ...owner.user, lastLoginAt: owner.user.loginAt, loginAt: at } };
    const signIn = { client, facts, scopes, amr: ["x_biometric"], dpopJkt, deviceInfo, identityId: identity.id };
    return this.issuing.run(ctx, signIn, async (tx, grant) => {
      await this.users.touchLogin(ctx, tx, { id: owner.user.id, at });
      await this.sessions.revokeGrantsOfIdentity(ctx, tx, identity.id);
      return [userAuthenticated({ user: userModel(ctx.project.config, facts, at), session: sessionModel("offline_grant", grant) })];
    });
  }

  /** Returns what the device says of itself, now or when it was set up. A failure is told at once. */
  private async verify(ctx: ProjectContext, request: AppRequest, { owner, identity }: { owner: UserFacts; identity: Identity }): Promise<Record<string, unknown>> {
    const { key = {}, deviceInfo: known = {} } = identity.details.biometric ?? {};
    try {
      return (await this.requests.consume(ctx, request, key)).deviceInfo ?? known;
    } catch (error) {
      const user = userModel(ctx.project.config, owner, ctx.now());
      if (isRefusal(error)) await this.outbox.appendNow(ctx, [authenticationIdentityBiometricFailed({ user, identity_type: "biometric" })]);
      throw error;
    }
  }
}

/** Throws `invalid_scope`. */
function askedScopes(client: OAuthClientConfig, text: string | undefined): readonly string[] {
  const scopes = spaceList(text);
  if (scopes.length === 0) return DEVICE_SCOPES;
  for (const needed of ["offline_access", FULL_ACCESS]) if (!scopes.includes(needed)) throw new OAuthError("invalid_scope", `must request '${needed}' scope`);
  checkScopes(client, scopes);
  return scopes;
}
