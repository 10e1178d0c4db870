import { UseFilters } from "@nestjs/common";
import { Args, Context, Info, Mutation, Resolver } from "@nestjs/graphql";
import { adminApiMutationSetVerifiedStatusExecuted, adminApiMutationUpdateUserExecuted } from "@gatehouse/domain-events";
import { type PreparedProfile, PrepareProfile, SetVerifiedStatus, UpdateProfile } from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, Later, preparedInTurn, transactionOf } from "../request/admin-request.js";
import { userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import { Preparations } from "../request/preparations.js";
import type { UserNode } from "./user.presenter.js";

interface UpdateUserInput {
  userID: string;
  standardAttributes?: Record<string, unknown> | null;
  customAttributes?: Record<string, unknown> | null;
}

/** Attributes of users, and whether their addresses count as proven (spec: admin API §8.1). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserAttributesMutations {
  constructor(
    private readonly prepareProfile: PrepareProfile,
    private readonly update: UpdateProfile,
    private readonly verify: SetVerifiedStatus,
    preparations: Preparations,
  ) {
    preparations.add("updateUser", async (ctx, { input }: { input: UpdateUserInput }, { afterOthers }) => {
      const given = { userId: userIdOf(input.userID), standard: input.standardAttributes, custom: input.customAttributes };
      if (afterOthers && this.prepareProfile.asks(ctx, given)) return new Later((tx) => this.prepareProfile.look(ctx, tx, given));
      return this.prepareProfile.run(ctx, { ...given, namedLater: afterOthers });
    });
  }

  @Mutation("updateUser")
  async updateUser(@Context() request: AdminRequest, @Args("input") input: UpdateUserInput, @Info() { path }: { path: { key: string | number } }): Promise<{ user: UserNode }> {
    const userId = userIdOf(input.userID);
    await this.update.run(request.ctx, transactionOf(request), { userId, profile: await preparedInTurn<PreparedProfile>(request, path.key) });
    request.executed.ofUser(userId, (user) => adminApiMutationUpdateUserExecuted({ user }));
    return { user: await changedUser(request, userId) };
  }

  @Mutation("setVerifiedStatus")
  async setVerifiedStatus(
    @Context() request: AdminRequest,
    @Args("input") input: { userID: string; claimName: string; claimValue: string; isVerified: boolean },
  ): Promise<{ user: UserNode }> {
    const userId = userIdOf(input.userID);
    const { claimName, claimValue, isVerified } = input;
    await this.verify.run(request.ctx, transactionOf(request), { userId, claimName, claimValue, isVerified });
    request.executed.add(adminApiMutationSetVerifiedStatusExecuted({ claim_name: claimName, claim_value: claimValue, is_verified: isVerified }));
    return { user: await changedUser(request, userId) };
  }
}
