import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { IdpSession, OfflineGrant } from "@gatehouse/domain-session";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { randomString } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { isClosed } from "./closed-accounts.js";
import { SessionCache } from "./session-cache.js";
import { GRANT_COLUMNS, IDP_COLUMNS, storedAccess, toIdpSession, toOfflineGrant } from "./session-rows.js";

/** A grant has refresh tokens of a client: `s` is the grant, $3 the client, $4 a grant that does not count. */
const OF_CLIENT = "s.id is distinct from $4 and exists (select 1 from refresh_token t where t.project_id = s.project_id and t.grant_id = s.id and t.client_id = $3)";

/**
 * Ends of sessions that come together must not wait for each other: everybody locks the user first, then sign-ons, then authorizations, then grants, and several of
 * a kind by their ids. Who only notes an access waits for nobody.
 */
export const holdSessions = (which: string): string => `select s.id from idp_session s where s.project_id = $1 and ${which} order by s.id for update`;
/** Deletes the grants `s` of the project $1 that a condition selects. */
export const deleteGrants = (which: string): string => `with doomed as materialized (select s.id from offline_grant s where s.project_id = $1 and ${which} order by s.id for update)
  delete from offline_grant s using doomed where s.project_id = $1 and s.id = doomed.id returning ${GRANT_COLUMNS}`;

/** IdP sessions and their groups: the rows of `idp_session`, and what is deleted with them. */
@Injectable()
export class SessionStore {
  constructor(private readonly cache: SessionCache) {}

  /** A new session of the request at work, not written yet, with its token `<id>.<32 characters>`. */
  prepare(ctx: ProjectContext, input: { userId: UserId; amr: readonly string[] }): { session: IdpSession; token: string } {
    const now = ctx.now();
    const id = ctx.newId();
    const access = { time: now, ip: ctx.request.ip, userAgent: ctx.request.userAgent };
    return {
      session: { id, userId: input.userId, amr: [...input.amr], createdAt: now, authenticatedAt: now, initialAccess: access, lastAccess: access },
      token: `${id}.${randomString(32)}`,
    };
  }

  /** Writes a prepared session. Only the hash of its token is kept. */
  async insert(ctx: ProjectContext, tx: Tx, { session, token }: { session: IdpSession; token: string }): Promise<void> {
    await tx.query(
      `insert into idp_session (project_id, id, user_id, token_hash, amr, created_at, authenticated_at, initial_access, last_access, last_access_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $6)`,
      [
        ctx.project.id,
        session.id,
        session.userId,
        sha256Hex(token),
        session.amr,
        session.createdAt,
        session.authenticatedAt,
        storedAccess(session.initialAccess),
        storedAccess(session.lastAccess),
      ],
    );
  }

  /** `prepare` and `insert` in one. */
  async create(ctx: ProjectContext, tx: Tx, input: { userId: UserId; amr: readonly string[] }): Promise<{ session: IdpSession; token: string }> {
    const made = this.prepare(ctx, input);
    await this.insert(ctx, tx, made);
    return made;
  }

  /** Notes a re-authentication. */
  async reauthenticate(ctx: ProjectContext, tx: Tx, input: { id: string; amr: readonly string[]; at: Date }): Promise<void> {
    await tx.query("update idp_session set authenticated_at = $3, amr = $4 where project_id = $1 and id = $2", [ctx.project.id, input.id, input.at, input.amr]);
    tx.afterCommit(() => this.cache.renew(ctx, "idp", [input.id]));
  }

  /** Deletes a session and every grant obtained through it; returns what was deleted, oldest first. Nothing deleted revives from a cache (spec: sessions and tokens §8). */
  async revoke(ctx: ProjectContext, tx: Tx, id: string): Promise<{ sessions: IdpSession[]; grants: OfflineGrant[] }> {
    return this.revokeGroup(ctx, tx, { id });
  }

  /** Deletes one grant, and with shared sign-on its session and the other grants of it. */
  async revokeGrant(ctx: ProjectContext, tx: Tx, grant: OfflineGrant): Promise<{ sessions: IdpSession[]; grants: OfflineGrant[] }> {
    if (grant.ssoEnabled && grant.idpSessionId) return this.revokeGroup(ctx, tx, { id: grant.idpSessionId, grantId: grant.id });
    const rows = await tx.query(deleteGrants("s.id = $2"), [ctx.project.id, grant.id]);
    return this.revoked(ctx, tx, { sessions: [], grants: rows.map(toOfflineGrant), known: [] });
  }

