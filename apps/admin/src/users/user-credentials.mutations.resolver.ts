import { UseFilters } from "@nestjs/common";
import { Args, Context, Info, Mutation, Resolver } from "@nestjs/graphql";
import {
  adminApiMutationGenerateOobOtpCodeExecuted,
  adminApiMutationResetPasswordExecuted,
  adminApiMutationSendResetPasswordMessageExecuted,
  adminApiMutationSetPasswordExpiredExecuted,
} from "@gatehouse/domain-events";
import {
  type AdminCodePurpose,
  GenerateCode,
  type PreparedPassword,
  type PreparedRecovery,
  PreparePassword,
  PrepareResetPasswordMessage,
  ResetPassword,
  SendResetPasswordMessage,
  SetPasswordExpired,
} from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, admittedOnce, preparedFor, transactionOf } from "../request/admin-request.js";
import { userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import { Preparations } from "../request/preparations.js";
import type { UserNode } from "./user.presenter.js";

interface ResetPasswordInput {
  userID: string;
  password?: string | null;
  sendPassword?: boolean | null;
  setPasswordExpired?: boolean | null;
}
/** Which field of the answer it is. */
type Field = { path: { key: string | number } };

/** Passwords and one-time codes of users (spec: admin API §8.1). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserCredentialsMutations {
  constructor(
    private readonly preparePassword: PreparePassword,
    private readonly reset: ResetPassword,
    private readonly expire: SetPasswordExpired,
    private readonly prepareMessage: PrepareResetPasswordMessage,
    private readonly sendMessage: SendResetPasswordMessage,
    private readonly codes: GenerateCode,
    preparations: Preparations,
  ) {
    preparations.add("resetPassword", (ctx, { input }: { input: ResetPasswordInput }) =>
      this.preparePassword.run(ctx, { userId: userIdOf(input.userID), password: input.password }),
    );
    preparations.add("sendResetPasswordMessage", (ctx, { input }: { input: { loginID: string } }, order) => this.prepareMessage.run(ctx, input.loginID, order));
  }

  @Mutation("resetPassword")
  async resetPassword(@Context() request: AdminRequest, @Args("input") input: ResetPasswordInput, @Info() { path }: Field): Promise<{ user: UserNode }> {
    const userId = userIdOf(input.userID);
    const { sendPassword, setPasswordExpired } = input;
    const prepared = preparedFor<PreparedPassword>(request, path.key);
    await admittedOnce(request, path.key, (admitted) => this.reset.run(request.ctx, transactionOf(request), { userId, sendPassword, setPasswordExpired, admitted, ...prepared }));
    request.executed.ofUser(userId, (user) => adminApiMutationResetPasswordExecuted({ user }));
    return { user: await changedUser(request, userId) };
  }

  @Mutation("setPasswordExpired")
  async setPasswordExpired(@Context() request: AdminRequest, @Args("input") input: { userID: string; expired: boolean }): Promise<{ user: UserNode }> {
    const userId = userIdOf(input.userID);
    const { expired } = input;
    await this.expire.run(request.ctx, transactionOf(request), { userId, expired });
    request.executed.ofUser(userId, (user) => adminApiMutationSetPasswordExpiredExecuted({ user, expired }));
    return { user: await changedUser(request, userId) };
  }

  /** `loginID` is the login id itself, not a global id; the answer is null in any case. */
  @Mutation("sendResetPasswordMessage")
  async sendResetPasswordMessage(@Context() request: AdminRequest, @Args("input") input: { loginID: string }, @Info() { path }: Field): Promise<null> {
    await this.sendMessage.run(request.ctx, transactionOf(request), preparedFor<PreparedRecovery>(request, path.key));
    request.executed.add(adminApiMutationSendResetPasswordMessageExecuted({ login_id: input.loginID }));
    return null;
  }

  @Mutation("generateOOBOTPCode")
  generateOOBOTPCode(@Context() request: AdminRequest, @Args("input") input: { target: string; purpose?: AdminCodePurpose | null }): { code: string } {
    const { target } = input;
    const purpose = input.purpose ?? "login";
    const code = this.codes.run(request.ctx, transactionOf(request), { target, purpose });
    request.executed.add(adminApiMutationGenerateOobOtpCodeExecuted({ target, purpose }));
    return { code };
  }
}
