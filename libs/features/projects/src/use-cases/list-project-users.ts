import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { UserCounts, UserListRead, UserStore } from "@gatehouse/record-users";
import { UserSearch } from "@gatehouse/service-user-search";

/** So many of the users who match are shown. */
const MOST_FOUND = 50;

/** A page of a project's users, newest first (spec: portal §16, `user-management/users`). */
@Injectable()
export class ListProjectUsers {
  constructor(
    private readonly db: Database,
    private readonly users: UserStore,
    private readonly list: UserListRead,
    private readonly counts: UserCounts,
    private readonly index: UserSearch,
  ) {}

  /** `search` is a keyword of user search, which answers 50 users at most. Throws SearchDisabled. Two statements for an early page of the list, up to four for a late one. */
  async run(ctx: ProjectContext, { search, ...page }: { offset: number; limit: number; search?: string }): Promise<{ users: User[]; totalCount: number }> {
    if (search) return this.found(ctx, { ...page, search });
    return this.db.read(async (tx) => ({ users: await this.list.page(ctx, tx, page), totalCount: await this.counts.total(ctx, tx) }));
  }

  private async found(ctx: ProjectContext, { search, offset, limit }: { offset: number; limit: number; search: string }): Promise<{ users: User[]; totalCount: number }> {
    const { hits } = await this.index.search(ctx, { keyword: search, first: MOST_FOUND });
    const ids = hits.slice(offset, offset + limit).map(({ userId }) => userId);
    const users = new Map((await this.db.read((tx) => this.users.byIds(ctx, tx, ids))).map((user) => [user.id as string, user]));
    return { users: ids.flatMap((id) => users.get(id) ?? []), totalCount: hits.length };
  }
}
