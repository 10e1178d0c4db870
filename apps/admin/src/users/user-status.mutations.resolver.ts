import { UseFilters } from "@nestjs/common";
import { Args, Context, Mutation, Resolver } from "@nestjs/graphql";
import {
  adminApiMutationSetAccountValidFromExecuted,
  adminApiMutationSetAccountValidPeriodExecuted,
  adminApiMutationSetAccountValidUntilExecuted,
  adminApiMutationSetDisabledStatusExecuted,
} from "@gatehouse/domain-events";
import { type DisabledStatusInput, SetDisabledStatus, SetGracePeriod, SetValidPeriod } from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, transactionOf } from "../request/admin-request.js";
import { checkFreeTexts } from "../request/free-texts.js";
import { userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import type { UserNode } from "./user.presenter.js";

interface ValidPeriodArguments {
  userID: string;
  accountValidFrom?: Date | null;
  accountValidUntil?: Date | null;
}

const iso = (time: Date | null | undefined): string | null => time?.toISOString() ?? null;

/** Mutations of when a user may sign in (spec: admin API §8.2). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserStatusMutations {
  constructor(
    private readonly disabled: SetDisabledStatus,
    private readonly period: SetValidPeriod,
    private readonly grace: SetGracePeriod,
  ) {}

  @Mutation("setDisabledStatus")
  async setDisabledStatus(@Context() request: AdminRequest, @Args("input") input: Omit<DisabledStatusInput, "userId"> & { userID: string }): Promise<{ user: UserNode }> {
    const userId = userIdOf(input.userID);
    checkFreeTexts({ reason: input.reason });
    await this.disabled.run(request.ctx, transactionOf(request), { ...input, userId });
    request.executed.ofUser(userId, (user) => adminApiMutationSetDisabledStatusExecuted({ user, is_disabled: input.isDisabled }));
    return { user: await changedUser(request, userId) };
  }

  /** An absent time opens its end of the period, as null does. */
  @Mutation("setAccountValidFrom")
  async setAccountValidFrom(@Context() request: AdminRequest, @Args("input") { userID, accountValidFrom }: ValidPeriodArguments): Promise<{ user: UserNode }> {
    const userId = userIdOf(userID);
    await this.period.run(request.ctx, transactionOf(request), { userId, from: accountValidFrom ?? null });
    request.executed.ofUser(userId, (user) => adminApiMutationSetAccountValidFromExecuted({ user, account_valid_from: iso(accountValidFrom) }));
    return { user: await changedUser(request, userId) };
  }

  @Mutation("setAccountValidUntil")
  async setAccountValidUntil(@Context() request: AdminRequest, @Args("input") { userID, accountValidUntil }: ValidPeriodArguments): Promise<{ user: UserNode }> {
    const userId = userIdOf(userID);
    await this.period.run(request.ctx, transactionOf(request), { userId, until: accountValidUntil ?? null });
    request.executed.ofUser(userId, (user) => adminApiMutationSetAccountValidUntilExecuted({ user, account_valid_until: iso(accountValidUntil) }));
    return { user: await changedUser(request, userId) };
  }

  @Mutation("setAccountValidPeriod")
  async setAccountValidPeriod(@Context() request: AdminRequest, @Args("input") { userID, accountValidFrom, accountValidUntil }: ValidPeriodArguments): Promise<{ user: UserNode }> {
    const userId = userIdOf(userID);
    await this.period.run(request.ctx, transactionOf(request), { userId, from: accountValidFrom ?? null, until: accountValidUntil ?? null });
    const times = { account_valid_from: iso(accountValidFrom), account_valid_until: iso(accountValidUntil) };
    request.executed.ofUser(userId, (user) => adminApiMutationSetAccountValidPeriodExecuted({ user, ...times }));
    return { user: await changedUser(request, userId) };
  }

  /** This one and the next leave no audit event. */
  @Mutation("setMFAGracePeriod")
  async setMFAGracePeriod(@Context() request: AdminRequest, @Args("input") { userID, endAt }: { userID: string; endAt: Date }): Promise<{ user: UserNode }> {
    const userId = userIdOf(userID);
    await this.grace.run(request.ctx, transactionOf(request), { userId, endAt });
    return { user: await changedUser(request, userId) };
  }

  @Mutation("removeMFAGracePeriod")
  async removeMFAGracePeriod(@Context() request: AdminRequest, @Args("input") { userID }: { userID: string }): Promise<{ user: UserNode }> {
    const userId = userIdOf(userID);
    await this.grace.run(request.ctx, transactionOf(request), { userId, endAt: null });
    return { user: await changedUser(request, userId) };
  }
}
