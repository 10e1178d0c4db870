import { UseFilters } from "@nestjs/common";
import { Args, Context, Info, Mutation, Resolver } from "@nestjs/graphql";
import { adminApiMutationCreateUserExecuted, adminApiMutationDeleteUserExecuted } from "@gatehouse/domain-events";
import { CreateUser, DeleteUser, type NewUserInput, type PreparedUser, PrepareUser } from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, admittedOnce, preparedFor, transactionOf } from "../request/admin-request.js";
import { checkFreeTexts } from "../request/free-texts.js";
import { userIdOf } from "../request/node-ids.js";
import { Preparations } from "../request/preparations.js";
import { presentUser, type UserNode } from "./user.presenter.js";

/** Arguments of `createUser`. */
export interface CreateUserArguments {
  input: NewUserInput;
}

/** Mutations of whole users. */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserMutations {
  constructor(
    private readonly prepareUser: PrepareUser,
    private readonly create: CreateUser,
    private readonly remove: DeleteUser,
    preparations: Preparations,
  ) {
    preparations.add("createUser", (ctx, { input }: CreateUserArguments, order) => this.prepareUser.run(ctx, input, order));
  }

  @Mutation("createUser")
  async createUser(@Context() request: AdminRequest, @Info() { path }: { path: { key: string | number } }): Promise<{ user: UserNode }> {
    const prepared = preparedFor<PreparedUser>(request, path.key);
    const user = await admittedOnce(request, path.key, (admitted) => this.create.run(request.ctx, transactionOf(request), { ...prepared, admitted }));
    request.executed.ofUser(user.id, (model) => adminApiMutationCreateUserExecuted({ user: model }));
    return { user: presentUser(user) };
  }

  @Mutation("deleteUser")
  async deleteUser(@Context() request: AdminRequest, @Args("input") input: { userID: string; reason?: string | null }): Promise<{ deletedUserID: string }> {
    checkFreeTexts({ reason: input.reason });
    const user = await this.remove.run(request.ctx, transactionOf(request), { userId: userIdOf(input.userID), reason: input.reason });
    request.executed.deleted(user);
    request.executed.add(adminApiMutationDeleteUserExecuted({ user, ...(input.reason ? { reason: input.reason } : {}) }));
    return { deletedUserID: input.userID };
  }
}
