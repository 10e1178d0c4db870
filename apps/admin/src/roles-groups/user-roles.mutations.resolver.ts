import { UseFilters } from "@nestjs/common";
import { Args, Context, Mutation, Resolver } from "@nestjs/graphql";
import {
  adminApiMutationAddUserToGroupsExecuted,
  adminApiMutationAddUserToRolesExecuted,
  adminApiMutationRemoveUserFromGroupsExecuted,
  adminApiMutationRemoveUserFromRolesExecuted,
} from "@gatehouse/domain-events";
import { ChangeMembers } from "@gatehouse/feature-roles-groups";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, transactionOf } from "../request/admin-request.js";
import { userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import type { UserNode } from "../users/user.presenter.js";
import { forgetRoles, given } from "./changed.js";

type Payload = { user: UserNode };
type OfRoles = { userID: string; roleKeys?: string[] | null };
type OfGroups = { userID: string; groupKeys?: string[] | null };

/** Mutations of one user's roles and groups (spec: admin API §8.3). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserRolesMutations {
  constructor(private readonly members: ChangeMembers) {}

  @Mutation("addUserToRoles")
  async addUserToRoles(@Context() request: AdminRequest, @Args("input") { userID, roleKeys }: OfRoles): Promise<Payload> {
    const userId = userIdOf(userID);
    const roleIds = await this.members.rolesOfUser(request.ctx, transactionOf(request), { change: "add", userId, roleKeys: given(roleKeys) });
    request.executed.add(adminApiMutationAddUserToRolesExecuted({ user_id: userId, role_ids: roleIds }, { userId }));
    return changed(request, userId);
  }

  @Mutation("removeUserFromRoles")
  async removeUserFromRoles(@Context() request: AdminRequest, @Args("input") { userID, roleKeys }: OfRoles): Promise<Payload> {
    const userId = userIdOf(userID);
    const roleIds = await this.members.rolesOfUser(request.ctx, transactionOf(request), { change: "remove", userId, roleKeys: given(roleKeys) });
    request.executed.add(adminApiMutationRemoveUserFromRolesExecuted({ user_id: userId, role_ids: roleIds }, { userId }));
    return changed(request, userId);
  }

  @Mutation("addUserToGroups")
  async addUserToGroups(@Context() request: AdminRequest, @Args("input") { userID, groupKeys }: OfGroups): Promise<Payload> {
    const userId = userIdOf(userID);
    const groupIds = await this.members.groupsOfUser(request.ctx, transactionOf(request), { change: "add", userId, groupKeys: given(groupKeys) });
    request.executed.add(adminApiMutationAddUserToGroupsExecuted({ user_id: userId, group_ids: groupIds }, { userId }));
    return changed(request, userId);
  }

  @Mutation("removeUserFromGroups")
  async removeUserFromGroups(@Context() request: AdminRequest, @Args("input") { userID, groupKeys }: OfGroups): Promise<Payload> {
    const userId = userIdOf(userID);
    const groupIds = await this.members.groupsOfUser(request.ctx, transactionOf(request), { change: "remove", userId, groupKeys: given(groupKeys) });
    request.executed.add(adminApiMutationRemoveUserFromGroupsExecuted({ user_id: userId, group_ids: groupIds }, { userId }));
    return changed(request, userId);
  }
}

async function changed(request: AdminRequest, userId: string): Promise<Payload> {
  forgetRoles(request);
  return { user: await changedUser(request, userId) };
}
