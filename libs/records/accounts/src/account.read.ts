import { toUser, type UserFacts } from "@gatehouse/domain-user";
import type { PreparedStatement, Row } from "@gatehouse/platform-postgres";
import { toAuthenticator } from "@gatehouse/record-authenticators";
import { toIdentity } from "@gatehouse/record-identities";
import { MEMBERSHIP_COLUMNS } from "@gatehouse/record-roles-groups";

const children = (table: string, order: string) =>
  `(select coalesce(jsonb_agg(to_jsonb(x) order by ${order}), '[]') from ${table} x where x.project_id = u.project_id and x.user_id = u.id)`;

/** Users with all that belongs to them: one row per user. Identities newest first, authenticators oldest first. */
const FACTS_SQL = `select to_jsonb(u) as user_row, ${children("identity", "x.created_at desc, x.id")} as identities, ${children("authenticator", "x.created_at, x.id")} as authenticators,
  ${children("verified_claim", "x.created_at, x.id")} as verified,
  (select count(*) from recovery_code c where c.project_id = u.project_id and c.user_id = u.id and c.consumed_at is null)::int as recovery_codes,
  ${MEMBERSHIP_COLUMNS} from auth_user u`;

/** Every login begins with one of these: planning it costs more than running it, so connections keep it prepared. */
const statement = (by: string, users: string): PreparedStatement => ({ name: `account_${by}`, text: `${FACTS_SQL} where u.project_id = $1 and u.id = any(${users})` });
/** The owners of identities, looked up before anything else. */
const owners = (condition: string): string => `array(select i.user_id from identity i where i.project_id = $1 and ${condition})`;

/** Users by id: $2 is an array. */
export const BY_ID = statement("by_id", "$2::uuid[]");
/** Users by an identity: its type and its unique key. */
export const BY_IDENTITY = statement("by_identity", owners("i.type = $2 and i.unique_key = $3"));
/** Users by login ids: $2 is an array of unique keys. */
export const BY_LOGIN_ID = statement("by_login_id", owners("i.type = 'login_id' and i.unique_key = any($2::text[])"));

/** The facts of a row of `FACTS_SQL`. */
export function toFacts(row: Row): UserFacts {
  return {
    user: toUser(row.user_row as Row),
    identities: (row.identities as Row[]).map(toIdentity),
    authenticators: (row.authenticators as Row[]).map(toAuthenticator),
    recoveryCodes: row.recovery_codes as number,
    roles: row.role_keys as string[],
    groups: row.group_keys as string[],
    effectiveRoles: row.effective_role_keys as string[],
    verified: (row.verified as Row[]).map(({ name, value }) => ({ name: name as string, value: value as string })),
  };
}
