import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { UserDocuments } from "../user-documents.read.js";
import { LARGEST_PAGE, type UserIndex, type UserSearchPage, type UserSearchQuery } from "../user-search-query.js";
import { FindUsersRead } from "./find-users.read.js";
import { alternativesOf } from "./search-terms.js";
import { fromSortCursor, toSortCursor } from "./sort-cursor.js";
import { UserSearchStore } from "./user-search.store.js";

/** User search in the main database. It counts nothing. */
@Injectable()
export class PostgresqlUserIndex implements UserIndex {
  constructor(
    private readonly db: Database,
    private readonly documents: UserDocuments,
    private readonly store: UserSearchStore,
    private readonly find: FindUsersRead,
  ) {}

  /** Two statements for each way in which the keyword may match, and one for all; four to ten more where what is common is rare at the page or together. */
  async search(ctx: ProjectContext, query: UserSearchQuery): Promise<UserSearchPage> {
    const after = query.after === undefined ? undefined : fromSortCursor(query.after);
    const page = { sortBy: query.sortBy ?? "created_at", ascending: query.sortDirection === "asc", after, limit: Math.min(query.first, LARGEST_PAGE) };
    const alternatives = alternativesOf(query);
    if (alternatives.length === 0) return { hits: [], totalCount: null };
    const hits = await this.db.transaction((tx) => this.find.run(ctx, tx, { alternatives, page }));
    return { hits: hits.map((hit) => ({ userId: hit.userId, cursor: toSortCursor(hit) })), totalCount: null };
  }

  /** Four statements for a batch. */
  async reindex(ctx: ProjectContext, userIds: readonly string[]): Promise<void> {
    await this.db.transaction(async (tx) => {
      await this.store.lock(ctx, tx);
      const batch = await this.documents.read(ctx, tx, userIds);
      await this.store.write(ctx, tx, batch);
      await this.documents.clearMarks(ctx, tx, batch);
    });
  }
}
