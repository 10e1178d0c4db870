import { invalidCursor, invalidQuery } from "@gatehouse/domain-errors";
import { type ConnectionArguments, type OffsetPage, offsetPage } from "@gatehouse/platform-graphql";
import { LARGEST_PAGE } from "./admin-request.js";

/** The rows a list's arguments ask for. Throws InvalidCursor or InvalidQuery. */
export function pageOf(args: ConnectionArguments): OffsetPage {
  const page = offsetPage(args, LARGEST_PAGE);
  if (page === "invalid_cursor") throw invalidCursor();
  if (page === "unsupported") throw invalidQuery();
  return page;
}
