import type { OfflineGrant, RefreshTokenRecord } from "@gatehouse/domain-session";
import type { PreparedStatement, Row } from "@gatehouse/platform-postgres";
import { clientRowIsAlive, idpIsAlive } from "./lifetimes.js";
import { free, noteAccess } from "./recent-accesses.js";
import { GRANT_COLUMNS, toOfflineGrant, toRefreshToken } from "./session-rows.js";
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
/** The grant of $2, when the presented token was found. */
const FOUND_GRANT = "g.project_id = $1 and g.id = $2 and exists (select 1 from found)";
const NOTED = { access: "$5", now: "$4" };
/** Notes the access to a live grant, on the IdP session too where the sign-on is shared: nothing expired revives by being asked for, and no wrong token keeps anything alive. */
const USED = `old as materialized (select g.id from offline_grant g where ${FOUND_GRANT} and g.${AGE} and ${clientRowIsAlive("g", "initial_client_id", AT)} ${free("g")}),
  used as (update offline_grant g set ${noteAccess("g", NOTED)} from old where g.project_id = $1 and g.id = old.id),
  old_shared as materialized (select i.id from idp_session i join offline_grant g on i.project_id = g.project_id and i.id = g.idp_session_id
    where ${FOUND_GRANT} and g.sso_enabled and i.${AGE} and ${idpIsAlive("i", AT)} and ${clientRowIsAlive("g", "initial_client_id", AT)} ${free("i")}),
  used_shared as (update idp_session i set ${noteAccess("i", NOTED)} from old_shared where i.project_id = $1 and i.id = old_shared.id)`;
/**
 * Drops the records of the grant $2 that are over by their own client's rules, all but the first and `kept`; one that another request has in hand stays
 * (spec: sessions and tokens §9.3).
 */
export const swept = (kept: string, at: { now: string; lifetimes: string }) => `over as (select t.initial_hash from refresh_token t
    where t.project_id = $1 and t.grant_id = $2 and t.initial_hash <> ${kept}
      and t.initial_hash <> (select f.initial_hash from refresh_token f where f.project_id = $1 and f.grant_id = $2 order by f.created_at, f.initial_hash limit 1)
      and (t.expire_at < ${at.now}::timestamptz or not (${clientRowIsAlive("t", "client_id", at)})) for update skip locked),
  swept as (delete from refresh_token t using over where t.project_id = $1 and t.grant_id = $2 and t.initial_hash = over.initial_hash)`;
/** Writes the access token of the record `t`. */
const issued = (from: string, [hash, expireAt]: [string, string]) => `issued as (
  insert into access_grant (project_id, token_hash, user_id, client_id, authorization_id, session_id, session_kind, initial_refresh_token_hash, scopes, created_at, expire_at)
  select t.project_id, ${hash}, g.user_id, t.client_id, t.authorization_id, t.grant_id, 'offline_grant', t.initial_hash, t.scopes, $4::timestamptz, ${expireAt}::timestamptz
  from ${from} t join offline_grant g on g.project_id = t.project_id and g.id = t.grant_id)`;

/** The record of a presented token. */
export const BY_TOKEN: PreparedStatement = {
  name: "refresh_token_read",
  text: `with found as (select *, 0 as generation from refresh_token where project_id = $1 and grant_id = $2 and current_hash = $3),
       old_token as materialized (select t.initial_hash from refresh_token t where t.project_id = $1 and t.grant_id = $2 and t.current_hash = $3 and t.${AGE} ${free("t")}),
       touched as (update refresh_token t set last_access_at = $4 from old_token o where t.project_id = $1 and t.grant_id = $2 and t.initial_hash = o.initial_hash),
       ${USED}
       select ${WHOLE} from found t ${JOINS}`,
};

