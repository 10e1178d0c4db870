import { Injectable } from "@nestjs/common";
import { groupDuplicateKey, groupNotFound, groupUnknownKeys } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { COLUMNS, type Group, type Owned, toOwned } from "./keyed-row.js";
import { KeyedRows } from "./keyed-rows.js";

/** The rows of `auth_group`. */
@Injectable()
export class GroupStore extends KeyedRows {
  constructor() {
    super({ table: "auth_group", keyIndex: "auth_group_key", duplicateKey: groupDuplicateKey, notFound: groupNotFound, unknownKeys: groupUnknownKeys });
  }

  /** The groups of users, in the order they joined. */
  async listByUserIds(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<Owned<Group>[]> {
    if (userIds.length === 0) return [];
    const sql = `select ${COLUMNS}, x.user_id as owner_id from user_group x join auth_group r on r.project_id = x.project_id and r.id = x.group_id
      where x.project_id = $1 and x.user_id = any($2::uuid[]) order by x.created_at, r.key`;
    return (await tx.query(sql, [ctx.project.id, userIds])).map(toOwned);
  }

  /** The groups that have roles, in the order they got them. */
  async listByRoleIds(ctx: ProjectContext, tx: Tx, roleIds: readonly string[]): Promise<Owned<Group>[]> {
    if (roleIds.length === 0) return [];
    const sql = `select ${COLUMNS}, x.role_id as owner_id from group_role x join auth_group r on r.project_id = x.project_id and r.id = x.group_id
      where x.project_id = $1 and x.role_id = any($2::uuid[]) order by x.created_at, r.key`;
    return (await tx.query(sql, [ctx.project.id, roleIds])).map(toOwned);
  }
}
