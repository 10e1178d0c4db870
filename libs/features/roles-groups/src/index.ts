/** The use cases, as one module. */
export { RolesGroupsModule } from "./roles-groups.module.js";
/** Changes of a role. */
export { UpdateRole } from "./use-cases/update-role.js";
/** The end of a role. */
export { DeleteRole } from "./use-cases/delete-role.js";
/** The end of a group. */
export { DeleteGroup } from "./use-cases/delete-group.js";
/** Which group has which role. */
export { type Change, ChangeRolesOfGroups } from "./use-cases/change-roles-of-groups.js";
/** Who has which role and is in which group. */
export { ChangeMembers } from "./use-cases/change-members.js";
