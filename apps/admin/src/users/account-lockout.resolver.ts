import { UseFilters } from "@nestjs/common";
import { Args, Context, Mutation, Parent, ResolveField, Resolver } from "@nestjs/graphql";
import { adminApiMutationResetAccountLockoutExecuted } from "@gatehouse/domain-events";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { Lockout, type LockoutStatus } from "@gatehouse/service-lockout";
import { type AdminRequest, transactionOf } from "../request/admin-request.js";
import { userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import { lockoutModel, presentLockout } from "./account-lockout.presenter.js";
import type { UserNode } from "./user.presenter.js";

const UNLOCKED: LockoutStatus = { lockoutType: "", isLocked: false, lockedIPs: [] };

/** Locks after failed attempts (spec: protection §3.3). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class AccountLockoutResolver {
  constructor(private readonly lockout: Lockout) {}

  @ResolveField()
  async accountLockout(@Context() { loaders }: AdminRequest, @Parent() { row }: UserNode) {
    return presentLockout((await loaders.lockoutOf.load(row.id)) ?? UNLOCKED);
  }

  /** Counts and locks go once the request has succeeded; until then it shows them gone already. */
  @Mutation("resetAccountLockout")
  async resetAccountLockout(@Context() request: AdminRequest, @Args("input") { userID }: { userID: string }): Promise<{ user: UserNode }> {
    const { ctx, loaders } = request;
    const userId = userIdOf(userID);
    const user = await changedUser(request, userId);
    const previous = (await loaders.lockoutOf.clear(userId).load(userId)) ?? UNLOCKED;
    transactionOf(request).afterCommit(() => this.lockout.reset(ctx, userId));
    loaders.lockoutOf.clear(userId).prime(userId, { ...UNLOCKED, lockoutType: previous.lockoutType, id: userId });
    request.executed.ofUser(userId, (model) => adminApiMutationResetAccountLockoutExecuted({ user: model, previous_lockout_status: lockoutModel(previous) }));
    return { user };
  }
}
