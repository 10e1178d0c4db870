import { invalidCursor, invalidQuery } from "@gatehouse/domain-errors";
import { type ConnectionArguments, type OffsetPage, offsetPage } from "@gatehouse/platform-graphql";
import { LARGEST_PAGE } from "./admin-request.js";

/** Largest page of `Resource.scopes`. */
export const LARGEST_PAGE_OF_SCOPES = 1000;

/** The rows a list's arguments ask for. Throws InvalidCursor or InvalidQuery. */
export function pageOf(args: ConnectionArguments, largest = LARGEST_PAGE): OffsetPage {
  const page = offsetPage(args, largest);
  if (page === "invalid_cursor") throw invalidCursor();
  if (page === "unsupported") throw invalidQuery();
  return page;
}
