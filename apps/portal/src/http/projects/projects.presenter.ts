import type { User } from "@gatehouse/domain-user";
import { isDisabled } from "@gatehouse/domain-user";

/** A project in the developer's list. */
export function projectSummary(project: { id: string; publicOrigin: string; role?: string; createdAt?: Date }): object {
  return { id: project.id, public_origin: project.publicOrigin, role: project.role ?? null, created_at: project.createdAt?.toISOString() ?? null };
}

/** A user in a table. */
export function userRow(user: User, now: Date): object {
  return {
    id: user.id,
    created_at: user.createdAt.toISOString(),
    last_login_at: (user.loginAt ?? user.lastLoginAt)?.toISOString() ?? null,
    is_disabled: isDisabled(user.status, now),
    is_anonymous: false,
    disable_reason: user.status.disableReason,
    standard_attributes: user.standardAttributes,
    custom_attributes: user.customAttributes,
  };
}