  /** Holding the session waits for whoever is writing a grant of it, so that none is missed. */
  private async revokeGroup(ctx: ProjectContext, tx: Tx, { id, grantId }: { id: string; grantId?: string }): Promise<{ sessions: IdpSession[]; grants: OfflineGrant[] }> {
    const about = [ctx.project.id, id];
    await tx.query("select 1 from idp_session where project_id = $1 and id = $2 for update", about);
    const grants = await tx.query(deleteGrants("(s.idp_session_id = $2 or s.id = $3)"), [...about, grantId ?? null]);
    const sessions = await tx.query(`delete from idp_session s where s.project_id = $1 and s.id = $2 returning ${IDP_COLUMNS}`, about);
    return this.revoked(ctx, tx, { sessions: sessions.map(toIdpSession), grants: grants.map(toOfflineGrant), known: [id] });
  }

  /** Whether a user holds grants that contain a client, beside the one that goes on. */
  async hasGrants(ctx: ProjectContext, tx: Tx, { userId, clientId, except }: { userId: string; clientId: string; except?: string }): Promise<boolean> {
    const sql = `select 1 from offline_grant s where s.project_id = $1 and s.user_id = $2 and ${OF_CLIENT} limit 1`;
    return (await tx.queryOne(sql, [ctx.project.id, userId, clientId, except ?? null])) !== undefined;
  }

  /** Deletes a user's grants that contain a client, but for the one that goes on. Of logins that come together each waits for the one before: one grant is left. */
  async revokeGrantsOfClient(ctx: ProjectContext, tx: Tx, { userId, clientId, except }: { userId: string; clientId: string; except?: string }): Promise<void> {
    const oneByOne = "select 1 from client_authorization where project_id = $1 and user_id = $2 and client_id = $3 for no key update";
    await tx.query(oneByOne, [ctx.project.id, userId, clientId]);
    const grants = await tx.query(deleteGrants(`s.user_id = $2 and ${OF_CLIENT}`), [ctx.project.id, userId, clientId, except ?? null]);
    this.revoked(ctx, tx, { sessions: [], grants: grants.map(toOfflineGrant), known: [] });
  }

  /** Deletes the grants made with a biometric identity. */
  async revokeGrantsOfIdentity(ctx: ProjectContext, tx: Tx, identityId: string): Promise<void> {
    const grants = await tx.query(deleteGrants("s.identity_id = $2"), [ctx.project.id, identityId]);
    this.revoked(ctx, tx, { sessions: [], grants: grants.map(toOfflineGrant), known: [] });
  }

  /** Keeps a user's account, and a sign-on of his, as they are until the commit: whoever ends them waits. False when the account is closed, or the sign-on over. */
  async hold(ctx: ProjectContext, tx: Tx, { userId, sessionId }: { userId: string; sessionId?: string }): Promise<boolean> {
    const user = `select 1 from auth_user u where u.project_id = $1 and u.id = $2 and not ${isClosed("$3")} for share`;
    if (!(await tx.queryOne(user, [ctx.project.id, userId, ctx.now()]))) return false;
    const session = "select 1 from idp_session where project_id = $1 and id = $2 for key share";
    return sessionId === undefined || (await tx.queryOne(session, [ctx.project.id, sessionId])) !== undefined;
  }

  /** Deletes every session and grant of a user. What is being written for him is waited for, and found. */
  async revokeAllOfUser(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<void> {
    const about = [ctx.project.id, userId];
    const user = "with u as materialized (select 1 from auth_user u where u.project_id = $1 and u.id = $2 for no key update)";
    await tx.query(`${user} ${holdSessions("s.user_id = $2 and exists (select 1 from u)")}`, about);
    const grants = await tx.query(deleteGrants("s.user_id = $2"), about);
    const sessions = await tx.query(`delete from idp_session s where s.project_id = $1 and s.user_id = $2 returning ${IDP_COLUMNS}`, about);
    this.revoked(ctx, tx, { sessions: sessions.map(toIdpSession), grants: grants.map(toOfflineGrant), known: [] });
  }

  private revoked(ctx: ProjectContext, tx: Tx, gone: { sessions: IdpSession[]; grants: OfflineGrant[]; known: string[] }) {
    const ids = [...new Set([...gone.known, ...gone.sessions.map(({ id }) => id)])];
    tx.afterCommit(async () => {
      await this.cache.bury(ctx, "idp", ids);
      await this.cache.bury(
        ctx,
        "offline_grant",
        gone.grants.map(({ id }) => id),
      );
    });
    const oldestFirst = (a: IdpSession, b: IdpSession): number => a.createdAt.getTime() - b.createdAt.getTime();
    return { sessions: gone.sessions.toSorted(oldestFirst), grants: gone.grants.toSorted(oldestFirst) };
  }
}
