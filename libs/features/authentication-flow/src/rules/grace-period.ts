import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";

/** Whether a user without a second factor may still log in and enrol one: by the project's period, or by his own (spec: authentication flow §10.2). */
export function inGracePeriod({ project, now }: ProjectContext, user: Pick<User, "mfaGracePeriodEndAt">): boolean {
  const period = project.config.authentication.secondary_authentication_grace_period;
  const projectEnd = period.end_at ? new Date(period.end_at) : undefined;
  if (period.enabled && (projectEnd === undefined || now() < projectEnd)) return true;
  return user.mfaGracePeriodEndAt !== null && now() < user.mfaGracePeriodEndAt;
}
