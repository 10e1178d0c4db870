import { invalidCursor } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EXACT_FIELDS, PREFIX_FIELDS } from "../user-document.js";
import { LARGEST_PAGE, type UserSearchQuery } from "../user-search-query.js";

const SHORTEST_PREFIX_BYTES = 3;
/** The server refuses a longer one: it follows a beginning byte by byte. */
const LONGEST_PREFIX_BYTES = 999;

/** Milliseconds, behind every login: the server reads cursors as dates, and no later one by every format. */
const END_OF_TIME = Date.parse("9999-12-31T23:59:59.999Z");

/** Cursor of a hit: its sort values. */
export function toSearchCursor(sort: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(sort)).toString("base64url");
}

function fromSearchCursor(cursor: string): [number, string] {
  try {
    const value = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown;
    if (Array.isArray(value) && value.length === 2 && Number.isSafeInteger(value[0]) && typeof value[1] === "string") return value as [number, string];
  } catch {
    // no JSON: not a cursor of ours
  }
  throw invalidCursor();
}

/** The body of a search; the project's id is part of every one. Throws InvalidCursor. */
export function searchBody(ctx: ProjectContext, query: UserSearchQuery): object {
  const filter: object[] = [{ term: { app_id: ctx.project.id } }];
  if (query.roleKeys?.length) filter.push({ terms: { role_key: query.roleKeys.map((key) => key.toLowerCase()) } });
  if (query.groupKeys?.length) filter.push({ terms: { group_key: query.groupKeys.map((key) => key.toLowerCase()) } });
  if (query.keyword !== undefined) filter.push({ bool: { should: keywordClauses(query.keyword), minimum_should_match: 1 } });
  const order = query.sortDirection ?? "desc";
  return {
    query: { bool: { filter } },
    sort: [sortOf(query.sortBy, order), { id: { order } }],
    size: Math.min(query.first, LARGEST_PAGE),
    track_total_hits: true,
    _source: false,
    ...(query.after === undefined ? {} : { search_after: fromSearchCursor(query.after) }),
  };
}

/** Users who never logged in twice come last in either direction. */
function sortOf(sortBy: UserSearchQuery["sortBy"], order: "asc" | "desc"): object {
  if (sortBy !== "last_login_at") return { created_at: { order } };
  return order === "asc" ? { last_login_at: { order, missing: END_OF_TIME } } : { login_order: { order } };
}

function keywordClauses(keyword: string): object[] {
  const folded = keyword.toLowerCase();
  const long = Buffer.byteLength(keyword) >= SHORTEST_PREFIX_BYTES;
  const prefix = long && Buffer.byteLength(folded) <= LONGEST_PREFIX_BYTES;
  return [
    ...[...EXACT_FIELDS, ...PREFIX_FIELDS].map((field) => ({ term: { [field]: field === "id" ? keyword : folded } })),
    ...(prefix ? PREFIX_FIELDS.map((field) => ({ prefix: { [field]: folded } })) : []),
    long ? { match_bool_prefix: { words: { query: keyword, operator: "and" } } } : { match: { words: { query: keyword, operator: "and" } } },
  ];
}
