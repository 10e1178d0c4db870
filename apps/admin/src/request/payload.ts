import { userNotFound } from "@gatehouse/domain-errors";
import { presentUser, type UserNode } from "../users/user.presenter.js";
import type { AdminRequest } from "./admin-request.js";

/** The user of a mutation's payload as the mutation left him: whatever the request had loaded of him before is read again. Throws UserNotFound. */
export async function changedUser({ loaders }: AdminRequest, userId: string): Promise<UserNode> {
  const { identitiesOf, authenticatorsOf, verifiedClaimsOf, sessionsOf, authorizationsOf, rolesOf, groupsOf, effectiveRolesOf } = loaders;
  for (const loader of [loaders.user, identitiesOf, authenticatorsOf, verifiedClaimsOf, sessionsOf, authorizationsOf, rolesOf, groupsOf, effectiveRolesOf]) loader.clear(userId);
  const user = await loaders.user.load(userId);
  if (!user) throw userNotFound({});
  return presentUser(user);
}
