import { groupUnknownKeys, roleUnknownKeys, duplicatedIdentity } from "@gatehouse/domain-errors";
import { CLAIM_OF_LOGIN_ID, type CheckedLoginId, type Identity } from "@gatehouse/domain-identity";
import { existingInfo, incomingInfo } from "@gatehouse/record-accounts";
import type { ImportRecord } from "./record-schema.js";

/** What is in the project already that records might collide with or name. */
export interface Surroundings {
  /** Identities with a unique key or a naming claim of one of the records. */
  similar: readonly Identity[];
  /** Keys that exist, of those that records name. */
  roles: ReadonlySet<string>;
  groups: ReadonlySet<string>;
}

/** Roles and groups a user is to have exactly. */
export interface Memberships {
  roles?: readonly string[];
  groups?: readonly string[];
}

const CARRIERS: readonly Identity["type"][] = ["login_id", "oauth", "ldap"];

/** Throws DuplicatedIdentity when another user has a claim of a login id, or anybody has its unique key (spec: user model §4.4). */
export function checkDuplicate({ similar }: Surroundings, loginId: CheckedLoginId, owner: { userId?: string; identityId?: string } = {}): void {
  const claim = CLAIM_OF_LOGIN_ID[loginId.type];
  const carries = (one: Identity) => one.userId !== owner.userId && CARRIERS.includes(one.type) && one.claims[claim] === loginId.value;
  const isSame = (one: Identity) => one.type === "login_id" && one.uniqueKey === loginId.uniqueKey && one.id !== owner.identityId;
  const first = similar.find(carries) ?? similar.find(isSame);
  if (first) throw duplicatedIdentity({ ...incomingInfo({ type: "login_id", loginIdType: loginId.type }), ...existingInfo([first]) });
}

/** Roles and groups of a record. Throws RoleUnknownKeys, GroupUnknownKeys. */
export function readMemberships({ roles, groups }: Surroundings, record: ImportRecord): Memberships {
  const unknownRoles = [...new Set(record.roles ?? [])].filter((key) => !roles.has(key));
  if (unknownRoles.length > 0) throw roleUnknownKeys({ keys: unknownRoles });
  const unknownGroups = [...new Set(record.groups ?? [])].filter((key) => !groups.has(key));
  if (unknownGroups.length > 0) throw groupUnknownKeys({ keys: unknownGroups });
  return { ...(record.roles ? { roles: [...new Set(record.roles)] } : {}), ...(record.groups ? { groups: [...new Set(record.groups)] } : {}) };
}
