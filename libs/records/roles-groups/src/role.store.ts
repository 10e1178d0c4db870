import { Injectable } from "@nestjs/common";
import { roleDuplicateKey, roleNotFound, roleUnknownKeys } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { COLUMNS, type Owned, type Role, toOwned } from "./keyed-row.js";
import { KeyedRows } from "./keyed-rows.js";

/** Direct roles and those of the user's groups, each once. */
const EFFECTIVE = `select ${COLUMNS}, m.owner_id from (
    select x.user_id as owner_id, x.role_id from user_role x where x.project_id = $1 and x.user_id = any($2::uuid[])
    union
    select g.user_id, l.role_id from user_group g join group_role l on l.project_id = g.project_id and l.group_id = g.group_id where g.project_id = $1 and g.user_id = any($2::uuid[])
  ) m join auth_role r on r.project_id = $1 and r.id = m.role_id order by r.created_at, r.key`;

/** The rows of `auth_role`. */
@Injectable()
export class RoleStore extends KeyedRows {
  constructor() {
    super({ table: "auth_role", keyIndex: "auth_role_key", duplicateKey: roleDuplicateKey, notFound: roleNotFound, unknownKeys: roleUnknownKeys });
  }

  /** The roles that users have of their own, in the order they got them. */
  listByUserIds(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<Owned<Role>[]> {
    return this.ofOwners(ctx, tx, { link: { table: "user_role", owner: "user_id", owned: "role_id" }, ids: userIds });
  }

  /** The roles that users have of their own or by a group, oldest role first. */
  async effectiveByUserIds(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<Owned<Role>[]> {
    if (userIds.length === 0) return [];
    return (await tx.query(EFFECTIVE, [ctx.project.id, userIds])).map(toOwned);
  }

  /** The roles of groups, in the order these got them. */
  listByGroupIds(ctx: ProjectContext, tx: Tx, groupIds: readonly string[]): Promise<Owned<Role>[]> {
    return this.ofOwners(ctx, tx, { link: { table: "group_role", owner: "group_id", owned: "role_id" }, ids: groupIds });
  }
}
