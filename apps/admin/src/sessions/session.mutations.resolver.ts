import { UseFilters } from "@nestjs/common";
import { Args, Context, Info, Mutation, Resolver } from "@nestjs/graphql";
import { adminApiMutationCreateSessionExecuted, adminApiMutationRevokeAllSessionsExecuted, adminApiMutationRevokeSessionExecuted } from "@gatehouse/domain-events";
import { asUserId } from "@gatehouse/domain-project";
import { sessionModel } from "@gatehouse/domain-session";
import { CreateSession, type PreparedSession } from "@gatehouse/feature-oauth";
import { RevokeOtherSessions, RevokeSession } from "@gatehouse/feature-sessions";
import { MaskedError, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, preparedFor, transactionOf } from "../request/admin-request.js";
import { rawIdOf, userIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import { Preparations } from "../request/preparations.js";
import type { UserNode } from "../users/user.presenter.js";

/** Arguments of `createSession`. */
interface CreateSessionArguments {
  input: { userID: string; clientID: string; deviceInfo?: string | null };
}

/** Mutations of sessions (spec: admin API §8.5). */
@Resolver("Session")
@Access("admin")
@UseFilters(PassErrorsOn)
export class SessionMutations {
  constructor(
    private readonly create: CreateSession,
    private readonly one: RevokeSession,
    private readonly all: RevokeOtherSessions,
    preparations: Preparations,
  ) {
    preparations.add("createSession", async (ctx, { input }: CreateSessionArguments) =>
      this.create.prepare(ctx, { userId: userIdOf(input.userID), clientId: input.clientID, deviceInfo: input.deviceInfo }),
    );
  }

  @Mutation("createSession")
  async createSession(@Context() request: AdminRequest, @Info() { path }: { path: { key: string | number } }) {
    const { grant, ...tokens } = await this.create.run(request.ctx, transactionOf(request), preparedFor<PreparedSession>(request, path.key));
    request.executed.ofUser(grant.userId, (user) => adminApiMutationCreateSessionExecuted({ user, session: sessionModel("offline_grant", grant) }));
    return tokens;
  }

  @Mutation("revokeSession")
  async revokeSession(@Context() request: AdminRequest, @Args("input") { sessionID }: { sessionID: string }): Promise<{ user: UserNode }> {
    const revoked = await this.one.anyone(request.ctx, transactionOf(request), rawIdOf("Session", sessionID));
    if (!revoked) throw new MaskedError("no such session");
    const { userId } = revoked.session;
    request.executed.ofUser(userId, (user) => adminApiMutationRevokeSessionExecuted({ user, session: sessionModel(revoked.kind, revoked.session) }));
    return { user: await changedUser(request, userId) };
  }

  @Mutation("revokeAllSessions")
  async revokeAllSessions(@Context() request: AdminRequest, @Args("input") { userID }: { userID: string }): Promise<{ user: UserNode }> {
    const userId = asUserId(userIdOf(userID));
    const user = await changedUser(request, userId);
    await this.all.within(request.ctx, transactionOf(request), { userId });
    request.executed.ofUser(userId, (model) => adminApiMutationRevokeAllSessionsExecuted({ user: model }));
    return { user };
  }
}
