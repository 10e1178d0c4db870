import { toGlobalId } from "@gatehouse/platform-graphql";
import type { ListedAuthorization } from "@gatehouse/record-grants";

/** `Authorization` of the schema. */
export function presentAuthorization({ id, clientId, scopes, createdAt, updatedAt }: ListedAuthorization) {
  return { __typename: "Authorization", id: toGlobalId("Authorization", id), clientID: clientId, scopes, createdAt, updatedAt };
}

/** A presented authorization. */
export type AuthorizationNode = ReturnType<typeof presentAuthorization>;
