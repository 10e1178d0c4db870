import { asUserId } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import type { Row } from "@gatehouse/platform-postgres";

/** The user's facts as one jsonb column of a statement that has `auth_user` as `u`. */
export const SESSION_USER_COLUMNS = `to_jsonb(u) as user_row,
  exists (select 1 from identity i where i.project_id = u.project_id and i.user_id = u.id and i.type = 'anonymous') as is_anonymous,
  exists (select 1 from authenticator a where a.project_id = u.project_id and a.user_id = u.id) as can_reauthenticate,
  (select coalesce(jsonb_agg(i.claims), '[]') from identity i where i.project_id = u.project_id and i.user_id = u.id) as identity_claims,
  (select coalesce(jsonb_agg(jsonb_build_object('name', v.name, 'value', v.value)), '[]') from verified_claim v where v.project_id = u.project_id and v.user_id = u.id) as verified`;

export interface SessionUser {
  user: User;
  isAnonymous: boolean;
  canReauthenticate: boolean;
  identityClaims: Record<string, unknown>[];
  verified: { name: string; value: string }[];
}

/** The facts of a row with `SESSION_USER_COLUMNS`. */
export function toSessionUser(row: Row): SessionUser {
  const u = row.user_row as Record<string, unknown>;
  const time = (name: string): Date | null => (u[name] === null || u[name] === undefined ? null : new Date(u[name] as string));
  const user: User = {
    id: asUserId(u.id as string),
    createdAt: time("created_at") as Date,
    updatedAt: time("updated_at") as Date,
    loginAt: time("login_at"),
    lastLoginAt: time("last_login_at"),
    standardAttributes: u.standard_attributes as Record<string, unknown>,
    customAttributes: u.custom_attributes as Record<string, unknown>,
    mfaGracePeriodEndAt: time("mfa_grace_period_end_at"),
    status: {
      isIndefinitelyDisabled: u.is_indefinitely_disabled as boolean,
      isDeactivated: u.is_deactivated as boolean,
      disableReason: u.disable_reason as string | null,
      temporarilyDisabledFrom: time("temporarily_disabled_from"),
      temporarilyDisabledUntil: time("temporarily_disabled_until"),
      accountValidFrom: time("account_valid_from"),
      accountValidUntil: time("account_valid_until"),
      deleteAt: time("delete_at"),
      deleteReason: u.delete_reason as string | null,
      anonymizeAt: time("anonymize_at"),
      isAnonymized: u.is_anonymized as boolean,
    },
  };
  return {
    user,
    isAnonymous: row.is_anonymous as boolean,
    canReauthenticate: row.can_reauthenticate as boolean,
    identityClaims: row.identity_claims as Record<string, unknown>[],
    verified: row.verified as { name: string; value: string }[],
  };
}

const TIME_MEMBER = /(?:At|From|Until|time)$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** JSON reviver for cached sessions: members that hold times become dates again. */
export function reviveDates(key: string, value: unknown): unknown {
  return typeof value === "string" && TIME_MEMBER.test(key) && ISO.test(value) ? new Date(value) : value;
}
