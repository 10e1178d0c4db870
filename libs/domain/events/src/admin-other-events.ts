import { defineEvent } from "./gatehouse-event.js";
import type { EventResource, EventRole, EventScope } from "./models.js";

/** The Admin API mutation `addGroupToRoles` was executed. */
export const adminApiMutationAddGroupToRolesExecuted = defineEvent<{ group_id: string; role_ids: string[] }>({
  type: "admin_api.mutation.add_group_to_roles.executed",
  payload: "group_id role_ids",
  reindex: true,
  description: "The Admin API mutation `addGroupToRoles` was executed.",
});
/** The Admin API mutation `addResourceToClientid` was executed. */
export const adminApiMutationAddResourceToClientidExecuted = defineEvent<{ resource: EventResource; client_id: string }>({
  type: "admin_api.mutation.add_resource_to_clientid.executed",
  payload: "resource client_id",
  description: "The Admin API mutation `addResourceToClientid` was executed.",
});
/** The Admin API mutation `addRoleToGroups` was executed. */
export const adminApiMutationAddRoleToGroupsExecuted = defineEvent<{ role_id: string; group_ids: string[] }>({
  type: "admin_api.mutation.add_role_to_groups.executed",
  payload: "role_id group_ids",
  reindex: true,
  description: "The Admin API mutation `addRoleToGroups` was executed.",
});
/** The Admin API mutation `addScopesToClientid` was executed. */
export const adminApiMutationAddScopesToClientidExecuted = defineEvent<{ resource_uri: string; client_id: string; scopes: string[] }>({
  type: "admin_api.mutation.add_scopes_to_clientid.executed",
  payload: "resource_uri client_id scopes",
  description: "The Admin API mutation `addScopesToClientid` was executed.",
});
/** The Admin API mutation `createGroup` was executed. */
export const adminApiMutationCreateGroupExecuted = defineEvent<{ group: EventRole }>({
  type: "admin_api.mutation.create_group.executed",
  payload: "group",
  description: "The Admin API mutation `createGroup` was executed.",
});
/** The Admin API mutation `createResource` was executed. */
export const adminApiMutationCreateResourceExecuted = defineEvent<{ resource: EventResource }>({
  type: "admin_api.mutation.create_resource.executed",
  payload: "resource",
  description: "The Admin API mutation `createResource` was executed.",
});
/** The Admin API mutation `createRole` was executed. */
export const adminApiMutationCreateRoleExecuted = defineEvent<{ role: EventRole }>({
  type: "admin_api.mutation.create_role.executed",
  payload: "role",
  description: "The Admin API mutation `createRole` was executed.",
});
/** The Admin API mutation `createScope` was executed. */
export const adminApiMutationCreateScopeExecuted = defineEvent<{ scope: EventScope }>({
  type: "admin_api.mutation.create_scope.executed",
  payload: "scope",
  description: "The Admin API mutation `createScope` was executed.",
});
/** The Admin API mutation `deleteGroup` was executed. */
export const adminApiMutationDeleteGroupExecuted = defineEvent<{ group: EventRole; group_role_ids: string[]; group_user_ids: string[] }>({
  type: "admin_api.mutation.delete_group.executed",
  payload: "group group_role_ids group_user_ids",
  reindex: true,
  description: "The Admin API mutation `deleteGroup` was executed.",
});
/** The Admin API mutation `deleteResource` was executed. */
export const adminApiMutationDeleteResourceExecuted = defineEvent<{ resource: EventResource }>({
  type: "admin_api.mutation.delete_resource.executed",
  payload: "resource",
  description: "The Admin API mutation `deleteResource` was executed.",
});
/** The Admin API mutation `deleteRole` was executed. */
export const adminApiMutationDeleteRoleExecuted = defineEvent<{ role: EventRole; role_group_ids: string[]; role_user_ids: string[] }>({
  type: "admin_api.mutation.delete_role.executed",
  payload: "role role_group_ids role_user_ids",
  reindex: true,
  description: "The Admin API mutation `deleteRole` was executed.",
});
/** The Admin API mutation `deleteScope` was executed. */
export const adminApiMutationDeleteScopeExecuted = defineEvent<{ scope: EventScope }>({
  type: "admin_api.mutation.delete_scope.executed",
  payload: "scope",
  description: "The Admin API mutation `deleteScope` was executed.",
});
/** The Admin API mutation `removeGroupFromRoles` was executed. */
export const adminApiMutationRemoveGroupFromRolesExecuted = defineEvent<{ group_id: string; role_ids: string[] }>({
  type: "admin_api.mutation.remove_group_from_roles.executed",
  payload: "group_id role_ids",
  reindex: true,
  description: "The Admin API mutation `removeGroupFromRoles` was executed.",
});
/** The Admin API mutation `removeResourceFromClientid` was executed. */
export const adminApiMutationRemoveResourceFromClientidExecuted = defineEvent<{ resource: EventResource; client_id: string }>({
  type: "admin_api.mutation.remove_resource_from_clientid.executed",
  payload: "resource client_id",
  description: "The Admin API mutation `removeResourceFromClientid` was executed.",
});
/** The Admin API mutation `removeRoleFromGroups` was executed. */
export const adminApiMutationRemoveRoleFromGroupsExecuted = defineEvent<{ role_id: string; group_ids: string[] }>({
  type: "admin_api.mutation.remove_role_from_groups.executed",
  payload: "role_id group_ids",
  reindex: true,
  description: "The Admin API mutation `removeRoleFromGroups` was executed.",
});
/** The Admin API mutation `removeScopesFromClientid` was executed. */
export const adminApiMutationRemoveScopesFromClientidExecuted = defineEvent<{ resource_uri: string; client_id: string; scopes: string[] }>({
  type: "admin_api.mutation.remove_scopes_from_clientid.executed",
  payload: "resource_uri client_id scopes",
  description: "The Admin API mutation `removeScopesFromClientid` was executed.",
});
/** The Admin API mutation `replaceScopesOfClientid` was executed. */
export const adminApiMutationReplaceScopesOfClientidExecuted = defineEvent<{ resource_uri: string; client_id: string; scopes: string[] }>({
  type: "admin_api.mutation.replace_scopes_of_clientid.executed",
  payload: "resource_uri client_id scopes",
  description: "The Admin API mutation `replaceScopesOfClientid` was executed.",
});
/** The Admin API mutation `updateGroup` was executed. */
export const adminApiMutationUpdateGroupExecuted = defineEvent<{ original_group: EventRole; new_group: EventRole }>({
  type: "admin_api.mutation.update_group.executed",
  payload: "original_group new_group",
  reindex: true,
  description: "The Admin API mutation `updateGroup` was executed.",
});
/** The Admin API mutation `updateResource` was executed. */
export const adminApiMutationUpdateResourceExecuted = defineEvent<{ original_resource: EventResource; new_resource: EventResource }>({
  type: "admin_api.mutation.update_resource.executed",
  payload: "original_resource new_resource",
  description: "The Admin API mutation `updateResource` was executed.",
});
/** The Admin API mutation `updateRole` was executed. */
export const adminApiMutationUpdateRoleExecuted = defineEvent<{ original_role: EventRole; new_role: EventRole }>({
  type: "admin_api.mutation.update_role.executed",
  payload: "original_role new_role",
  reindex: true,
  description: "The Admin API mutation `updateRole` was executed.",
});
/** The Admin API mutation `updateScope` was executed. */
export const adminApiMutationUpdateScopeExecuted = defineEvent<{ original_scope: EventScope; new_scope: EventScope }>({
  type: "admin_api.mutation.update_scope.executed",
  payload: "original_scope new_scope",
  description: "The Admin API mutation `updateScope` was executed.",
});
