import { UseFilters } from "@nestjs/common";
import { Args, Context, Info, Mutation, Resolver } from "@nestjs/graphql";
import { adminApiMutationCreateIdentityExecuted, adminApiMutationDeleteIdentityExecuted, adminApiMutationUpdateIdentityExecuted } from "@gatehouse/domain-events";
import { identityModel } from "@gatehouse/domain-user";
import { CreateIdentity, DeleteIdentity, type FirstPassword, type IdentityDefinition, PrepareFirstPassword, UpdateIdentity } from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, preparedFor, transactionOf } from "../request/admin-request.js";
import { rawIdOf, userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import { Preparations } from "../request/preparations.js";
import type { UserNode } from "../users/user.presenter.js";
import { type IdentityNode, presentIdentity } from "./identity.presenter.js";

interface CreateIdentityInput {
  userID: string;
  definition: IdentityDefinition;
  password?: string | null;
}

/** Identities of users (spec: admin API §8.1). */
@Resolver("Identity")
@Access("admin")
@UseFilters(PassErrorsOn)
export class IdentityMutations {
  constructor(
    private readonly prepare: PrepareFirstPassword,
    private readonly create: CreateIdentity,
    private readonly update: UpdateIdentity,
    private readonly remove: DeleteIdentity,
    preparations: Preparations,
  ) {
    preparations.add("createIdentity", (ctx, { input }: { input: CreateIdentityInput }) => this.prepare.run(ctx, { userId: userIdOf(input.userID), password: input.password }));
  }

  @Mutation("createIdentity")
  async createIdentity(
    @Context() request: AdminRequest,
    @Args("input") { userID, definition }: CreateIdentityInput,
    @Info() { path }: { path: { key: string | number } },
  ): Promise<{ user: UserNode; identity: IdentityNode }> {
    const userId = userIdOf(userID);
    const password = preparedFor<FirstPassword>(request, path.key);
    const identity = await this.create.run(request.ctx, transactionOf(request), { userId, definition, password });
    request.executed.ofUser(userId, (user) => adminApiMutationCreateIdentityExecuted({ user, identity: identityModel(identity) }));
    return { user: await changedUser(request, userId), identity: presentIdentity(identity) };
  }

  @Mutation("updateIdentity")
  async updateIdentity(
    @Context() request: AdminRequest,
    @Args("input") { userID, identityID, definition }: { userID: string; identityID: string; definition: IdentityDefinition },
  ): Promise<{ user: UserNode; identity: IdentityNode }> {
    const userId = userIdOf(userID);
    const identity = await this.update.run(request.ctx, transactionOf(request), { userId, identityId: rawIdOf("Identity", identityID), definition });
    request.loaders.identity.clear(identity.id);
    request.executed.ofUser(userId, (user) => adminApiMutationUpdateIdentityExecuted({ user, identity: identityModel(identity) }));
    return { user: await changedUser(request, userId), identity: presentIdentity(identity) };
  }

  @Mutation("deleteIdentity")
  async deleteIdentity(@Context() request: AdminRequest, @Args("input") { identityID }: { identityID: string }): Promise<{ user: UserNode }> {
    const identity = await this.remove.run(request.ctx, transactionOf(request), rawIdOf("Identity", identityID));
    request.loaders.identity.clear(identity.id);
    request.executed.ofUser(identity.userId, (user) => adminApiMutationDeleteIdentityExecuted({ user, identity: identityModel(identity) }));
    return { user: await changedUser(request, identity.userId) };
  }
}
