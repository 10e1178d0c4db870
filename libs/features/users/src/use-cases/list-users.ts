import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { UserCounts, UserListRead } from "@gatehouse/record-users";

/** Which part of the list, in which order. */
export interface ListUsersInput {
  offset: number;
  /** At most 100 rows are read. */
  limit: number;
  /** Creation, newest first, unless told otherwise. */
  sortBy?: "created_at" | "last_login_at";
  sortDirection?: "asc" | "desc";
}

const LARGEST_PAGE = 100;

/** A page of a project's users (spec: admin API §7, list mode). */
@Injectable()
export class ListUsers {
  constructor(
    private readonly db: Database,
    private readonly list: UserListRead,
    private readonly counts: UserCounts,
  ) {}

  /** One statement for an early page, up to three for a late one; `totalCount` costs another when it is called. */
  async run(ctx: ProjectContext, input: ListUsersInput): Promise<{ users: User[]; totalCount: () => Promise<number> }> {
    const users = await this.db.read((tx) => this.list.page(ctx, tx, { ...input, limit: Math.min(input.limit, LARGEST_PAGE) }));
    return { users, totalCount: () => this.db.read((tx) => this.counts.total(ctx, tx)) };
  }
}
