import { toUser, type UserFacts } from "@gatehouse/domain-user";
import type { Row } from "@gatehouse/platform-postgres";
import { toAuthenticator } from "@gatehouse/record-authenticators";
import { toIdentity } from "@gatehouse/record-identities";
import { MEMBERSHIP_COLUMNS } from "@gatehouse/record-roles-groups";

const children = (table: string, order: string) =>
  `(select coalesce(jsonb_agg(to_jsonb(x) order by ${order}), '[]') from ${table} x where x.project_id = u.project_id and x.user_id = u.id)`;

/** Users with all that belongs to them: one row per user. Identities newest first, authenticators oldest first. */
export const FACTS_SQL = `select to_jsonb(u) as user_row, ${children("identity", "x.created_at desc, x.id")} as identities, ${children("authenticator", "x.created_at, x.id")} as authenticators,
  ${children("verified_claim", "x.created_at, x.id")} as verified,
  (select count(*) from recovery_code c where c.project_id = u.project_id and c.user_id = u.id and c.consumed_at is null)::int as recovery_codes,
  ${MEMBERSHIP_COLUMNS} from auth_user u`;

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
