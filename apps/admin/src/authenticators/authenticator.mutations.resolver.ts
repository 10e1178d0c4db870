import { UseFilters } from "@nestjs/common";
import { Args, Context, Info, Mutation, Resolver } from "@nestjs/graphql";
import { adminApiMutationCreateAuthenticatorExecuted, adminApiMutationDeleteAuthenticatorExecuted } from "@gatehouse/domain-events";
import { authenticatorModel } from "@gatehouse/domain-user";
import { type AuthenticatorDefinition, CreateAuthenticator, DeleteAuthenticator, PrepareAuthenticator } from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AuthenticatorToMake } from "@gatehouse/record-accounts";
import { type AdminRequest, preparedFor, transactionOf } from "../request/admin-request.js";
import { rawIdOf, userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import { Preparations } from "../request/preparations.js";
import type { UserNode } from "../users/user.presenter.js";
import { type AuthenticatorNode, presentAuthenticator } from "./authenticator.presenter.js";

interface CreateAuthenticatorInput {
  userID: string;
  definition: AuthenticatorDefinition;
}

/** Authenticators of users (spec: admin API §8.1). */
@Resolver("Authenticator")
@Access("admin")
@UseFilters(PassErrorsOn)
export class AuthenticatorMutations {
  constructor(
    private readonly prepare: PrepareAuthenticator,
    private readonly create: CreateAuthenticator,
    private readonly remove: DeleteAuthenticator,
    preparations: Preparations,
  ) {
    preparations.add("createAuthenticator", (ctx, { input }: { input: CreateAuthenticatorInput }) =>
      this.prepare.run(ctx, { userId: userIdOf(input.userID), definition: input.definition }),
    );
  }

  @Mutation("createAuthenticator")
  async createAuthenticator(
    @Context() request: AdminRequest,
    @Args("input") { userID }: CreateAuthenticatorInput,
    @Info() { path }: { path: { key: string | number } },
  ): Promise<{ authenticator: AuthenticatorNode }> {
    const userId = userIdOf(userID);
    const made = preparedFor<AuthenticatorToMake>(request, path.key);
    const authenticator = await this.create.run(request.ctx, transactionOf(request), { userId, made });
    await changedUser(request, userId);
    request.executed.ofUser(userId, (user) => adminApiMutationCreateAuthenticatorExecuted({ user, authenticator: authenticatorModel(authenticator) }));
    return { authenticator: presentAuthenticator(authenticator) };
  }

  @Mutation("deleteAuthenticator")
  async deleteAuthenticator(@Context() request: AdminRequest, @Args("input") { authenticatorID }: { authenticatorID: string }): Promise<{ user: UserNode }> {
    const authenticator = await this.remove.run(request.ctx, transactionOf(request), rawIdOf("Authenticator", authenticatorID));
    request.loaders.authenticator.clear(authenticator.id);
    request.executed.ofUser(authenticator.userId, (user) => adminApiMutationDeleteAuthenticatorExecuted({ user, authenticator: authenticatorModel(authenticator) }));
    return { user: await changedUser(request, authenticator.userId) };
  }
}
