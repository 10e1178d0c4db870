import { type Identity, identityClaims } from "@gatehouse/domain-identity";
import { toGlobalId } from "@gatehouse/platform-graphql";

/** `Identity` of the schema. */
export function presentIdentity(identity: Identity) {
  return {
    __typename: "Identity",
    id: toGlobalId("Identity", identity.id),
    type: identity.type,
    createdAt: identity.createdAt,
    updatedAt: identity.updatedAt,
    allClaims: identityClaims(identity),
  };
}

/** A presented identity. */
export type IdentityNode = ReturnType<typeof presentIdentity>;
