import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accessWindow, type OfflineGrant, type RefreshTokenRecord } from "@gatehouse/domain-session";
import type { PreparedStatement, Row, Tx } from "@gatehouse/platform-postgres";
import { clientRowIsAlive, idpIsAlive, lifetimes } from "./lifetimes.js";
import { SessionCache } from "./session-cache.js";
import { GRANT_COLUMNS, storedAccess, toOfflineGrant, toRefreshToken } from "./session-rows.js";
import { SESSION_USER_COLUMNS, type SessionUser, toSessionUser } from "./session-user.js";

/** A refresh token with its grant and user, as one statement reads them. */
export interface GrantOfToken {
  grant: OfflineGrant;
  token: RefreshTokenRecord;
  owner: SessionUser;
  /** All scopes that the user has granted to the token's client. */
  authorizedScopes: string[];
  /** The IdP session of a grant with shared sign-on. */
  shared?: { createdAt: Date; lastAccess: { time: Date } };
  /** Rotations between the presented token and the current one: 0 when it was rotated just now, 1 or 2 for a repeated request. */
  generation: number;
}

/** The access token that a refresh issues; written by the statement that reads the grant. */
export interface AccessToIssue {
  tokenHash: string;
  expireAt: Date;
}

/** A presented refresh token. */
interface Presented {
  grantId: string;
  hash: string;
  /** Nothing is issued where it is absent. */
  access?: AccessToIssue;
}

const TOKEN_COLUMNS =
  "t.grant_id, t.initial_hash, t.current_hash, t.client_id, t.authorization_id, t.scopes, t.dpop_jkt, t.created_at as token_created_at, t.last_access_at as token_last_access_at, t.expire_at, t.generation, i.created_at as shared_created_at, i.last_access_at as shared_last_access_at, c.scopes as authorized_scopes";
const JOINS = `join offline_grant s on s.project_id = t.project_id and s.id = t.grant_id
  join auth_user u on u.project_id = s.project_id and u.id = s.user_id
  join client_authorization c on c.project_id = t.project_id and c.id = t.authorization_id
  left join idp_session i on i.project_id = s.project_id and i.id = s.idp_session_id and s.sso_enabled
where not s.sso_enabled or i.id is not null`;
const WHOLE = `${TOKEN_COLUMNS}, ${GRANT_COLUMNS}, ${SESSION_USER_COLUMNS}`;
// $1 project, $2 grant, $4 now, $5 access, $6 seconds in which an access is not noted again, $7 lifetimes.
const AT = { now: "$4", lifetimes: "$7" };
const AGE = "last_access_at < $4::timestamptz - make_interval(secs => $6)";
/** Notes the access to a live grant, on the IdP session too where the sign-on is shared: nothing expired revives by being asked for. */
const USED = `used as (update offline_grant g set last_access = $5, last_access_at = $4 where g.project_id = $1 and g.id = $2 and g.${AGE} and ${clientRowIsAlive("g", "initial_client_id", AT)}),
  used_shared as (update idp_session i set last_access = $5, last_access_at = $4 from offline_grant g where g.project_id = $1 and g.id = $2 and g.sso_enabled
    and i.project_id = g.project_id and i.id = g.idp_session_id and i.${AGE} and ${idpIsAlive("i", AT)} and ${clientRowIsAlive("g", "initial_client_id", AT)})`;
/**
 * Drops the records of the grant $2 that are over by their own client's rules, all but the first and `kept`; one that another request has in hand stays
 * (spec: sessions and tokens §9.3).
 */
const swept = (kept: string, at: { now: string; lifetimes: string }) => `over as (select t.initial_hash from refresh_token t
    where t.project_id = $1 and t.grant_id = $2 and t.initial_hash <> ${kept}
      and t.initial_hash <> (select f.initial_hash from refresh_token f where f.project_id = $1 and f.grant_id = $2 order by f.created_at, f.initial_hash limit 1)
      and (t.expire_at < ${at.now}::timestamptz or not (${clientRowIsAlive("t", "client_id", at)})) for update skip locked),
  swept as (delete from refresh_token t using over where t.project_id = $1 and t.grant_id = $2 and t.initial_hash = over.initial_hash)`;
/** Writes the access token of the record `t`. */
const issued = (from: string, [hash, expireAt]: [string, string]) => `issued as (
  insert into access_grant (project_id, token_hash, user_id, client_id, authorization_id, session_id, session_kind, initial_refresh_token_hash, scopes, created_at, expire_at)
  select t.project_id, ${hash}, g.user_id, t.client_id, t.authorization_id, t.grant_id, 'offline_grant', t.initial_hash, t.scopes, $4::timestamptz, ${expireAt}::timestamptz
  from ${from} t join offline_grant g on g.project_id = t.project_id and g.id = t.grant_id where ${hash}::text is not null)`;

