import type { Connection } from "./connection.js";
import type { ConnectionArguments } from "./offset-connection.js";

const PREFIX = "arrayconnection:";

const toCursor = (offset: number): string => Buffer.from(PREFIX + offset).toString("base64");

/** A cursor that cannot be read counts as absent. */
function fromCursor(cursor: string | null | undefined, otherwise: number): number {
  const text = Buffer.from(cursor ?? "", "base64").toString("utf8");
  return text.startsWith(PREFIX) && /^\d{1,9}$/.test(text.slice(PREFIX.length)) ? Number(text.slice(PREFIX.length)) : otherwise;
}

/** A page of a list in memory, cut as the Relay specification says: `after` and `before`, then `first`, then `last`. */
export function arrayConnection<T>(list: readonly T[], args: ConnectionArguments): Connection<T> {
  const lower = fromCursor(args.after, -1) + 1;
  const upper = Math.min(fromCursor(args.before, list.length), list.length);
  let [start, end] = [lower, Math.max(lower, upper)];
  const asked = (value: number | null | undefined): value is number => value !== null && value !== undefined && value >= 0;
  if (asked(args.first)) end = Math.min(end, start + args.first);
  if (asked(args.last)) start = Math.max(start, end - args.last);
  const edges = list.slice(start, end).map((node, index) => ({ cursor: toCursor(start + index), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: asked(args.first) && end < upper,
      hasPreviousPage: asked(args.last) && start > lower,
      startCursor: edges[0]?.cursor ?? "",
      endCursor: edges.at(-1)?.cursor ?? "",
    },
    totalCount: list.length,
  };
}
