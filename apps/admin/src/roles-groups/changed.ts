import { MaskedError } from "@gatehouse/platform-graphql";
import type { AdminRequest } from "../request/admin-request.js";
import { userIdOf } from "../request/node-ids.js";

/** Forgets what the request has read of roles and groups; a mutation has changed it. */
export function forgetRoles({ loaders }: AdminRequest): void {
  const { role, group, rolesOf, groupsOf, effectiveRolesOf, rolesOfGroup, groupsOfRole } = loaders;
  for (const loader of [role, group, rolesOf, groupsOf, effectiveRolesOf, rolesOfGroup, groupsOfRole]) loader.clearAll();
  loaders.byArguments.clear();
}

/** A list that the schema lets be null and the mutation does not (spec: admin API §8.3). */
export function given<T>(list: readonly T[] | null | undefined): readonly T[] {
  if (!list) throw new MaskedError("a list is missing");
  return list;
}

/** Raw ids of the users, each once. Throws Invalid for a malformed one. */
export const userIdsOf = (ids: readonly string[] | null | undefined): string[] => [...new Set(given(ids).map((id) => userIdOf(id)))];
