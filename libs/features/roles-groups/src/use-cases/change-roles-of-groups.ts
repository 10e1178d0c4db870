import { Injectable } from "@nestjs/common";
import { rolesOfGroupUnknownKeys } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { CachedSessions } from "@gatehouse/record-accounts";
import { type Group, GroupRoleStore, GroupStore, type Role, RoleStore } from "@gatehouse/record-roles-groups";

/** Whether something is given or taken. */
export type Change = "add" | "remove";

/** Gives roles to groups, or takes them (spec: admin API §8.3). */
@Injectable()
export class ChangeRolesOfGroups {
  constructor(
    private readonly roles: RoleStore,
    private readonly groups: GroupStore,
    private readonly links: GroupRoleStore,
    private readonly sessions: CachedSessions,
  ) {}

  /** One role and many groups. Throws RoleNotFound, GroupUnknownKeys. */
  async ofRole(ctx: ProjectContext, tx: Tx, input: { change: Change; roleKey: string; groupKeys: readonly string[] }): Promise<{ role: Role; groupIds: string[] }> {
    const role = await this.roles.required(ctx, tx, input.roleKey);
    const groupIds = idsOf(await this.groups.allRequired(ctx, tx, { keys: input.groupKeys }));
    await this.write(ctx, tx, { change: input.change, groupIds, roleIds: [role.id] });
    return { role, groupIds };
  }

  /** One group and many roles. Throws GroupNotFound, and GroupUnknownKeys for roles that are unknown. */
  async ofGroup(ctx: ProjectContext, tx: Tx, input: { change: Change; groupKey: string; roleKeys: readonly string[] }): Promise<{ group: Group; roleIds: string[] }> {
    const group = await this.groups.required(ctx, tx, input.groupKey);
    const roleIds = idsOf(await this.roles.allRequired(ctx, tx, { keys: input.roleKeys, unknown: rolesOfGroupUnknownKeys }));
    await this.write(ctx, tx, { change: input.change, groupIds: [group.id], roleIds });
    return { group, roleIds };
  }

  private async write(ctx: ProjectContext, tx: Tx, { change, groupIds, roleIds }: { change: Change; groupIds: string[]; roleIds: string[] }): Promise<void> {
    await this.links[change](ctx, tx, { groupIds, roleIds });
    await this.sessions.forgetHolders(ctx, tx, { groupIds });
  }
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
