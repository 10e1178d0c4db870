import type { Connection } from "./connection.js";

/** The four arguments of a connection. */
export interface ConnectionArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** The rows a page is made of. */
export interface OffsetPage {
  offset: number;
  limit: number;
  /** What limits the page, and by how many. */
  by: { side: "first" | "last"; size: number };
}

const toCursor = (offset: number): string => Buffer.from(`offset:${offset}`).toString("base64url");

function fromCursor(cursor: string): number | undefined {
  const bytes = Buffer.from(cursor, "base64url");
  const digits = bytes.toString("base64url") === cursor ? /^offset:(\d{1,9})$/.exec(bytes.toString("utf8"))?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The rows that the arguments ask for: forward by `first` and `after`, or inside `after` and `before` by `first` or `last`. Sizes are cut to `max`;
 * negative ones count as absent. The reason is given when the cursors are broken or the arguments do not combine.
 */
export function offsetPage(args: ConnectionArguments, max: number): OffsetPage | "invalid_cursor" | "unsupported" {
  const first = size(args.first, max);
  const last = size(args.last, max);
  const [after, before] = [args.after, args.before].map((cursor) =>
    cursor === null || cursor === undefined || cursor === "" ? undefined : (fromCursor(cursor) ?? Number.NaN),
  ) as [number | undefined, number | undefined];
  if (Number.isNaN(after) || Number.isNaN(before)) return "invalid_cursor";
  const start = after === undefined ? 0 : after + 1;
  if (before === undefined) {
    if (last !== undefined) return "unsupported";
    return { offset: start, limit: first ?? max, by: { side: "first", size: first ?? max } };
  }
  if (after === undefined || (first !== undefined && last !== undefined)) return "unsupported";
  const window = Math.max(0, before - start);
  if (last !== undefined) {
    const limit = Math.min(window, last);
    return { offset: before - limit, limit, by: { side: "last", size: last } };
  }
  return { offset: start, limit: Math.min(window, first ?? max), by: { side: "first", size: first ?? max } };
}

const size = (value: number | null | undefined, max: number): number | undefined => (value === null || value === undefined || value < 0 ? undefined : Math.min(value, max));

/** The connection of rows read for a page; rows that are gone by now (null) get no edge. A side whose end was not reached counts as having more. */
export function offsetConnection<T>(page: OffsetPage, nodes: readonly (T | null)[], totalCount: Connection<T>["totalCount"]): Connection<T> {
  const edges = nodes.flatMap((node, index) => (node === null ? [] : [{ cursor: toCursor(page.offset + index), node }]));
  const full = nodes.length >= page.by.size;
  return {
    edges,
    pageInfo: {
      hasNextPage: page.by.side === "last" || full,
      hasPreviousPage: page.by.side === "first" || full,
      startCursor: edges[0]?.cursor ?? "",
      endCursor: edges.at(-1)?.cursor ?? "",
    },
    totalCount,
  };
}
