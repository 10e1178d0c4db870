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
