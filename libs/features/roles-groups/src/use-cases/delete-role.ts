import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { CachedSessions } from "@gatehouse/record-accounts";
import { GroupRoleStore, MembershipStore, type Role, RoleStore } from "@gatehouse/record-roles-groups";

/** Deletes a role; groups and users no longer have it (spec: admin API §8.3). */
@Injectable()
export class DeleteRole {
  constructor(
    private readonly roles: RoleStore,
    private readonly links: GroupRoleStore,
    private readonly memberships: MembershipStore,
    private readonly sessions: CachedSessions,
  ) {}

  /** The role as it was, with the ids of the groups and users that had it. Throws RoleNotFound. */
  async run(ctx: ProjectContext, tx: Tx, id: string): Promise<{ role: Role; groupIds: string[]; userIds: string[] }> {
    await this.roles.held(ctx, tx, id);
    const groupIds = await this.links.groupIdsOf(ctx, tx, id);
    const userIds = await this.memberships.userIdsOfRole(ctx, tx, id);
    await this.sessions.forgetHolders(ctx, tx, { roleIds: [id] });
    return { role: await this.roles.delete(ctx, tx, id), groupIds, userIds };
  }
}
