import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { CachedSessions } from "@gatehouse/record-accounts";
import { type Group, GroupRoleStore, GroupStore, MembershipStore } from "@gatehouse/record-roles-groups";

/** Deletes a group; its users lose the roles they had by it (spec: admin API §8.3). */
@Injectable()
export class DeleteGroup {
  constructor(
    private readonly groups: GroupStore,
    private readonly links: GroupRoleStore,
    private readonly memberships: MembershipStore,
    private readonly sessions: CachedSessions,
  ) {}

  /** The group as it was, with the ids of its roles and users. Throws GroupNotFound. */
  async run(ctx: ProjectContext, tx: Tx, id: string): Promise<{ group: Group; roleIds: string[]; userIds: string[] }> {
    await this.groups.held(ctx, tx, id);
    const roleIds = await this.links.roleIdsOf(ctx, tx, id);
    const userIds = await this.memberships.userIdsOfGroup(ctx, tx, id);
    await this.sessions.forgetHolders(ctx, tx, { groupIds: [id] });
    return { group: await this.groups.delete(ctx, tx, id), roleIds, userIds };
  }
}
