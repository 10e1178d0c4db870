import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { type GatehouseEvent, userAuthenticated, userReauthenticated } from "@gatehouse/domain-events";
import { OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type IdpSession, type OfflineGrant, type SessionKind, sessionModel } from "@gatehouse/domain-session";
import { type UserFacts, userModel } from "@gatehouse/domain-user";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import type { DeviceKey } from "@gatehouse/record-anonymous-users";
import { type AuthorizationCode, AuthorizationCodes, ClientAuthorizationStore, LogoutSubscriptionStore } from "@gatehouse/record-grants";
import { TokenResourceStore } from "@gatehouse/record-resources";
import { AccessGrantStore, type LiveSession, OfflineGrantStore, SessionReader, SessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { bindsDeviceKey, keyIsFixed } from "../rules/app2app-key.js";
import { newDeviceSecret } from "../rules/device-secret.js";
import { claimSource, prepareGrant, prepareToken } from "../rules/prepare-grant.js";
import type { TokenTarget } from "../rules/request-targets.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import type { TokenResponse } from "./token-response.js";

/** A redeemed code with all that the exchange has checked. */
export interface Redeemed {
  client: OAuthClientConfig;
  entry: AuthorizationCode;
  facts: UserFacts;
  /** What the access token is for: all that was granted, or a part of it. */
  target: TokenTarget;
  deviceInfo?: Record<string, unknown>;
  /** The app's key of this device, for app2app. */
  deviceKey?: DeviceKey;
}

interface Exchange extends Redeemed {
  /** The session that authenticated the user, where it was there before. */
  origin?: LiveSession;
  /** The live session that an `id_token_hint` named. */
  hinted?: LiveSession;
  dpopJkt: string | null;
  /** The session of the hint gets the device key. */
  bindsHinted: boolean;
}

/** What is issued for a code, and what has to be written for it. */
interface Plan {
  kind: SessionKind;
  session: IdpSession | OfflineGrant;
  initialHash: string | null;
  refreshToken?: string;
  deviceSecret?: string;
  /** False when the session is gone. */
  write(tx: Tx): Promise<boolean>;
}

/** What a grant for a code hangs on. */
const heldBy = ({ info: { userId, session } }: AuthorizationCode): { userId: string; sessionId?: string } => ({
  userId,
  ...(session.type === "idp" && session.id ? { sessionId: session.id } : {}),
});
const gone = (): OAuthError => new OAuthError("invalid_grant", "invalid authorization code");

/** The tokens of an authorization code: of a new grant, of one that goes on, or of a session that a hint named (spec: oauth-oidc §7.2, sessions and tokens §9.1). */
@Injectable()
export class IssueForCode {
  constructor(
    private readonly db: Database,
    private readonly codes: AuthorizationCodes,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly sessions: SessionStore,
    private readonly reader: SessionReader,
    private readonly issuer: TokenIssuer,
    private readonly outbox: EventOutbox,
    private readonly tokenResources: TokenResourceStore,
    private readonly logouts: LogoutSubscriptionStore,
    private readonly authorizations: ClientAuthorizationStore,
  ) {}

  /** Signs first, for hooks may refuse; then writes everything in one transaction. Throws `invalid_grant` when a session the code rests on is gone. */
  async run(ctx: ProjectContext, redeemed: Redeemed, { code, dpopJkt }: { code: string; dpopJkt: string | null }): Promise<TokenResponse> {
    const sessions = await this.sessionsOf(ctx, redeemed.entry);
    const { client, entry, facts, target, deviceKey } = redeemed;
    const bindsHinted = sessions.hinted?.kind === "offline_grant" && deviceKey ? await bindsDeviceKey(client, sessions.hinted.session as OfflineGrant, deviceKey) : false;
    const exchange = { ...redeemed, ...sessions, dpopJkt, bindsHinted };
    const plan = this.plan(ctx, exchange);
    const subject = {
      client,
      session: { kind: plan.kind, value: plan.session },
      source: claimSource(facts),
      authorizationId: entry.authorizationId,
      ...target,
      initialRefreshTokenHash: plan.initialHash,
    };
    const { response, access } = await this.issuer.tokens(ctx, subject, { idToken: { nonce: entry.nonce, claims: entry.idTokenClaims } });
    // Taken last: what fails before leaves the code good for another attempt.
    if (!(await this.codes.redeem(ctx, code))) throw gone();
    const write = async (tx: Tx) => {
      const isSingle = client.x_max_concurrent_session === 1 && plan.refreshToken !== undefined;
      // Everybody who ends sessions takes the user first, then sign-ons, then grants.
      if ((isSingle || exchange.hinted) && !(await this.sessions.hold(ctx, tx, heldBy(entry)))) throw gone();
      if (isSingle) await this.sessions.revokeGrantsOfClient(ctx, tx, { userId: entry.info.userId, clientId: client.client_id, except: exchange.origin?.session.id });
      if (!(await plan.write(tx))) throw gone();
      if (client.backchannel_logout_uri && entry.scopes.includes("openid"))
        await this.logouts.insert(ctx, tx, { kind: plan.kind, sessionId: plan.session.id, clientId: client.client_id, userId: entry.info.userId });
      if (entry.resources && plan.initialHash)
        await this.tokenResources.insert(ctx, tx, { grantId: plan.session.id, initialHash: plan.initialHash, resourceUris: entry.resources });
      await this.accessGrants.insert(ctx, tx, access);
      await this.outbox.append(ctx, tx, this.events(ctx, exchange, plan));
    };
    await this.db.transaction(write).catch(async (error: unknown) => {
      if (!(error instanceof OAuthError)) await this.codes.giveBack(ctx, code, entry);
      throw error;
    });
    const refreshToken = plan.initialHash === null ? undefined : { grantId: plan.session.id, initialHash: plan.initialHash };
    await this.codes.noteIssued(ctx, code, { accessTokenHash: access.tokenHash, ...(refreshToken ? { refreshToken } : {}) });
    return { ...response, ...(plan.refreshToken ? { refresh_token: plan.refreshToken } : {}), ...(plan.deviceSecret ? { device_secret: plan.deviceSecret } : {}) };
  }

  /** The sessions that the code rests on; an origin that is gone ends the code. */
  private async sessionsOf(ctx: ProjectContext, { info, hint }: AuthorizationCode): Promise<Pick<Exchange, "origin" | "hinted">> {
    const before = info.session.type !== "none" && (info.continued || info.session.type === "offline_grant") ? info.session : undefined;
    const origin = before && (await this.reader.byId(ctx, before.type as SessionKind, before.id ?? ""));
    if (before && !origin) throw gone();
    const hinted = hint && (await this.reader.byId(ctx, hint.kind, hint.id));
    return { ...(origin ? { origin } : {}), ...(hinted?.user.id === info.userId ? { hinted } : {}) };
  }

  private plan(ctx: ProjectContext, exchange: Exchange): Plan {
    const offline = exchange.entry.scopes.includes("offline_access");
    const plan = !offline && exchange.hinted ? this.ofHinted(ctx, exchange, exchange.hinted) : this.ofGrant(ctx, exchange);
    const { hinted, bindsHinted, deviceKey } = exchange;
    const at = new Date(exchange.entry.info.authenticatedAt);
    const write = async (tx: Tx) => {
      if (hinted?.kind === "offline_grant") await this.grants.reauthenticate(ctx, tx, { id: hinted.session.id, at });
      if (hinted && bindsHinted && deviceKey && !(await this.grants.bindDeviceKey(ctx, tx, { id: hinted.session.id, key: deviceKey }))) throw keyIsFixed();
      return plan.write(tx);
    };
    const { refreshToken, ...withoutToken } = plan;
    return { ...withoutToken, ...(offline && refreshToken ? { refreshToken } : {}), write };
  }

  /** No refresh token, and a session that may take the access token. */
  private ofHinted(ctx: ProjectContext, { entry, dpopJkt }: Exchange, { kind, session }: LiveSession): Plan {
    const at = new Date(entry.info.authenticatedAt);
    const fresh = at > session.authenticatedAt && kind === "offline_grant" ? { ...session, authenticatedAt: at } : session;
    const granted = async (tx: Tx): Promise<boolean> => (await this.authorizations.byId(ctx, tx, entry.authorizationId)) !== undefined;
    if (kind === "idp" || !entry.scopes.includes("device_sso")) return { kind, session: fresh, initialHash: null, write: granted };
    const made = newDeviceSecret(fresh as OfflineGrant, dpopJkt);
    const write = async (tx: Tx) => (await granted(tx)) && this.grants.setDeviceSecret(ctx, tx, made.row);
    return { kind, session: made.grant, initialHash: null, deviceSecret: made.deviceSecret, write };
  }

  /** One more refresh token of the grant that authenticated, else a grant of its own. */
  private ofGrant(ctx: ProjectContext, { client, entry, origin, deviceInfo, deviceKey, dpopJkt }: Exchange): Plan {
    const deviceSso = entry.scopes.includes("device_sso");
    if (origin?.kind !== "offline_grant") {
      const made = prepareGrant(ctx, client, { ...entry, deviceInfo: deviceInfo ?? null, app2appDeviceKey: deviceKey ?? null, dpopJkt, deviceSecret: deviceSso });
      const secret = made.deviceSecret ? { deviceSecret: made.deviceSecret } : {};
      return {
        kind: "offline_grant",
        session: made.grant,
        initialHash: made.token.initialHash,
        refreshToken: made.refreshToken,
        ...secret,
        write: (tx) => this.grants.insert(ctx, tx, made),
      };
    }
    const grant = origin.session as OfflineGrant;
    const made = prepareToken(ctx, client, { ...entry, grantId: grant.id, dpopJkt });
    const secret = deviceSso ? newDeviceSecret(grant, dpopJkt) : undefined;
    const write = async (tx: Tx) => {
      if (secret) await this.grants.setDeviceSecret(ctx, tx, secret.row);
      return this.grants.append(ctx, tx, made.token);
    };
    const shown = secret ? { session: secret.grant, deviceSecret: secret.deviceSecret } : { session: grant };
    return { kind: "offline_grant", ...shown, initialHash: made.token.initialHash, refreshToken: made.refreshToken, write };
  }

  /** A login is told here when it made no IdP session of its own and leads to a refresh token; sign-ups are told by `user.created` alone (spec: sessions and tokens §7.2). */
  private events(ctx: ProjectContext, { entry, facts, origin, hinted }: Exchange, plan: Plan): GatehouseEvent[] {
    const { info } = entry;
    const user = userModel(ctx.project.config, facts, ctx.now());
    const reauthenticated = hinted?.kind === "offline_grant" ? [userReauthenticated({ user, session: sessionModel("offline_grant", hinted.session) })] : [];
    const untold = origin !== undefined || (info.session.type === "none" && !info.createdUser);
    if (!untold || !plan.refreshToken) return reauthenticated;
    const from = origin ? { continue_from_session: sessionModel(origin.kind, origin.session) } : {};
    return [...reauthenticated, userAuthenticated({ user, session: sessionModel(plan.kind, plan.session), ...from })];
  }
}
