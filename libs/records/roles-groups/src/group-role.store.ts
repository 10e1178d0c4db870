import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** Every pair of the groups and the roles. */
export interface GroupRoles {
  groupIds: readonly string[];
  roleIds: readonly string[];
}

/** Which group has which role: the rows of `group_role`. */
@Injectable()
export class GroupRoleStore {
  /** Pairs that are there stay as they are. */
  async add(ctx: ProjectContext, tx: Tx, { groupIds, roleIds }: GroupRoles): Promise<void> {
    const sql = `insert into group_role (project_id, group_id, role_id, created_at)
      select $1, g, r, $4 from unnest($2::uuid[]) g cross join unnest($3::uuid[]) r on conflict do nothing`;
    await tx.query(sql, [ctx.project.id, groupIds, roleIds, ctx.now()]);
  }

  /** Pairs that are absent are no mistake. */
  async remove(ctx: ProjectContext, tx: Tx, { groupIds, roleIds }: GroupRoles): Promise<void> {
    await tx.query("delete from group_role where project_id = $1 and group_id = any($2::uuid[]) and role_id = any($3::uuid[])", [ctx.project.id, groupIds, roleIds]);
  }

  /** Ids of the groups that have a role. */
  async groupIdsOf(ctx: ProjectContext, tx: Tx, roleId: string): Promise<string[]> {
    const sql = "select group_id from group_role where project_id = $1 and role_id = $2 order by created_at, group_id";
    return (await tx.query(sql, [ctx.project.id, roleId])).map((row) => row.group_id as string);
  }

  /** Ids of the roles of a group. */
  async roleIdsOf(ctx: ProjectContext, tx: Tx, groupId: string): Promise<string[]> {
    const sql = "select role_id from group_role where project_id = $1 and group_id = $2 order by created_at, role_id";
    return (await tx.query(sql, [ctx.project.id, groupId])).map((row) => row.role_id as string);
  }
}
