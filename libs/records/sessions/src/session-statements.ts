import type { PreparedStatement } from "@gatehouse/platform-postgres";
import { ACCESS_GRANT_COLUMNS } from "./access-grant.store.js";
import { clientRowIsAlive, idpIsAlive } from "./lifetimes.js";
import { free, noteAccess } from "./recent-accesses.js";
import { GRANT_COLUMNS, GRANT_TOKENS_COLUMN, IDP_COLUMNS } from "./session-rows.js";
import { SESSION_USER_COLUMNS } from "./session-user.js";

// $1 project, $2 id or hash, $3 now, $4 access, $5 seconds in which an access is not noted again, $6 lifetimes; of IdP sessions $7: the hash of the presented token, or null.
const AGE = "last_access_at < $3::timestamptz - make_interval(secs => $5)";
const NOTED = { access: "$4", now: "$3" };
const AT = { now: "$3", lifetimes: "$6" };

/** An IdP session with its user; notes the access to one that is alive, by the right token: nothing expired revives by being asked for, and no wrong token keeps anything alive. Notes nothing of a row that somebody else has in hand. */
export const IDP_SESSION: PreparedStatement = {
  name: "session_idp",
  text: `with old as materialized (select i.id from idp_session i where i.project_id = $1 and i.id = $2 and i.${AGE} and ${idpIsAlive("i", AT)}
  and ($7::text is null or i.token_hash = $7) ${free("i")}),
touched as (update idp_session i set ${noteAccess("i", NOTED)} from old where i.project_id = $1 and i.id = old.id)
select ${IDP_COLUMNS}, s.token_hash, ${SESSION_USER_COLUMNS}
from idp_session s join auth_user u on u.project_id = s.project_id and u.id = s.user_id
where s.project_id = $1 and s.id = $2`,
};

/** Notes the access to the live grant that `id` selects, and with shared sign-on to its IdP session. */
const touchGrant = (
  id: string,
) => `old as materialized (select g.id from offline_grant g where g.project_id = $1 and g.id = ${id} and g.${AGE} and ${clientRowIsAlive("g", "initial_client_id", AT)}
  ${free("g")}),
touched as (update offline_grant g set ${noteAccess("g", NOTED)} from old where g.project_id = $1 and g.id = old.id),
old_shared as materialized (select i.id from idp_session i join offline_grant g on i.project_id = g.project_id and i.id = g.idp_session_id
  where g.project_id = $1 and g.id = ${id} and g.sso_enabled and i.${AGE} and ${idpIsAlive("i", AT)} and ${clientRowIsAlive("g", "initial_client_id", AT)} ${free("i")}),
touched_shared as (update idp_session i set ${noteAccess("i", NOTED)} from old_shared where i.project_id = $1 and i.id = old_shared.id)`;

const WHOLE_GRANT = `${GRANT_COLUMNS}, ${GRANT_TOKENS_COLUMN}, i.created_at as shared_created_at, i.last_access_at as shared_last_access_at, ${SESSION_USER_COLUMNS}`;
const GRANT_JOINS = `offline_grant s join auth_user u on u.project_id = s.project_id and u.id = s.user_id
  left join idp_session i on i.project_id = s.project_id and i.id = s.idp_session_id and s.sso_enabled`;

/** A grant with its user, its refresh tokens and the life of its IdP session; notes the access. */
export const GRANT: PreparedStatement = {
  name: "session_grant",
  text: `with ${touchGrant("$2")}
select ${WHOLE_GRANT} from ${GRANT_JOINS} where s.project_id = $1 and s.id = $2`,
};

/** An access token by its hash, with its grant where it has one (`id` is null for the others). */
export const ACCESS_GRANT: PreparedStatement = {
  name: "session_access_grant",
  text: `with a as (select * from access_grant where project_id = $1 and token_hash = $2 and expire_at >= $3),
found as (select session_id as id from a where session_kind = 'offline_grant'),
${touchGrant("(select id from found)")}
select ${ACCESS_GRANT_COLUMNS}, g.* from a left join (
  select ${WHOLE_GRANT} from ${GRANT_JOINS} where s.project_id = $1 and s.id = (select id from found)) g on true`,
};
