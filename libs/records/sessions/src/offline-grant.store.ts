import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accessWindow, type OfflineGrant, type RefreshTokenRecord } from "@gatehouse/domain-session";
import type { Tx } from "@gatehouse/platform-postgres";
import { isClosed } from "./closed-accounts.js";
import { lifetimes } from "./lifetimes.js";
import { type AccessToIssue, BY_TOKEN, type GrantOfToken, PEEK, ROTATE, swept, toGrantOfToken } from "./refresh-token-statements.js";
import { SessionCache } from "./session-cache.js";
import { storedAccess } from "./session-rows.js";

/** A presented refresh token. */
interface Presented {
  grantId: string;
  hash: string;
}

/** What a rotation needs beside it. */
interface Rotation extends Presented {
  /** The two tokens that follow. */
  nextHashes: readonly [string, string];
  windowSeconds: number;
  access: AccessToIssue;
}

/** The rows of `offline_grant` and `refresh_token`. */
@Injectable()
export class OfflineGrantStore {
  constructor(private readonly cache: SessionCache) {}

  /**
   * Writes a grant and its first refresh token in one statement. False when the IdP session it was obtained through is gone, or its authorization, or the user may
   * not be signed in any more: all are held until the commit, so that whoever ends them waits and finds the grant.
   */
  async insert(ctx: ProjectContext, tx: Tx, { grant, token }: { grant: OfflineGrant; token: RefreshTokenRecord }): Promise<boolean> {
    const rows = await tx.query(
      `with u as materialized (select 1 from auth_user u where u.project_id = $1 and u.id = $3 and not ${isClosed("$9")} for share),
       i as materialized (select 1 from idp_session i where i.project_id = $1 and i.id = $5 for key share),
       c as materialized (${authorization("$15")}),
       g as (insert into offline_grant (project_id, id, user_id, initial_client_id, idp_session_id, sso_enabled, amr, device_info, created_at, authenticated_at, initial_access, last_access, last_access_at,
           identity_id, app2app_device_key, device_secret_hash, device_secret_dpop_jkt)
         select $1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11::jsonb, $12::jsonb, $9, $19, $20::jsonb, $21, $22
         where exists (select 1 from u) and ($5::uuid is null or exists (select 1 from i)) and exists (select 1 from c) returning id)
       insert into refresh_token (project_id, grant_id, initial_hash, current_hash, client_id, authorization_id, scopes, created_at, last_access_at, expire_at, dpop_jkt)
       select $1, g.id, $13, $13, $14, $15, $16, $9, $9, $17, $18 from g returning grant_id`,
      [
        ctx.project.id,
        grant.id,
        grant.userId,
        grant.initialClientId,
        grant.idpSessionId,
        grant.ssoEnabled,
        grant.amr,
        json(grant.deviceInfo),
        grant.createdAt,
        grant.authenticatedAt,
        json(storedAccess(grant.initialAccess)),
        json(storedAccess(grant.lastAccess)),
        token.initialHash,
        token.clientId,
        token.authorizationId,
        token.scopes,
        token.expireAt,
        token.dpopJkt,
        grant.identityId,
        json(grant.app2appDeviceKey),
        grant.deviceSecretHash,
        grant.deviceSecretDpopJkt,
      ],
    );
    return rows.length > 0;
  }

  /** Adds a refresh token to a grant and drops those that are over. False when the grant is gone, or the authorization. */
  async append(ctx: ProjectContext, tx: Tx, token: RefreshTokenRecord): Promise<boolean> {
    const rows = await tx.query(
      `with c as materialized (${authorization("$5")}), ${swept("$3", { now: "$7", lifetimes: "$10" })}
       insert into refresh_token (project_id, grant_id, initial_hash, current_hash, client_id, authorization_id, scopes, created_at, last_access_at, expire_at, dpop_jkt)
       select $1, s.id, $3, $3, $4, $5, $6, $7, $7, $8, $9 from offline_grant s where s.project_id = $1 and s.id = $2 and exists (select 1 from c) returning grant_id`,
      [
        ctx.project.id,
        token.grantId,
        token.initialHash,
        token.clientId,
        token.authorizationId,
        token.scopes,
        token.createdAt,
        token.expireAt,
        token.dpopJkt,
        lifetimes(ctx.project.config),
      ],
    );
    this.forget(ctx, tx, token.grantId);
    return rows.length > 0;
  }

  /** Deletes refresh tokens of a grant; a grant without any is deleted too. */
  async deleteTokens(ctx: ProjectContext, tx: Tx, { grantId, initialHashes }: { grantId: string; initialHashes: readonly string[] }): Promise<void> {
    await tx.query("delete from refresh_token where project_id = $1 and grant_id = $2 and initial_hash = any($3)", [ctx.project.id, grantId, initialHashes]);
    await this.deleteEmpty(ctx, tx, [grantId]);
  }

  /** Deletes the refresh tokens of an authorization, and the grants that have no others. */
  async deleteTokensOfAuthorization(ctx: ProjectContext, tx: Tx, authorizationId: string): Promise<void> {
    await tx.query("select 1 from client_authorization where project_id = $1 and id = $2 for update", [ctx.project.id, authorizationId]);
    const rows = await tx.query("delete from refresh_token where project_id = $1 and authorization_id = $2 returning grant_id", [ctx.project.id, authorizationId]);
    await this.deleteEmpty(ctx, tx, [...new Set(rows.map(({ grant_id }) => grant_id as string))]);
  }

