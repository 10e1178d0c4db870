import { isUuid } from "@gatehouse/platform-ids";
import { invalidCursor } from "@gatehouse/domain-errors";

/** Where a page begins: behind the hit with this sort time and, among equal times, this user. */
export interface SortPosition {
  /** UTC with microseconds, or `-infinity`. */
  at: string;
  userId: string;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const isTime = (text: string): boolean => text === "-infinity" || (TIME.test(text) && !Number.isNaN(Date.parse(text)));

/** The cursor of a hit: its sort time and, since several users may share one, its user. */
export function toSortCursor({ at, userId }: SortPosition): string {
  return Buffer.from(`${at},${userId}`).toString("base64url");
}

/** Throws InvalidCursor. */
export function fromSortCursor(cursor: string): SortPosition {
  const [at = "", userId = "", ...rest] = Buffer.from(cursor, "base64url").toString("utf8").split(",");
  if (rest.length > 0 || !isTime(at) || !isUuid(userId)) throw invalidCursor();
  return { at, userId };
}

/** Sorts hits as the indexes do: by time, those who have none first when ascending, and by user. */
export function inOrder<T extends SortPosition>(hits: readonly T[], { ascending }: { ascending: boolean }): T[] {
  const sign = ascending ? 1 : -1;
  return hits.toSorted((a, b) => sign * (compare(sortable(a.at), sortable(b.at)) || compare(a.userId, b.userId)));
}
const sortable = (at: string): string => (at === "-infinity" ? "" : at);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
