import type { ProjectContext } from "@gatehouse/domain-project";

/** A question to user search (spec: admin API §7). At least one of keyword, roles and groups restricts. */
export interface UserSearchQuery {
  keyword?: string;
  roleKeys?: readonly string[];
  groupKeys?: readonly string[];
  /** Creation unless told otherwise. `last_login_at` is the login before the latest; users without one come last in either direction. */
  sortBy?: "created_at" | "last_login_at";
  /** Descending unless told otherwise. */
  sortDirection?: "asc" | "desc";
  /** Most hits wanted. */
  first: number;
  /** Cursor of the hit before the page, as an earlier answer of the same driver gave it. */
  after?: string;
}

/** One page of hits in order. */
export interface UserSearchPage {
  hits: { userId: string; cursor: string }[];
  /** Null where counting would cost more than searching. */
  totalCount: number | null;
}

/** The longest page. */
export const LARGEST_PAGE = 100;

/** A search engine for users. Both drivers pass one contract suite. */
export interface UserIndex {
  /** Throws InvalidCursor for a cursor that this driver did not give out. */
  search(ctx: ProjectContext, query: UserSearchQuery): Promise<UserSearchPage>;
  /** Brings the documents of these users up to date with the tables; users that are gone lose theirs. At most 500 at once. */
  reindex(ctx: ProjectContext, userIds: readonly string[]): Promise<void>;
}
