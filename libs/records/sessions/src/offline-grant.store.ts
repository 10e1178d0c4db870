import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OfflineGrant, RefreshTokenRecord } from "@gatehouse/domain-session";
import type { Row, Tx } from "@gatehouse/platform-postgres";
import { GRANT_COLUMNS, storedAccess, toOfflineGrant, toRefreshToken } from "./session-rows.js";
import { SESSION_USER_COLUMNS, type SessionUser, toSessionUser } from "./session-user.js";

/** A refresh token with its grant and user, as one statement reads them. */
export interface GrantOfToken {
  grant: OfflineGrant;
  token: RefreshTokenRecord;
  owner: SessionUser;
  /** The presented token was replaced a moment ago: a retried request, to be answered with the same new token. */
  replayed: boolean;
}

const TOKEN_COLUMNS =
  "t.grant_id, t.initial_hash, t.current_hash, t.client_id, t.authorization_id, t.scopes, t.created_at as token_created_at, t.last_access_at as token_last_access_at, t.expire_at, t.replayed";
const JOINS = `join offline_grant s on s.project_id = t.project_id and s.id = t.grant_id
  join auth_user u on u.project_id = s.project_id and u.id = s.user_id
  join client_authorization c on c.project_id = t.project_id and c.id = t.authorization_id
where not s.sso_enabled or exists (select 1 from idp_session i where i.project_id = s.project_id and i.id = s.idp_session_id)`;

/** The rows of `offline_grant` and `refresh_token`. */
@Injectable()
export class OfflineGrantStore {
  /** Writes a grant and its first refresh token in one statement. */
  async insert(ctx: ProjectContext, tx: Tx, { grant, token }: { grant: OfflineGrant; token: RefreshTokenRecord }): Promise<void> {
    await tx.query(
      `with g as (insert into offline_grant (project_id, id, user_id, initial_client_id, idp_session_id, sso_enabled, amr, device_info, created_at, authenticated_at, initial_access, last_access, last_access_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $9) returning id)
       insert into refresh_token (project_id, grant_id, initial_hash, current_hash, client_id, authorization_id, scopes, created_at, last_access_at, expire_at)
       select $1, g.id, $13, $13, $14, $15, $16, $9, $9, $17 from g`,
      [
        ctx.project.id,
        grant.id,
        grant.userId,
        grant.initialClientId,
        grant.idpSessionId,
        grant.ssoEnabled,
        grant.amr,
        grant.deviceInfo,
        grant.createdAt,
        grant.authenticatedAt,
        storedAccess(grant.initialAccess),
        storedAccess(grant.lastAccess),
        token.initialHash,
        token.clientId,
        token.authorizationId,
        token.scopes,
        token.expireAt,
      ],
    );
  }

  /** The grant of a presented refresh token; notes the access at most once a minute. One statement. */
  async byToken(ctx: ProjectContext, tx: Tx, input: { grantId: string; hash: string }): Promise<GrantOfToken | undefined> {
    const now = ctx.now();
    const access = storedAccess({ time: now, ip: ctx.request.ip, userAgent: ctx.request.userAgent });
    const row = await tx.queryOne(
      `with touched as (update refresh_token set last_access_at = $4 where project_id = $1 and grant_id = $2 and current_hash = $3 and last_access_at < $4::timestamptz - interval '1 minute'),
       used as (update offline_grant set last_access = $5, last_access_at = $4 where project_id = $1 and id = $2 and last_access_at < $4::timestamptz - interval '1 minute')
       select ${TOKEN_COLUMNS}, ${GRANT_COLUMNS}, ${SESSION_USER_COLUMNS}
       from (select *, current_hash <> $3 as replayed from refresh_token where project_id = $1 and grant_id = $2 and (current_hash = $3 or previous_hash = $3)) t ${JOINS}`,
      [ctx.project.id, input.grantId, input.hash, now, access],
    );
    return row && toGrantOfToken(row);
  }

  /**
   * Replaces a presented refresh token by its successor, once: of many requests that race one rotates, the others within `windowSeconds` find the
   * same successor (`replayed`): the lock shows them the row as the winner left it. Undefined when the token is neither the current one nor the one just replaced. One statement.
   */
  async rotate(ctx: ProjectContext, tx: Tx, input: { grantId: string; hash: string; nextHash: string; windowSeconds: number }): Promise<GrantOfToken | undefined> {
    const now = ctx.now();
    const access = storedAccess({ time: now, ip: ctx.request.ip, userAgent: ctx.request.userAgent });
    const row = await tx.queryOne(
      `with locked as (select * from refresh_token where project_id = $1 and grant_id = $2 and (current_hash = $3 or previous_hash = $3) for update),
       rotated as (update refresh_token r set previous_hash = $3, current_hash = $6, rotated_at = $4, last_access_at = $4
         from locked l where r.project_id = $1 and r.grant_id = $2 and r.initial_hash = l.initial_hash and l.current_hash = $3 returning r.*),
       used as (update offline_grant set last_access = $5, last_access_at = $4 where project_id = $1 and id = $2 and last_access_at < $4::timestamptz - interval '1 minute')
       select ${TOKEN_COLUMNS}, ${GRANT_COLUMNS}, ${SESSION_USER_COLUMNS}
       from (select *, false as replayed from rotated
             union all
             select *, true as replayed from locked where previous_hash = $3 and current_hash = $6 and rotated_at > $4::timestamptz - make_interval(secs => $7)) t ${JOINS}`,
      [ctx.project.id, input.grantId, input.hash, now, access, input.nextHash, input.windowSeconds],
    );
    return row && toGrantOfToken(row);
  }

  /** Moves `authenticated_at` of a grant forward. */
  async reauthenticate(ctx: ProjectContext, tx: Tx, input: { id: string; at: Date }): Promise<void> {
    await tx.query("update offline_grant set authenticated_at = greatest(authenticated_at, $3) where project_id = $1 and id = $2", [ctx.project.id, input.id, input.at]);
  }
}

function toGrantOfToken(row: Row): GrantOfToken {
  return { grant: toOfflineGrant(row), token: toRefreshToken(row), owner: toSessionUser(row), replayed: row.replayed as boolean };
}
