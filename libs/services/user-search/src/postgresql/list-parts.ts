import type { SearchPage } from "./find-users.sql.js";
import type { SortPosition } from "./sort-cursor.js";

/** Texts of keys (`user_search_keys`). */
export type Keys = readonly string[];

/** A part of the list: its users have all keys and one of some, and satisfy what else is given. */
export interface Part {
  keys: Keys;
  /** One of these, whose users lie together: they are read one after the other. */
  oneOf?: Keys;
  /** One of these, whose users lie anywhere: they are read at once. */
  anyOf?: Keys;
  /** Behind this position. */
  after?: SortPosition;
  /** Up to this position. */
  upTo?: SortPosition;
  /** Of this time. */
  at?: string;
}

/** There are keys for stretches of time of 2^24, 2^28 ... 2^44 microseconds. */
const [SHORTEST, STEP, LONGEST] = [24n, 4n, 44n];
/** The ends of a part are as exact as a stretch of which it has so many. */
const MOST_STRETCHES = 128n;
/** The number that stands for no time. */
const NEVER = -(2n ** 62n);
const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Users with one of the 256 endings of ids: as good as any of them. */
export const SAMPLE: Part = { keys: ["part 7c"] };

/** Before all users of a time, in the order of a page. */
export const beforeTime = (at: string, { ascending }: SearchPage): SortPosition => ({ at, userId: ascending ? FIRST_ID : LAST_ID });
/** Behind all users of a time, in the order of a page. */
export const behindTime = (at: string, { ascending }: SearchPage): SortPosition => ({ at, userId: ascending ? LAST_ID : FIRST_ID });

/** Users of one time, whose order is that of their ids: all, or those behind one and up to another. */
export function partOfTime(at: string, { after, upTo, page }: { after?: SortPosition; upTo?: SortPosition; page: SearchPage }): Part {
  const ends = [after?.at === at ? after : beforeTime(at, page), upTo?.at === at ? upTo : behindTime(at, page)].map(({ userId }) => userId);
  const digits = (count: number): string[] => {
    const [low, high] = ends.map((id) => Number.parseInt(id.slice(0, count), 16)).toSorted((a, b) => a - b) as [number, number];
    return Array.from({ length: high - low + 1 }, (_, index) => `user ${(low + index).toString(16).padStart(count, "0")}`);
  };
  const users = digits(2).length <= 16 ? digits(2) : digits(1);
  return { at, after, upTo, keys: [stretch(microsOf(at), SHORTEST, page)], anyOf: users.length < 16 ? users : undefined };
}

/** Users of the times from one position to another, neither of which is none. */
export function partOfTimes({ from, after, upTo, page }: { from: SortPosition; after?: SortPosition; upTo: SortPosition; page: SearchPage }): Part {
  const [first, last] = [microsOf(from.at), microsOf(upTo.at)].toSorted((a, b) => (a < b ? -1 : 1)) as [bigint, bigint];
  let bits = SHORTEST;
  while (bits < LONGEST && (last >> bits) - (first >> bits) >= MOST_STRETCHES) bits += STEP;
  const cover = covering(first >> bits, last >> bits, { bits, page });
  return { after, upTo, keys: [], ...(page.sortBy === "created_at" ? { oneOf: cover } : { anyOf: cover }) };
}

/** The fewest stretches that make up those from one number to another: long ones between short ones. */
function covering(first: bigint, last: bigint, { bits, page }: { bits: bigint; page: SearchPage }): string[] {
  const stretches: string[] = [];
  for (let number = first; number <= last; ) {
    let [longer, size] = [bits, 1n];
    while (longer < LONGEST && number % (size << STEP) === 0n && number + (size << STEP) - 1n <= last) [longer, size] = [longer + STEP, size << STEP];
    stretches.push(stretch(number << bits, longer, page));
    number += size;
  }
  return stretches;
}

const stretch = (micros: bigint, bits: bigint, { sortBy }: SearchPage): string => `${sortBy} ${String(bits)} ${String(micros >> bits)}`;
const microsOf = (at: string): bigint => (at === "-infinity" ? NEVER : BigInt(Date.parse(`${at.slice(0, 19)}Z`)) * 1000n + BigInt(at.slice(20, 26)));
