import { Injectable } from "@nestjs/common";
import { groupDuplicateKey, groupNotFound, groupUnknownKeys } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import type { Group, Owned } from "./keyed-row.js";
import { KeyedRows } from "./keyed-rows.js";

/** The rows of `auth_group`. */
@Injectable()
export class GroupStore extends KeyedRows {
  constructor() {
    super({ table: "auth_group", keyIndex: "auth_group_key", duplicateKey: groupDuplicateKey, notFound: groupNotFound, unknownKeys: groupUnknownKeys });
  }

  /** The groups of users, in the order they joined. */
  listByUserIds(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<Owned<Group>[]> {
    return this.ofOwners(ctx, tx, { link: { table: "user_group", owner: "user_id", owned: "group_id" }, ids: userIds });
  }

  /** The groups that have roles, in the order they got them. */
  listByRoleIds(ctx: ProjectContext, tx: Tx, roleIds: readonly string[]): Promise<Owned<Group>[]> {
    return this.ofOwners(ctx, tx, { link: { table: "group_role", owner: "role_id", owned: "group_id" }, ids: roleIds });
  }
}
