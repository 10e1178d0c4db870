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

  /**
   * Deletes a session and every grant obtained through it; returns what was deleted, oldest first. Nothing deleted revives from a cache (spec: sessions and tokens §8).
   * Deleting the session waits for whoever is writing a grant of it, so grants are looked for once more.
   */
  async revoke(ctx: ProjectContext, tx: Tx, id: string): Promise<{ sessions: IdpSession[]; grants: OfflineGrant[] }> {
    const ofSession = () => tx.query(`delete from offline_grant s where s.project_id = $1 and s.idp_session_id = $2 returning ${GRANT_COLUMNS}`, [ctx.project.id, id]);
    const grants = await ofSession();
    const sessions = await tx.query(`delete from idp_session s where s.project_id = $1 and s.id = $2 returning ${IDP_COLUMNS}`, [ctx.project.id, id]);
    if (sessions.length > 0) grants.push(...(await ofSession()));
    return this.revoked(ctx, tx, { sessions: sessions.map(toIdpSession), grants: grants.map(toOfflineGrant), known: [id] });
  }

  /** Deletes one grant, and with shared sign-on its session and the other grants of it. */
  async revokeGrant(ctx: ProjectContext, tx: Tx, grant: OfflineGrant): Promise<{ sessions: IdpSession[]; grants: OfflineGrant[] }> {
    const rows = await tx.query(`delete from offline_grant s where s.project_id = $1 and s.id = $2 returning ${GRANT_COLUMNS}`, [ctx.project.id, grant.id]);
    const own = this.revoked(ctx, tx, { sessions: [], grants: rows.map(toOfflineGrant), known: [] });
    if (!grant.ssoEnabled || !grant.idpSessionId) return own;
    const group = await this.revoke(ctx, tx, grant.idpSessionId);
    return { sessions: group.sessions, grants: [...own.grants, ...group.grants] };
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
    const sql = `delete from offline_grant s where s.project_id = $1 and s.user_id = $2 and ${OF_CLIENT} returning ${GRANT_COLUMNS}`;
    const grants = await tx.query(sql, [ctx.project.id, userId, clientId, except ?? null]);
    this.revoked(ctx, tx, { sessions: [], grants: grants.map(toOfflineGrant), known: [] });
  }

  /** Deletes the grants made with a biometric identity. */
  async revokeGrantsOfIdentity(ctx: ProjectContext, tx: Tx, identityId: string): Promise<void> {
    const grants = await tx.query(`delete from offline_grant s where s.project_id = $1 and s.identity_id = $2 returning ${GRANT_COLUMNS}`, [ctx.project.id, identityId]);
    this.revoked(ctx, tx, { sessions: [], grants: grants.map(toOfflineGrant), known: [] });
  }

  /** Keeps a user's account as it is until the commit: whoever closes it waits. False when it is closed. */
  async holdUser(ctx: ProjectContext, tx: Tx, userId: string): Promise<boolean> {
    const sql = `select 1 from auth_user u where u.project_id = $1 and u.id = $2 and not ${isClosed("$3")} for share`;
    return (await tx.queryOne(sql, [ctx.project.id, userId, ctx.now()])) !== undefined;
  }

  /** Deletes every session and grant of a user. What is being written for him is waited for, and found. */
  async revokeAllOfUser(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<void> {
    await tx.query("select 1 from auth_user where project_id = $1 and id = $2 for no key update", [ctx.project.id, userId]);
    const grants = await tx.query(`delete from offline_grant s where s.project_id = $1 and s.user_id = $2 returning ${GRANT_COLUMNS}`, [ctx.project.id, userId]);
    const sessions = await tx.query(`delete from idp_session s where s.project_id = $1 and s.user_id = $2 returning ${IDP_COLUMNS}`, [ctx.project.id, userId]);
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
