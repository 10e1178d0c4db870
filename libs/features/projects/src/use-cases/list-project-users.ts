import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { UserCounts, UserListRead, UserStore } from "@gatehouse/record-users";

/** A page of a project's users, newest first. */
@Injectable()
export class ListProjectUsers {
  constructor(
    private readonly db: Database,
    private readonly users: UserStore,
    private readonly list: UserListRead,
    private readonly counts: UserCounts,
  ) {}

  /** `search` is part of an email address, phone number or user name, or a whole id; it reads every user. Two statements; a late page of the list takes up to four. */
  run(ctx: ProjectContext, page: { offset: number; limit: number; search?: string }): Promise<{ users: User[]; totalCount: number }> {
    return this.db.read(async (tx) => {
      if (page.search) return { users: await this.users.page(ctx, tx, page), totalCount: await this.users.count(ctx, tx, page.search) };
      return { users: await this.list.page(ctx, tx, page), totalCount: await this.counts.total(ctx, tx) };
    });
  }
}
