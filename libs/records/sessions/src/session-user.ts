import { toUser, type User } from "@gatehouse/domain-user";
import type { Row } from "@gatehouse/platform-postgres";

const children = (table: string, columns: string) =>
  `(select coalesce(jsonb_agg(jsonb_build_object(${columns}) order by x.created_at, x.id), '[]') from ${table} x where x.project_id = u.project_id and x.user_id = u.id)`;
const columns = (...names: string[]): string => names.map((name) => `'${name}', x.${name}`).join(", ");

/** The user's facts as jsonb columns of a statement that has `auth_user` as `u`. No secret is among them. */
export const SESSION_USER_COLUMNS = `to_jsonb(u) as user_row,
  ${children("identity", `${columns("id", "type", "login_id_key", "login_id_type", "claims", "created_at", "updated_at")}, 'oauth_provider_type', x.details #>> '{oauth,providerType}', 'oauth_provider_alias', x.details #>> '{oauth,alias}'`)} as user_identities,
  ${children("authenticator", columns("id", "type", "kind", "created_at", "updated_at"))} as user_authenticators,
  ${children("verified_claim", columns("name", "value"))} as user_verified,
  exists (select 1 from recovery_code c where c.project_id = u.project_id and c.user_id = u.id and c.consumed_at is null) as user_recovery_codes,
  array(select r.key from (
      select x.role_id from user_role x where x.project_id = u.project_id and x.user_id = u.id
      union select l.role_id from user_group g join group_role l on l.project_id = g.project_id and l.group_id = g.group_id where g.project_id = u.project_id and g.user_id = u.id
    ) m join auth_role r on r.project_id = u.project_id and r.id = m.role_id order by r.created_at, r.key) as user_roles`;

/** An identity as sessions know it: oldest first, times RFC 3339. */
export interface SessionIdentity {
  id: string;
  type: string;
  login_id_key: string | null;
  login_id_type: string | null;
  claims: Record<string, unknown>;
  oauth_provider_type: string | null;
  oauth_provider_alias: string | null;
  created_at: string;
  updated_at: string;
}

/** An authenticator as sessions know it. */
export interface SessionAuthenticator {
  id: string;
  type: string;
  kind: string;
  created_at: string;
  updated_at: string;
}

/** What a session knows of its user. */
export interface SessionUser {
  user: User;
  identities: SessionIdentity[];
  authenticators: SessionAuthenticator[];
  verified: { name: string; value: string }[];
  /** Whether recovery codes are left. */
  hasRecoveryCodes: boolean;
  /** Keys of his own roles and those of his groups, oldest role first. */
  effectiveRoles: string[];
}

/** The facts of a row with `SESSION_USER_COLUMNS`. */
export function toSessionUser(row: Row): SessionUser {
  return {
    user: toUser(row.user_row as Row),
    identities: row.user_identities as SessionIdentity[],
    authenticators: row.user_authenticators as SessionAuthenticator[],
    verified: row.user_verified as { name: string; value: string }[],
    hasRecoveryCodes: row.user_recovery_codes as boolean,
    effectiveRoles: row.user_roles as string[],
  };
}

const TIME_MEMBER = /(?:At|From|Until|time)$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** JSON reviver for cached sessions: members that hold times become dates again. */
export function reviveDates(key: string, value: unknown): unknown {
  return typeof value === "string" && TIME_MEMBER.test(key) && ISO.test(value) ? new Date(value) : value;
}
