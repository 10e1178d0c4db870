import { badRequest } from "@gatehouse/domain-errors";

/** A page of a table, as the query string asks for it. */
export interface PageQuery {
  offset: number;
  limit: number;
  search?: string;
}

const MAX_LIMIT = 100;

function wholeNumber(text: unknown, otherwise: number): number {
  if (text === undefined || text === "") return otherwise;
  if (typeof text !== "string" || !/^\d{1,9}$/.test(text)) throw badRequest("offset and limit must be whole numbers");
  return Number(text);
}

/** Reads `offset` (0), `limit` (20, at most 100) and `search`. Throws BadRequest. */
export function pageQuery(query: Record<string, unknown>): PageQuery {
  const search = typeof query.search === "string" ? query.search.trim().slice(0, 200) : "";
  return { offset: wholeNumber(query.offset, 0), limit: Math.min(Math.max(wholeNumber(query.limit, 20), 1), MAX_LIMIT), ...(search ? { search } : {}) };
}
