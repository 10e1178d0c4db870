import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { UserStore } from "@gatehouse/record-users";

/** Which users, in which order. */
export interface ListUsersInput {
  offset: number;
  /** At most 100 rows are read. */
  limit: number;
  /** Part of an email address, phone number or user name, or a whole id. */
  search?: string;
  /** Creation, newest first, unless told otherwise. */
  sortBy?: "created_at" | "last_login_at";
  sortDirection?: "asc" | "desc";
}

const LARGEST_PAGE = 100;

/** A page of a project's users. */
@Injectable()
export class ListUsers {
  constructor(
    private readonly db: Database,
    private readonly users: UserStore,
  ) {}

  /** One statement; `totalCount` costs a second one when it is called. */
  async run(ctx: ProjectContext, input: ListUsersInput): Promise<{ users: User[]; totalCount: () => Promise<number> }> {
    const limit = Math.min(input.limit, LARGEST_PAGE);
    const users = limit > 0 ? await this.db.read((tx) => this.users.page(ctx, tx, { ...input, limit })) : [];
    return { users, totalCount: () => this.db.read((tx) => this.users.count(ctx, tx, input.search)) };
  }
}
