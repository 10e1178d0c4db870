import { UseFilters } from "@nestjs/common";
import { Args, Context, Info, Mutation, Resolver } from "@nestjs/graphql";
import { invalidInput } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { CreateUser, DeleteUser, type NewUserInput, type PreparedUser, PrepareUser } from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, preparedFor, transactionOf } from "../request/admin-request.js";
import { userIdOf } from "../request/node-ids.js";
import { presentUser, type UserNode } from "./user.presenter.js";

/** Arguments of `createUser`. */
export interface CreateUserArguments {
  input: Omit<NewUserInput, "loginId"> & { definition: { loginID?: { key: string; value: string } | null } };
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
  ) {}

  /** The part of `createUser` that runs before the transaction. */
  async prepareCreate(ctx: ProjectContext, { input }: CreateUserArguments): Promise<PreparedUser> {
    const { definition, ...rest } = input;
    if (!definition.loginID) throw invalidInput("exactly 1 field must be present in identity definition");
    return this.prepareUser.run(ctx, { ...rest, loginId: definition.loginID });
  }

  @Mutation("createUser")
  async createUser(@Context() request: AdminRequest, @Info() { path }: { path: { key: string | number } }): Promise<{ user: UserNode }> {
    const user = await this.create.run(request.ctx, transactionOf(request), preparedFor<PreparedUser>(request, path.key));
    return { user: presentUser(user) };
  }

  @Mutation("deleteUser")
  async deleteUser(@Context() request: AdminRequest, @Args("input") input: { userID: string; reason?: string | null }): Promise<{ deletedUserID: string }> {
    await this.remove.run(request.ctx, transactionOf(request), { userId: userIdOf(input.userID), reason: input.reason });
    return { deletedUserID: input.userID };
  }
}