/** The same, without noting an access: nothing is kept alive by being asked about. $1 project, $2 grant, $3 hash. */
export const PEEK: PreparedStatement = {
  name: "refresh_token_peek",
  text: `with found as (select *, 0 as generation from refresh_token where project_id = $1 and grant_id = $2 and current_hash = $3)
       select ${WHOLE} from found t ${JOINS}`,
};

/** In place of a proven key: the client's refresh tokens are good without. */
export const UNPROVEN = "*";
const NOTED_OF_MANY = { access: "u.access", now: "$4" };
/**
 * The records of many presented tokens, each with its access token written; those of another client, or bound to another key, are not found: nothing is noted for them.
 * Arrays, one element for each: $2 grants, $3 hashes, $5 accesses, $8 hashes of the access tokens, $9 their ends, $10 clients, $11 proven keys; `place` tells whose
 * row it is, from 1.
 */
export const ISSUE_ACCESS: PreparedStatement = {
  name: "refresh_token_issue",
  text: `with asked as (select * from unnest($2::uuid[], $3::text[], $5::text[], $8::text[], $9::timestamptz[], $10::text[], $11::text[])
         with ordinality as a (grant_id, hash, access, token_hash, token_end, client_id, proven_jkt, place)),
       found as (select t.*, 0 as generation, a.place, a.access, a.token_hash as issued_hash, a.token_end from asked a
         join refresh_token t on t.project_id = $1 and t.grant_id = a.grant_id and t.current_hash = a.hash
           and t.client_id = a.client_id and (t.dpop_jkt is null or a.proven_jkt in (t.dpop_jkt, '${UNPROVEN}'))),
       old_tokens as (select t.grant_id, t.initial_hash from refresh_token t where t.project_id = $1 and (t.grant_id, t.initial_hash) in (select grant_id, initial_hash from found)
         and t.${AGE} ${free("t")}),
       touched as (update refresh_token t set last_access_at = $4 from old_tokens o where t.project_id = $1 and t.grant_id = o.grant_id and t.initial_hash = o.initial_hash),
       used as (select distinct on (f.grant_id) f.grant_id, f.access::jsonb from found f join offline_grant g on g.project_id = $1 and g.id = f.grant_id
         where ${clientRowIsAlive("g", "initial_client_id", AT)}),
       old_grants as (select g.id from offline_grant g where g.project_id = $1 and g.id in (select grant_id from used) and g.${AGE} ${free("g")}),
       used_grants as (update offline_grant g set ${noteAccess("g", NOTED_OF_MANY)} from used u, old_grants o where g.project_id = $1 and g.id = o.id and u.grant_id = o.id),
       old_shared as (select i.id from idp_session i where i.project_id = $1 and i.id in (select g.idp_session_id from used u join offline_grant g on g.project_id = $1 and g.id = u.grant_id
         where g.sso_enabled) and i.${AGE} and ${idpIsAlive("i", AT)} ${free("i")}),
       used_shared as (update idp_session i set ${noteAccess("i", NOTED_OF_MANY)} from old_shared o, (select distinct on (g.idp_session_id) g.idp_session_id, u.access
         from used u join offline_grant g on g.project_id = $1 and g.id = u.grant_id where g.sso_enabled) u where i.project_id = $1 and i.id = o.id and u.idp_session_id = o.id),
       issued as (insert into access_grant (project_id, token_hash, user_id, client_id, authorization_id, session_id, session_kind, initial_refresh_token_hash, scopes, created_at, expire_at)
         select f.project_id, f.issued_hash, g.user_id, f.client_id, f.authorization_id, f.grant_id, 'offline_grant', f.initial_hash, f.scopes, $4::timestamptz, f.token_end
         from found f join offline_grant g on g.project_id = f.project_id and g.id = f.grant_id)
       select t.place, ${WHOLE} from found t ${JOINS}`,
};
/** $8 and $9: hashes of the two tokens that follow; $10: seconds; $11, $12: the access token. */
export const ROTATE: PreparedStatement = {
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

/** A row of these statements. */
export function toGrantOfToken(row: Row): GrantOfToken {
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
