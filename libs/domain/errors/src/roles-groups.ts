import { type ApiError, defineError } from "@gatehouse/platform-errors-core";

/** No role has this id or key. */
export const roleNotFound = defineError({
  name: "NotFound",
  reason: "RoleNotFound",
  message: "role not found",
  cause: "The project has no role with this id or key.",
  remedy: "Check the id or the key; keys are compared byte for byte.",
});
/** No group has this id or key. */
export const groupNotFound = defineError({
  name: "NotFound",
  reason: "GroupNotFound",
  message: "group not found",
  cause: "The project has no group with this id or key.",
  remedy: "Check the id or the key; keys are compared byte for byte.",
});
/** The key of a role is taken. */
export const roleDuplicateKey = defineError({
  name: "BadRequest",
  reason: "RoleDuplicateKey",
  message: "duplicate role key",
  cause: "The project has a role with this key already.",
  remedy: "Use the existing role or another key.",
});
/** The key of a group is taken. */
export const groupDuplicateKey = defineError({
  name: "BadRequest",
  reason: "GroupDuplicateKey",
  message: "duplicate group key",
  cause: "The project has a group with this key already.",
  remedy: "Use the existing group or another key.",
});
/** Some of the roles named do not exist; nothing was changed. */
export const roleUnknownKeys = defineError<{ keys: string[] }>({
  name: "NotFound",
  reason: "RoleUnknownKeys",
  message: "unknown role keys",
  info: { keys: "those that are unknown" },
  cause: "A list of role keys has members that the project does not have.",
  remedy: "Create the roles in `keys`, or leave them out.",
});
/** Some of the groups named do not exist; nothing was changed. */
export const groupUnknownKeys = defineError<{ keys: string[] }>({
  name: "NotFound",
  reason: "GroupUnknownKeys",
  message: "unknown group keys",
  info: { keys: "those that are unknown" },
  cause: "A list of group keys has members that the project does not have. The mutations between a group and a list of roles give this reason for unknown roles too.",
  remedy: "Create what `keys` names, or leave it out.",
});
/** What mutations between a group and a list of roles say of unknown roles (spec: admin API §8.3). */
export const rolesOfGroupUnknownKeys = (keys: string[]): ApiError => groupUnknownKeys({ keys }, "unknown role keys");
/** Some of the users named do not exist; nothing was changed. */
export const userUnknownKeys = defineError<{ ids: string[] }>({
  name: "NotFound",
  reason: "UserUnknownKeys",
  message: "unknown user ids",
  info: { ids: "those that are unknown" },
  cause: "A list of users has members that the project does not have.",
  remedy: "Leave out the users in `ids`.",
});
