import { invalidInput } from "@gatehouse/domain-errors";
import { fromGlobalId } from "@gatehouse/platform-graphql";

/** The user's id behind a global id. Throws Invalid with the given message for anything else. */
export function userIdOf(globalId: string, message = "invalid user ID"): string {
  const parts = fromGlobalId(globalId);
  if (parts?.type !== "User") throw invalidInput(message);
  return parts.id;
}
