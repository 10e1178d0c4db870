import { UseFilters } from "@nestjs/common";
import { Args, Context, Info, Mutation, Resolver } from "@nestjs/graphql";
import {
  adminApiMutationAnonymizeUserExecuted,
  adminApiMutationScheduleAccountAnonymizationExecuted,
  adminApiMutationScheduleAccountDeletionExecuted,
  adminApiMutationUnscheduleAccountAnonymizationExecuted,
  adminApiMutationUnscheduleAccountDeletionExecuted,
} from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AnonymizeUser, type EndInput, type PreparedEnd, ScheduleEnd, UnscheduleEnd } from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, Later, preparedInTurn, transactionOf } from "../request/admin-request.js";
import { checkFreeTexts } from "../request/free-texts.js";
import { userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import { type MutationOrder, Preparations } from "../request/preparations.js";
import type { UserNode } from "./user.presenter.js";

interface EndArguments {
  input: { userID: string; reason?: string | null };
}
type FieldInfo = { path: { key: string | number } };

/** Mutations that end users, at once or after the grace period, and those that call it off (spec: admin API §8.2). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserLifecycleMutations {
  constructor(
    private readonly schedule: ScheduleEnd,
    private readonly unschedule: UnscheduleEnd,
    private readonly anonymize: AnonymizeUser,
    preparations: Preparations,
  ) {
    const prepare = async (ctx: ProjectContext, input: EndInput, { afterOthers }: MutationOrder): Promise<PreparedEnd | Later<PreparedEnd>> =>
      afterOthers && this.schedule.asks(ctx, input) ? new Later((tx) => this.schedule.look(ctx, tx, input)) : this.schedule.prepare(ctx, input);
    preparations.add("scheduleAccountDeletion", async (ctx, { input: { userID, reason } }: EndArguments, order) => {
      checkFreeTexts({ reason });
      return prepare(ctx, { userId: userIdOf(userID), what: "deletion", reason }, order);
    });
    preparations.add("scheduleAccountAnonymization", async (ctx, { input }: EndArguments, order) => prepare(ctx, { userId: userIdOf(input.userID), what: "anonymization" }, order));
  }

  /** The reason shows at the user, and not in the audit event. */
  @Mutation("scheduleAccountDeletion")
  async scheduleAccountDeletion(@Context() request: AdminRequest, @Info() { path }: FieldInfo): Promise<{ user: UserNode }> {
    const end = await preparedInTurn<PreparedEnd>(request, path.key);
    await this.schedule.run(request.ctx, transactionOf(request), end);
    request.executed.ofUser(end.userId, (user) => adminApiMutationScheduleAccountDeletionExecuted({ user }));
    return { user: await changedUser(request, end.userId) };
  }

  @Mutation("unscheduleAccountDeletion")
  async unscheduleAccountDeletion(@Context() request: AdminRequest, @Args("input") { userID }: { userID: string }): Promise<{ user: UserNode }> {
    const userId = userIdOf(userID);
    await this.unschedule.run(request.ctx, transactionOf(request), { userId, what: "deletion" });
    request.executed.ofUser(userId, (user) => adminApiMutationUnscheduleAccountDeletionExecuted({ user }));
    return { user: await changedUser(request, userId) };
  }

  @Mutation("scheduleAccountAnonymization")
  async scheduleAccountAnonymization(@Context() request: AdminRequest, @Info() { path }: FieldInfo): Promise<{ user: UserNode }> {
    const end = await preparedInTurn<PreparedEnd>(request, path.key);
    await this.schedule.run(request.ctx, transactionOf(request), end);
    request.executed.ofUser(end.userId, (user) => adminApiMutationScheduleAccountAnonymizationExecuted({ user }));
    return { user: await changedUser(request, end.userId) };
  }

  @Mutation("unscheduleAccountAnonymization")
  async unscheduleAccountAnonymization(@Context() request: AdminRequest, @Args("input") { userID }: { userID: string }): Promise<{ user: UserNode }> {
    const userId = userIdOf(userID);
    await this.unschedule.run(request.ctx, transactionOf(request), { userId, what: "anonymization" });
    request.executed.ofUser(userId, (user) => adminApiMutationUnscheduleAccountAnonymizationExecuted({ user }));
    return { user: await changedUser(request, userId) };
  }

  @Mutation("anonymizeUser")
  async anonymizeUser(@Context() request: AdminRequest, @Args("input") { userID }: { userID: string }): Promise<{ anonymizedUserID: string }> {
    const userId = userIdOf(userID);
    await this.anonymize.run(request.ctx, transactionOf(request), { userId });
    await changedUser(request, userId);
    request.executed.ofUser(userId, (user) => adminApiMutationAnonymizeUserExecuted({ user }));
    return { anonymizedUserID: userID };
  }
}
