import { invalidInput } from "@gatehouse/domain-errors";
import { fromGlobalId } from "@gatehouse/platform-graphql";

/** The user's id behind a global id. Throws Invalid with the given message for anything else. */
export function userIdOf(globalId: string, message = "invalid user ID"): string {
  const parts = fromGlobalId(globalId);
  if (parts?.type !== "User") throw invalidInput(message);
  return parts.id;
}

/** The raw id behind a global id of a type. Throws Invalid, "invalid identity ID" and the like, for anything else. */
export function rawIdOf(type: string, globalId: string): string {
  const parts = fromGlobalId(globalId);
  if (parts?.type !== type) throw invalidInput(`invalid ${type.toLowerCase()} ID`);
  return parts.id;
}
