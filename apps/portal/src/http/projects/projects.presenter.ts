import type { ProjectContext } from "@gatehouse/domain-project";
import { isDisabled, portalLevel, shownCustomAttributes, type User } from "@gatehouse/domain-user";

/** A project in the developer's list. */
export function projectSummary(project: { id: string; publicOrigin: string; role?: string; createdAt?: Date }): object {
  return { id: project.id, public_origin: project.publicOrigin, role: project.role ?? null, created_at: project.createdAt?.toISOString() ?? null };
}

/** A user in a table, with the attributes that the project does not hide from the portal (spec: user model §7.3). */
export function userRow(ctx: ProjectContext, user: User): object {
  const { config } = ctx.project;
  const shown = (attributes: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(attributes).filter(([name]) => portalLevel(config, `/${name}`) !== "hidden"));
  return {
    id: user.id,
    created_at: user.createdAt.toISOString(),
    last_login_at: (user.loginAt ?? user.lastLoginAt)?.toISOString() ?? null,
    is_disabled: isDisabled(user.status, ctx.now()),
    is_anonymous: false,
    disable_reason: user.status.disableReason,
    standard_attributes: shown(user.standardAttributes),
    custom_attributes: shown(shownCustomAttributes(config, user)),
  };
}
