import { Injectable } from "@nestjs/common";
import { invalidInput, notFound } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AnySession, isInGroupOf, type OfflineGrant, thirdPartyClients, type UserSessions } from "@gatehouse/domain-session";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { SessionStore, UserSessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { reportTermination } from "../rules/report-termination.js";
import { FindSessions } from "./find-sessions.js";

/** Signs one device out, with everything that shares its sign-on (spec: sessions and tokens §8, §13). */
@Injectable()
export class RevokeSession {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly sessions: SessionStore,
    private readonly userSessions: UserSessionStore,
    private readonly live: FindSessions,
    private readonly outbox: EventOutbox,
  ) {}

  /** By the user. Throws `NotFound` unless the session is the user's own, and `Invalid` for one that shares the sign-on of `current`. */
  async run(ctx: ProjectContext, { userId, sessionId, current }: { userId: UserId; sessionId: string; current?: AnySession }): Promise<void> {
    await this.db.transaction(async (tx) => {
      const found = this.find(ctx, await this.userSessions.ofUser(ctx, tx, userId), sessionId);
      if (current && isInGroupOf(found, current)) throw invalidInput("cannot revoke current session");
      await this.revoke(ctx, tx, found);
    });
  }

  /** By an administrator, whosever it is, third parties' too. The session as it was; undefined when there is none. */
  async anyone(ctx: ProjectContext, tx: Tx, sessionId: string): Promise<AnySession | undefined> {
    const [found] = await this.live.run(ctx, tx, [sessionId]);
    if (found) await this.revoke(ctx, tx, found);
    return found;
  }

  private async revoke(ctx: ProjectContext, tx: Tx, { kind, session }: AnySession): Promise<void> {
    const gone = kind === "idp" ? await this.sessions.revoke(ctx, tx, session.id) : await this.sessions.revokeGrant(ctx, tx, session as OfflineGrant);
    const { accounts, outbox } = this;
    await reportTermination(ctx, tx, { accounts, outbox, userId: session.userId, gone, type: "individual" });
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
