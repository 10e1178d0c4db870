import { Injectable } from "@nestjs/common";
import { invalidInput, notFound } from "@gatehouse/domain-errors";
import { userSessionTerminated } from "@gatehouse/domain-events";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AnySession, isInGroupOf, type OfflineGrant, sessionModel, thirdPartyClients, type UserSessions } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { SessionStore, UserSessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";

/** Signs one device out, with everything that shares its sign-on (spec: sessions and tokens §8, §13). */
@Injectable()
export class RevokeSession {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly sessions: SessionStore,
    private readonly userSessions: UserSessionStore,
    private readonly outbox: EventOutbox,
  ) {}

  /** Throws `NotFound` unless the session is the user's own, and `Invalid` for one that shares the sign-on of `current`. */
  async run(ctx: ProjectContext, { userId, sessionId, current }: { userId: UserId; sessionId: string; current?: AnySession }): Promise<void> {
    await this.db.transaction(async (tx) => {
      const found = this.find(ctx, await this.userSessions.ofUser(ctx, tx, userId), sessionId);
      if (current && isInGroupOf(found, current)) throw invalidInput("cannot revoke current session");
      const gone = found.kind === "idp" ? await this.sessions.revoke(ctx, tx, sessionId) : await this.sessions.revokeGrant(ctx, tx, found.session as OfflineGrant);
      const models = [...gone.grants.map((one) => sessionModel("offline_grant", one)), ...gone.sessions.map((one) => sessionModel("idp", one))];
      const [user] = await this.accounts.model(ctx, tx, [userId]);
      if (user && models.length > 0) await this.outbox.append(ctx, tx, [userSessionTerminated({ user, sessions: models, termination_type: "individual" })]);
    });
  }

  /** Grants of third parties alone end with their authorization, not here. */
  private find(ctx: ProjectContext, { idp, grants }: UserSessions, id: string): AnySession {
    const session = idp.find((one) => one.id === id);
    if (session) return { kind: "idp", session };
    const foreign = new Set(thirdPartyClients(ctx.project.config));
    const found = grants.find(({ grant, clientIds }) => grant.id === id && !clientIds.every((client) => foreign.has(client)));
    if (!found) throw notFound("session not found");
    return { kind: "offline_grant", session: found.grant };
  }
}
