import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { GatehouseEvent } from "@gatehouse/domain-events";
import { FULL_ACCESS, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OfflineGrant } from "@gatehouse/domain-session";
import type { UserFacts } from "@gatehouse/domain-user";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { ClientAuthorizationStore, LogoutSubscriptionStore } from "@gatehouse/record-grants";
import { AccessGrantStore, OfflineGrantStore, SessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { claimSource, prepareGrant } from "../rules/prepare-grant.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import type { TokenResponse } from "./token-response.js";

/** What an app gets for a key of its device. */
export const DEVICE_SCOPES: readonly string[] = ["openid", "offline_access", FULL_ACCESS];

/** A sign-in by an app itself, without a browser. */
export interface DeviceSignIn {
  client: OAuthClientConfig;
  /** The user; he may be one who is not written yet. */
  facts: UserFacts;
  scopes: readonly string[];
  amr: readonly string[];
  dpopJkt: string | null;
  deviceInfo?: Record<string, unknown>;
  /** The biometric identity. */
  identityId?: string;
  /** `x_max_concurrent_session` is not applied. */
  sparesOthers?: boolean;
}

/** Tokens of a new grant that no browser session stands behind: anonymous users and biometric login (spec: oauth-oidc §14, sessions and tokens §9.1). */
@Injectable()
export class IssueForDevice {
  constructor(
    private readonly db: Database,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly sessions: SessionStore,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly issuer: TokenIssuer,
    private readonly outbox: EventOutbox,
    private readonly logouts: LogoutSubscriptionStore,
  ) {}

  /** Signs first, for hooks may refuse; then writes everything in one transaction that begins with `write`, which returns what is to be told. */
  async run(ctx: ProjectContext, signIn: DeviceSignIn, write: (tx: Tx, grant: OfflineGrant) => Promise<GatehouseEvent[]>): Promise<TokenResponse> {
    const { client, facts, scopes } = signIn;
    const userId = facts.user.id;
    const info = { userId, authenticatedAt: ctx.now().getTime(), amr: [...signIn.amr], session: { type: "none" as const } };
    const made = prepareGrant(ctx, client, { ...signIn, info, authorizationId: "", ssoEnabled: false, deviceSecret: scopes.includes("device_sso") });
    const session = { kind: "offline_grant" as const, value: made.grant };
    const subject = { client, session, source: claimSource(facts), facts, authorizationId: "", scopes, initialRefreshTokenHash: made.token.initialHash };
    const { response, access } = await this.issuer.tokens(ctx, subject);
    await this.db.transaction(async (tx) => {
      const events = await write(tx, made.grant);
      const { id: authorizationId } = await this.authorizations.grant(ctx, tx, { userId, clientId: client.client_id, scopes });
      const written = await this.grants.insert(ctx, tx, { grant: made.grant, token: { ...made.token, authorizationId } });
      if (!written) throw new OAuthError("invalid_grant", "the user may not sign in");
      if (client.x_max_concurrent_session === 1 && !signIn.sparesOthers)
        await this.sessions.revokeGrantsOfClient(ctx, tx, { userId, clientId: client.client_id, except: made.grant.id });
      await this.accessGrants.insert(ctx, tx, { ...access, authorizationId });
      if (client.backchannel_logout_uri && scopes.includes("openid"))
        await this.logouts.insert(ctx, tx, { kind: "offline_grant", sessionId: made.grant.id, clientId: client.client_id, userId });
      await this.outbox.append(ctx, tx, events);
    });
    return { ...response, refresh_token: made.refreshToken, ...(made.deviceSecret ? { device_secret: made.deviceSecret } : {}) };
  }
}
