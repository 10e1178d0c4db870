/** Where a page lies in its list. */
export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Empty for an empty page. */
  startCursor: string;
  endCursor: string;
}

/** One element of a page. */
export interface Edge<T> {
  cursor: string;
  node: T;
}

/** A page of a list in Relay's form. `totalCount` may be a function, called only when it is asked for. */
export interface Connection<T> {
  edges: Edge<T>[];
  pageInfo: PageInfo;
  totalCount: number | null | (() => number | null | Promise<number | null>);
}

/** The connection of a page that goes forward by cursors of its source. Rows whose node is gone count for the page's length and are left out. */
export function cursorConnection<T>(first: number, rows: readonly { cursor: string; node: T | undefined }[], totalCount: Connection<T>["totalCount"]): Connection<T> {
  const edges = rows.flatMap(({ cursor, node }) => (node === undefined ? [] : [{ cursor, node }]));
  return {
    edges,
    pageInfo: { hasNextPage: rows.length >= first, hasPreviousPage: true, startCursor: rows[0]?.cursor ?? "", endCursor: rows.at(-1)?.cursor ?? "" },
    totalCount,
  };
}
