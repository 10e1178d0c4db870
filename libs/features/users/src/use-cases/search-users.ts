import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { UserStore } from "@gatehouse/record-users";
import { UserSearch, type UserSearchQuery } from "@gatehouse/service-user-search";

/** What is looked for. */
export type SearchUsersInput = UserSearchQuery;

/** Users by keyword, roles and groups (spec: admin API §7, search mode): as of their last indexing. */
@Injectable()
export class SearchUsers {
  constructor(
    private readonly db: Database,
    private readonly search: UserSearch,
    private readonly users: UserStore,
  ) {}

  /** The hits in order; a user who is gone meanwhile is undefined. Throws SearchDisabled and InvalidCursor. */
  async run(ctx: ProjectContext, input: SearchUsersInput): Promise<{ hits: { user: User | undefined; cursor: string }[]; totalCount: number | null }> {
    const { hits, totalCount } = await this.search.search(ctx, input);
    const ids = hits.map(({ userId }) => userId);
    const users = new Map((await this.db.read((tx) => this.users.byIds(ctx, tx, ids))).map((user) => [user.id as string, user]));
    return { hits: hits.map(({ userId, cursor }) => ({ user: users.get(userId), cursor })), totalCount };
  }
}