/** The record of a presented token, and the access token $8 with its end $9. */
const BY_TOKEN: PreparedStatement = {
  name: "refresh_token_read",
  text: `with found as (select *, 0 as generation from refresh_token where project_id = $1 and grant_id = $2 and current_hash = $3),
       touched as (update refresh_token set last_access_at = $4 where project_id = $1 and grant_id = $2 and current_hash = $3 and ${AGE}),
       ${USED}, ${issued("found", ["$8", "$9"])}
       select ${WHOLE} from found t ${JOINS}`,
};
/** $8 and $9: hashes of the two tokens that follow; $10: seconds; $11, $12: the access token. */
const ROTATE: PreparedStatement = {
  name: "refresh_token_rotate",
  text: `with locked as (select * from refresh_token where project_id = $1 and grant_id = $2 and (current_hash = $3 or previous_hash = $3 or prior_hash = $3) for update),
       rotated as (update refresh_token r set prior_hash = l.previous_hash, prior_rotated_at = l.rotated_at, previous_hash = $3, current_hash = $8, rotated_at = $4, last_access_at = $4
         from locked l where r.project_id = $1 and r.grant_id = $2 and r.initial_hash = l.initial_hash and l.current_hash = $3 returning r.*),
       found as (select *, 0 as generation from rotated
         union all select *, 1 from locked where previous_hash = $3 and current_hash = $8
         union all select *, 2 from locked where prior_hash = $3 and current_hash = $9 and prior_rotated_at > $4::timestamptz - make_interval(secs => $10)),
       ${USED}, ${issued("found", ["$11", "$12"])}, ${swept("(select initial_hash from locked where current_hash = $3)", AT)}
       select ${WHOLE} from found t ${JOINS}`,
};

/** The rows of `offline_grant` and `refresh_token`. */
@Injectable()
export class OfflineGrantStore {
  constructor(private readonly cache: SessionCache) {}

  /** Writes a grant and its first refresh token in one statement. False when the IdP session it was obtained through is gone. */
  async insert(ctx: ProjectContext, tx: Tx, { grant, token }: { grant: OfflineGrant; token: RefreshTokenRecord }): Promise<boolean> {
    const rows = await tx.query(
      `with g as (insert into offline_grant (project_id, id, user_id, initial_client_id, idp_session_id, sso_enabled, amr, device_info, created_at, authenticated_at, initial_access, last_access, last_access_at,
           identity_id, app2app_device_key, device_secret_hash, device_secret_dpop_jkt)
         select $1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11::jsonb, $12::jsonb, $9, $19, $20::jsonb, $21, $22
         where $5::uuid is null or exists (select 1 from idp_session i where i.project_id = $1 and i.id = $5) returning id)
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

  /** Adds a refresh token to a grant and drops those that are over. False when the grant is gone. */
  async append(ctx: ProjectContext, tx: Tx, token: RefreshTokenRecord): Promise<boolean> {
    const rows = await tx.query(
      `with ${swept("$3", { now: "$7", lifetimes: "$10" })}
       insert into refresh_token (project_id, grant_id, initial_hash, current_hash, client_id, authorization_id, scopes, created_at, last_access_at, expire_at, dpop_jkt)
       select $1, s.id, $3, $3, $4, $5, $6, $7, $7, $8, $9 from offline_grant s where s.project_id = $1 and s.id = $2 returning grant_id`,
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
      await this.cache.forget(
        ctx,
        "offline_grant",
        grantIds.filter((id) => !deleted.has(id)),
      );
    });
  }

  /** The grant of a presented refresh token, with the access token that it gets. One statement. */
  async byToken(ctx: ProjectContext, tx: Tx, { grantId, hash, access }: Presented): Promise<GrantOfToken | undefined> {
    const params = [ctx.project.id, grantId, hash, ...useOf(ctx), access?.tokenHash ?? null, access?.expireAt ?? null];
    const row = await tx.preparedOne(BY_TOKEN, params);
    return row && toGrantOfToken(row);
  }

  /**
   * Replaces a presented refresh token by its successor, once: of many requests that race one rotates, the others find what it left, for the lock shows
   * them the row as the winner wrote it. A token that was replaced finds the current one again (`generation`): the last one until its successor has been used,
   * the one before for `windowSeconds`. Undefined for any other. `nextHashes`: the two that follow the presented token. A rotation drops records that are over. One statement.
   */
  async rotate(
    ctx: ProjectContext,
    tx: Tx,
    { grantId, hash, access, ...more }: Presented & { nextHashes: readonly [string, string]; windowSeconds: number },
  ): Promise<GrantOfToken | undefined> {
    const params = [ctx.project.id, grantId, hash, ...useOf(ctx), ...more.nextHashes, more.windowSeconds, access?.tokenHash ?? null, access?.expireAt ?? null];
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
    tx.afterCommit(() => this.cache.forget(ctx, "offline_grant", [id]));
  }
}

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
/** The parameters $4 to $7 of the statements that note an access. */
function useOf(ctx: ProjectContext): unknown[] {
  const time = ctx.now();
  const { config } = ctx.project;
  return [time, storedAccess({ time, ip: ctx.request.ip, userAgent: ctx.request.userAgent }), accessWindow(config), lifetimes(config)];
}

function toGrantOfToken(row: Row): GrantOfToken {
  const shared = row.shared_created_at ? { shared: { createdAt: row.shared_created_at as Date, lastAccess: { time: row.shared_last_access_at as Date } } } : {};
  return {
    grant: toOfflineGrant(row),
    token: toRefreshToken(row),
    owner: toSessionUser(row),
    authorizedScopes: row.authorized_scopes as string[],
    generation: Number(row.generation),
    ...shared,
  };
}