  /** Deletes those of some grants that have no refresh token left; the others are read anew. */
  private async deleteEmpty(ctx: ProjectContext, tx: Tx, grantIds: readonly string[]): Promise<void> {
    if (grantIds.length === 0) return;
    const rows = await tx.query(
      `delete from offline_grant s where s.project_id = $1 and s.id = any($2::uuid[])
         and not exists (select 1 from refresh_token t where t.project_id = s.project_id and t.grant_id = s.id) returning s.id`,
      [ctx.project.id, grantIds],
    );
    const deleted = new Set(rows.map(({ id }) => id as string));
    tx.afterCommit(async () => {
      await this.cache.bury(ctx, "offline_grant", [...deleted]);
      await this.cache.renew(
        ctx,
        "offline_grant",
        grantIds.filter((id) => !deleted.has(id)),
      );
    });
  }

  /** The grant of a presented refresh token. One statement. */
  async byToken(ctx: ProjectContext, tx: Tx, { grantId, hash }: Presented): Promise<GrantOfToken | undefined> {
    const params = [ctx.project.id, grantId, hash, ...useOf(ctx)];
    const row = await tx.preparedOne(BY_TOKEN, params);
    return row && toGrantOfToken(row);
  }

  /** As `byToken`, for who only asks about a token: that is no use of it. One statement. */
  async peek(ctx: ProjectContext, tx: Tx, { grantId, hash }: Presented): Promise<GrantOfToken | undefined> {
    const row = await tx.preparedOne(PEEK, [ctx.project.id, grantId, hash]);
    return row && toGrantOfToken(row);
  }

  /**
   * Replaces a presented refresh token by its successor, once: of many requests that race one rotates, the others find what it left, for the lock shows
   * them the row as the winner wrote it. A token that was replaced finds the current one again (`generation`): the last one until its successor has been used,
   * the one before for `windowSeconds`. Undefined for any other. `nextHashes`: the two that follow the presented token. A rotation drops records that are over. One statement.
   */
  async rotate(ctx: ProjectContext, tx: Tx, { grantId, hash, nextHashes, windowSeconds, access }: Rotation): Promise<GrantOfToken | undefined> {
    const params = [ctx.project.id, grantId, hash, ...useOf(ctx), ...nextHashes, windowSeconds, access.tokenHash, access.expireAt];
    const row = await tx.preparedOne(ROTATE, params);
    return row && toGrantOfToken(row);
  }

  /** The current hashes of a grant's refresh tokens. */
  async currentHashes(ctx: ProjectContext, tx: Tx, grantId: string): Promise<{ userId: string; clientId: string; currentHash: string }[]> {
    const rows = await tx.query(
      "select s.user_id, t.client_id, t.current_hash from refresh_token t join offline_grant s on s.project_id = t.project_id and s.id = t.grant_id where t.project_id = $1 and t.grant_id = $2",
      [ctx.project.id, grantId],
    );
    return rows.map((row) => ({ userId: row.user_id as string, clientId: row.client_id as string, currentHash: row.current_hash as string }));
  }

  /** Moves `authenticated_at` of a grant forward, never back. */
  async reauthenticate(ctx: ProjectContext, tx: Tx, input: { id: string; at: Date }): Promise<void> {
    await tx.query("update offline_grant set authenticated_at = greatest(authenticated_at, $3) where project_id = $1 and id = $2", [ctx.project.id, input.id, input.at]);
    this.forget(ctx, tx, input.id);
  }

  /** Gives a grant a new device secret; the old one is worth nothing. `previousHash`: replaces that one alone; false when it is not the current one. */
  async setDeviceSecret(ctx: ProjectContext, tx: Tx, input: { id: string; hash: string; dpopJkt: string | null; previousHash?: string }): Promise<boolean> {
    const sql = `update offline_grant set device_secret_hash = $3, device_secret_dpop_jkt = $4 where project_id = $1 and id = $2 and ($5::text is null or device_secret_hash = $5) returning id`;
    const rows = await tx.query(sql, [ctx.project.id, input.id, input.hash, input.dpopJkt, input.previousHash ?? null]);
    this.forget(ctx, tx, input.id);
    return rows.length > 0;
  }

  /** Binds a device key for app2app to a grant that has none; false when it has one by now. */
  async bindDeviceKey(ctx: ProjectContext, tx: Tx, input: { id: string; key: Record<string, unknown> }): Promise<boolean> {
    const sql = "update offline_grant set app2app_device_key = $3::jsonb where project_id = $1 and id = $2 and app2app_device_key is null returning id";
    const rows = await tx.query(sql, [ctx.project.id, input.id, json(input.key)]);
    this.forget(ctx, tx, input.id);
    return rows.length > 0;
  }

  /** Keeps what a device says of itself. */
  async setDeviceInfo(ctx: ProjectContext, tx: Tx, input: { id: string; deviceInfo: Record<string, unknown> }): Promise<void> {
    await tx.query("update offline_grant set device_info = $3::jsonb where project_id = $1 and id = $2", [ctx.project.id, input.id, json(input.deviceInfo)]);
    this.forget(ctx, tx, input.id);
  }

  private forget(ctx: ProjectContext, tx: Tx, id: string): void {
    tx.afterCommit(() => this.cache.renew(ctx, "offline_grant", [id]));
  }
}

/** What the user has granted to the token's client; it stays until the commit. */
const authorization = (id: string): string => `select 1 from client_authorization c where c.project_id = $1 and c.id = ${id} for key share`;
const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
/** The parameters $4 to $7 of the statements that note an access. */
function useOf(ctx: ProjectContext): unknown[] {
  const time = ctx.now();
  const { config } = ctx.project;
  return [time, storedAccess({ time, ip: ctx.request.ip, userAgent: ctx.request.userAgent }), accessWindow(config), lifetimes(config)];
}
