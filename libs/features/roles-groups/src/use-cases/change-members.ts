import { Injectable } from "@nestjs/common";
import { userNotFound } from "@gatehouse/domain-errors";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { UserMemberships } from "@gatehouse/record-accounts";
import { type Group, GroupStore, MembershipStore, type Role, RoleStore } from "@gatehouse/record-roles-groups";
import { UserStore } from "@gatehouse/record-users";
import type { Change } from "./change-roles-of-groups.js";

/** Gives roles and groups to users, or takes them (spec: admin API §8.3). */
@Injectable()
export class ChangeMembers {
  constructor(
    private readonly users: UserStore,
    private readonly roles: RoleStore,
    private readonly groups: GroupStore,
    private readonly known: MembershipStore,
    private readonly memberships: UserMemberships,
  ) {}

  /** One role and many users. Throws RoleNotFound, UserUnknownKeys. */
  async ofRole(ctx: ProjectContext, tx: Tx, input: { change: Change; roleKey: string; userIds: readonly string[] }): Promise<Role> {
    const role = await this.roles.required(ctx, tx, input.roleKey);
    await this.known.requireUsers(ctx, tx, input.userIds);
    await this.memberships[input.change](ctx, tx, { userIds: input.userIds, roleIds: [role.id] });
    return role;
  }

  /** One group and many users. Throws GroupNotFound, UserUnknownKeys. */
  async ofGroup(ctx: ProjectContext, tx: Tx, input: { change: Change; groupKey: string; userIds: readonly string[] }): Promise<Group> {
    const group = await this.groups.required(ctx, tx, input.groupKey);
    await this.known.requireUsers(ctx, tx, input.userIds);
    await this.memberships[input.change](ctx, tx, { userIds: input.userIds, groupIds: [group.id] });
    return group;
  }

  /** One user and many roles; their ids. Throws UserNotFound, RoleUnknownKeys. */
  async rolesOfUser(ctx: ProjectContext, tx: Tx, input: { change: Change; userId: string; roleKeys: readonly string[] }): Promise<string[]> {
    await this.requireUser(ctx, tx, input.userId);
    const roleIds = (await this.roles.allRequired(ctx, tx, { keys: input.roleKeys })).map(({ id }) => id);
    await this.memberships[input.change](ctx, tx, { userIds: [input.userId], roleIds });
    return roleIds;
  }

  /** One user and many groups; their ids. Throws UserNotFound, GroupUnknownKeys. */
  async groupsOfUser(ctx: ProjectContext, tx: Tx, input: { change: Change; userId: string; groupKeys: readonly string[] }): Promise<string[]> {
    await this.requireUser(ctx, tx, input.userId);
    const groupIds = (await this.groups.allRequired(ctx, tx, { keys: input.groupKeys })).map(({ id }) => id);
    await this.memberships[input.change](ctx, tx, { userIds: [input.userId], groupIds });
    return groupIds;
  }

  private async requireUser(ctx: ProjectContext, tx: Tx, userId: string): Promise<void> {
    if (!isUuid(userId) || !(await this.users.lock(ctx, tx, asUserId(userId)))) throw userNotFound({});
  }
}
