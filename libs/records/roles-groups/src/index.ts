/** Which group has which role. */
export { type GroupRoles, GroupRoleStore } from "./group-role.store.js";
/** Groups of users. */
export { GroupStore } from "./group.store.js";
/** Keys of a user's roles and groups, and who has them, for statements over users. */
export { HOLDERS_SQL, MEMBERSHIP_COLUMNS } from "./membership-sql.js";
/** What a role and a group are. */
export type { Group, KeyedChange, KeyedPage, NewKeyed, Owned, Role } from "./keyed-row.js";
/** Who has which role and is in which group. */
export { type Member, type MembershipReset, type ResolvedMemberships, type MembershipPairs, type MembersPage, MembershipStore } from "./membership.store.js";
/** Roles. */
export { RoleStore } from "./role.store.js";
