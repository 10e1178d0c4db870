import { UseFilters } from "@nestjs/common";
import { Args, Context, Mutation, Resolver } from "@nestjs/graphql";
import {
  adminApiMutationAddRoleToGroupsExecuted,
  adminApiMutationAddRoleToUsersExecuted,
  adminApiMutationCreateRoleExecuted,
  adminApiMutationDeleteRoleExecuted,
  adminApiMutationRemoveRoleFromGroupsExecuted,
  adminApiMutationRemoveRoleFromUsersExecuted,
  adminApiMutationUpdateRoleExecuted,
} from "@gatehouse/domain-events";
import { ChangeMembers, ChangeRolesOfGroups, DeleteRole, UpdateRole } from "@gatehouse/feature-roles-groups";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type KeyedChange, type NewKeyed, type Role, RoleStore } from "@gatehouse/record-roles-groups";
import { type AdminRequest, transactionOf } from "../request/admin-request.js";
import { checkFreeTexts } from "../request/free-texts.js";
import { rawIdOf } from "../request/node-ids.js";
import { forgetRoles, userIdsOf } from "./changed.js";
import { keyedModel, type KeyedNode, presentRole } from "./role.presenter.js";

type Payload = { role: KeyedNode };
type OfGroups = { roleKey: string; groupKeys: string[] };
type OfUsers = { roleKey: string; userIDs?: string[] | null };

/** Mutations of roles, and of the groups and users that have them (spec: admin API §8.3). */
@Resolver("Role")
@Access("admin")
@UseFilters(PassErrorsOn)
export class RoleMutations {
  constructor(
    private readonly roles: RoleStore,
    private readonly update: UpdateRole,
    private readonly remove: DeleteRole,
    private readonly links: ChangeRolesOfGroups,
    private readonly members: ChangeMembers,
  ) {}

  @Mutation("createRole")
  async createRole(@Context() request: AdminRequest, @Args("input") input: NewKeyed): Promise<Payload> {
    checkFreeTexts({ name: input.name, description: input.description });
    const role = await this.roles.create(request.ctx, transactionOf(request), input);
    request.executed.add(adminApiMutationCreateRoleExecuted({ role: keyedModel(role) }));
    return changed(request, role);
  }

  @Mutation("updateRole")
  async updateRole(@Context() request: AdminRequest, @Args("input") input: KeyedChange): Promise<Payload> {
    checkFreeTexts({ name: input.name, description: input.description });
    const { before, after } = await this.update.run(request.ctx, transactionOf(request), { ...input, id: rawIdOf("Role", input.id) });
    request.executed.add(adminApiMutationUpdateRoleExecuted({ original_role: keyedModel(before), new_role: keyedModel(after) }));
    return changed(request, after);
  }

  @Mutation("deleteRole")
  async deleteRole(@Context() request: AdminRequest, @Args("input") input: { id: string }): Promise<{ ok: true }> {
    const { role, groupIds, userIds } = await this.remove.run(request.ctx, transactionOf(request), rawIdOf("Role", input.id));
    request.executed.add(adminApiMutationDeleteRoleExecuted({ role: keyedModel(role), role_group_ids: groupIds, role_user_ids: userIds }));
    forgetRoles(request);
    return { ok: true };
  }

  @Mutation("addRoleToGroups")
  async addRoleToGroups(@Context() request: AdminRequest, @Args("input") input: OfGroups): Promise<Payload> {
    const { role, groupIds } = await this.links.ofRole(request.ctx, transactionOf(request), { change: "add", ...input });
    request.executed.add(adminApiMutationAddRoleToGroupsExecuted({ role_id: role.id, group_ids: groupIds }));
    return changed(request, role);
  }

  @Mutation("removeRoleFromGroups")
  async removeRoleFromGroups(@Context() request: AdminRequest, @Args("input") input: OfGroups): Promise<Payload> {
    const { role, groupIds } = await this.links.ofRole(request.ctx, transactionOf(request), { change: "remove", ...input });
    request.executed.add(adminApiMutationRemoveRoleFromGroupsExecuted({ role_id: role.id, group_ids: groupIds }));
    return changed(request, role);
  }

  @Mutation("addRoleToUsers")
  async addRoleToUsers(@Context() request: AdminRequest, @Args("input") { roleKey, userIDs }: OfUsers): Promise<Payload> {
    const userIds = userIdsOf(userIDs);
    const role = await this.members.ofRole(request.ctx, transactionOf(request), { change: "add", roleKey, userIds });
    request.executed.add(adminApiMutationAddRoleToUsersExecuted({ role_key: role.key, user_ids: userIds }));
    return changed(request, role);
  }

  @Mutation("removeRoleFromUsers")
  async removeRoleFromUsers(@Context() request: AdminRequest, @Args("input") { roleKey, userIDs }: OfUsers): Promise<Payload> {
    const userIds = userIdsOf(userIDs);
    const role = await this.members.ofRole(request.ctx, transactionOf(request), { change: "remove", roleKey, userIds });
    request.executed.add(adminApiMutationRemoveRoleFromUsersExecuted({ role_key: role.key, user_ids: userIds }));
    return changed(request, role);
  }
}

function changed(request: AdminRequest, role: Role): Payload {
  forgetRoles(request);
  return { role: presentRole(role) };
}
