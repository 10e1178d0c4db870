import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** Which users: in a group, with a role of their own, or all. */
export type UserSet = { of: "group" | "role"; id: string } | { of: "all" };

/** A user, and where he is in the reading order of his set. */
export interface Member {
  userId: string;
  at: string;
}

/** Sets of users in batches, each beginning behind the one before. */
@Injectable()
export class AffectedUsersStore {
  /** In the order of the index at hand: members of a group or role by the time they joined, all users by id. */
  async batch(ctx: ProjectContext, tx: Tx, { set, after, limit }: { set: UserSet; after?: Member; limit: number }): Promise<Member[]> {
    const { sql, values } = question(set);
    const behind = after ? ` and ${sql.key} > (${set.of === "all" ? "$2::uuid" : "$3::timestamptz, $4::uuid"})` : "";
    const position = after ? (set.of === "all" ? [after.userId] : [after.at, after.userId]) : [];
    const text = `select ${sql.columns} from ${sql.table} where project_id = $1${sql.where}${behind} order by ${sql.order} limit ${limit}`;
    return tx.query<Member>(text, [ctx.project.id, ...values, ...position]);
  }

  /** Groups that give a role. */
  async groupsOfRole(ctx: ProjectContext, tx: Tx, roleId: string): Promise<string[]> {
    return (await tx.query<{ id: string }>("select group_id as id from group_role where project_id = $1 and role_id = $2", [ctx.project.id, roleId])).map(({ id }) => id);
  }
}

function question(set: UserSet): { sql: { columns: string; table: string; where: string; key: string; order: string }; values: string[] } {
  if (set.of === "all") return { sql: { columns: `id as "userId", '' as at`, table: "auth_user", where: "", key: "id", order: "id" }, values: [] };
  const columns = `user_id as "userId", created_at::text as at`;
  const [table, where] = set.of === "group" ? ["user_group", " and group_id = $2"] : ["user_role", " and role_id = $2"];
  return { sql: { columns, table, where, key: "(created_at, user_id)", order: "created_at, user_id" }, values: [set.id] };
}
