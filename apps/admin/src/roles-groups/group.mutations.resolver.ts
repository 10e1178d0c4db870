import { UseFilters } from "@nestjs/common";
import { Args, Context, Mutation, Resolver } from "@nestjs/graphql";
import {
  adminApiMutationAddGroupToRolesExecuted,
  adminApiMutationAddGroupToUsersExecuted,
  adminApiMutationCreateGroupExecuted,
  adminApiMutationDeleteGroupExecuted,
  adminApiMutationRemoveGroupFromRolesExecuted,
  adminApiMutationRemoveGroupFromUsersExecuted,
  adminApiMutationUpdateGroupExecuted,
} from "@gatehouse/domain-events";
import { ChangeMembers, ChangeRolesOfGroups, DeleteGroup } from "@gatehouse/feature-roles-groups";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type Group, GroupStore, type KeyedChange, type NewKeyed } from "@gatehouse/record-roles-groups";
import { type AdminRequest, transactionOf } from "../request/admin-request.js";
import { checkFreeTexts } from "../request/free-texts.js";
import { rawIdOf } from "../request/node-ids.js";
import { forgetRoles, userIdsOf } from "./changed.js";
import { keyedModel, type KeyedNode, presentGroup } from "./role.presenter.js";

type Payload = { group: KeyedNode };
type OfRoles = { groupKey: string; roleKeys: string[] };
type OfUsers = { groupKey: string; userIDs?: string[] | null };

/** Mutations of groups, and of their roles and users (spec: admin API §8.3). */
@Resolver("Group")
@Access("admin")
@UseFilters(PassErrorsOn)
export class GroupMutations {
  constructor(
    private readonly groups: GroupStore,
    private readonly remove: DeleteGroup,
    private readonly links: ChangeRolesOfGroups,
    private readonly members: ChangeMembers,
  ) {}

  @Mutation("createGroup")
  async createGroup(@Context() request: AdminRequest, @Args("input") input: NewKeyed): Promise<Payload> {
    checkFreeTexts({ name: input.name, description: input.description });
    const group = await this.groups.create(request.ctx, transactionOf(request), input);
    request.executed.add(adminApiMutationCreateGroupExecuted({ group: keyedModel(group) }));
    return changed(request, group);
  }

  @Mutation("updateGroup")
  async updateGroup(@Context() request: AdminRequest, @Args("input") input: KeyedChange): Promise<Payload> {
    checkFreeTexts({ name: input.name, description: input.description });
    const { before, after } = await this.groups.update(request.ctx, transactionOf(request), { ...input, id: rawIdOf("Group", input.id) });
    request.executed.add(adminApiMutationUpdateGroupExecuted({ original_group: keyedModel(before), new_group: keyedModel(after) }));
    return changed(request, after);
  }

  @Mutation("deleteGroup")
  async deleteGroup(@Context() request: AdminRequest, @Args("input") input: { id: string }): Promise<{ ok: true }> {
    const { group, roleIds, userIds } = await this.remove.run(request.ctx, transactionOf(request), rawIdOf("Group", input.id));
    request.executed.add(adminApiMutationDeleteGroupExecuted({ group: keyedModel(group), group_role_ids: roleIds, group_user_ids: userIds }));
    forgetRoles(request);
    return { ok: true };
  }

  @Mutation("addGroupToRoles")
  async addGroupToRoles(@Context() request: AdminRequest, @Args("input") input: OfRoles): Promise<Payload> {
    const { group, roleIds } = await this.links.ofGroup(request.ctx, transactionOf(request), { change: "add", ...input });
    request.executed.add(adminApiMutationAddGroupToRolesExecuted({ group_id: group.id, role_ids: roleIds }));
    return changed(request, group);
  }

  @Mutation("removeGroupFromRoles")
  async removeGroupFromRoles(@Context() request: AdminRequest, @Args("input") input: OfRoles): Promise<Payload> {
    const { group, roleIds } = await this.links.ofGroup(request.ctx, transactionOf(request), { change: "remove", ...input });
    request.executed.add(adminApiMutationRemoveGroupFromRolesExecuted({ group_id: group.id, role_ids: roleIds }));
    return changed(request, group);
  }

  @Mutation("addGroupToUsers")
  async addGroupToUsers(@Context() request: AdminRequest, @Args("input") { groupKey, userIDs }: OfUsers): Promise<Payload> {
    const userIds = userIdsOf(userIDs);
    const group = await this.members.ofGroup(request.ctx, transactionOf(request), { change: "add", groupKey, userIds });
    request.executed.add(adminApiMutationAddGroupToUsersExecuted({ group_id: group.id, user_ids: userIds }));
    return changed(request, group);
  }

  @Mutation("removeGroupFromUsers")
  async removeGroupFromUsers(@Context() request: AdminRequest, @Args("input") { groupKey, userIDs }: OfUsers): Promise<Payload> {
    const userIds = userIdsOf(userIDs);
    const group = await this.members.ofGroup(request.ctx, transactionOf(request), { change: "remove", groupKey, userIds });
    request.executed.add(adminApiMutationRemoveGroupFromUsersExecuted({ group_id: group.id, user_ids: userIds }));
    return changed(request, group);
  }
}

function changed(request: AdminRequest, group: Group): Payload {
  forgetRoles(request);
  return { group: presentGroup(group) };
}
