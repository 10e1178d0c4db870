import { Injectable } from "@nestjs/common";
import { userNotFound } from "@gatehouse/domain-errors";
import { type EventUser, type GatehouseEvent, userAuthenticated } from "@gatehouse/domain-events";
import { amrOfRun } from "@gatehouse/domain-flow";
import { asUserId } from "@gatehouse/domain-project";
import { sessionModel } from "@gatehouse/domain-session";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { cookieName, SessionReader, SessionStore } from "@gatehouse/record-sessions";
import { UserStore } from "@gatehouse/record-users";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import type { Run } from "../engine/run.js";
import type { MadeSession } from "./outcome.js";

/** What goes into the transaction that opens a session. */
export interface Opening {
  made: MadeSession;
  user: EventUser;
  /** Events beside the login's own. */
  events: GatehouseEvent[];
  /** The user row is written in this transaction and has its login noted already. */
  isNew: boolean;
  /** The browser's former session, which gives way. */
  replaces?: string;
}

/** The session of a finished sign-in, with its events. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly sessions: SessionStore,
    private readonly reader: SessionReader,
    private readonly accounts: Accounts,
    private readonly users: UserStore,
    private readonly outbox: EventOutbox,
  ) {}

  /** The session to be written. */
  prepare({ ctx, state }: Run): MadeSession {
    return this.sessions.prepare(ctx, { userId: asUserId(state.memory.userId), amr: amrOfRun(state.memory) });
  }

  /** One login per browser: the session of the cookie gives way. */
  async replaced({ ctx, record, visitor }: Run): Promise<string | undefined> {
    const token = visitor.cookies[cookieName(ctx, "session")];
    if (!token || record.suppressIdpSession) return undefined;
    return (await this.reader.byToken(ctx, token))?.session.id;
  }

  /** What the user confirmed in `terminate_other_sessions`: his other grants of the client end. */
  async terminateOthers({ ctx, record, state }: Run, tx: Tx): Promise<void> {
    const { userId, terminateOthers } = state.memory;
    if (terminateOthers && record.clientId) await this.sessions.revokeGrantsOfClient(ctx, tx, { userId, clientId: record.clientId, except: state.memory.continuedSession?.id });
  }

  /** Writes the session (unless the client asked for none) in place of the former one, and the events. The user's row comes first, as wherever sessions end. Throws `UserNotFound` when it is gone. */
  async write(run: Run, tx: Tx, { made, user, events, isNew, replaces }: Opening): Promise<void> {
    const { ctx, record, state } = run;
    const { userId } = state.memory;
    if (record.suppressIdpSession) {
      if (!isNew && !(await this.users.touchLogin(ctx, tx, { id: asUserId(userId), at: ctx.now() }))) throw userNotFound({});
      await this.terminateOthers(run, tx);
      return this.outbox.append(ctx, tx, events);
    }
    if (isNew) await this.sessions.insert(ctx, tx, made);
    else if (!(await this.accounts.logIn(ctx, tx, made))) throw userNotFound({});
    if (replaces) await this.sessions.revoke(ctx, tx, replaces);
    await this.terminateOthers(run, tx);
    // A sign-up is told by `user.created` alone, and a promotion by `user.anonymous.promoted`.
    const own = isNew || state.memory.anonymous ? [] : [userAuthenticated({ user, session: sessionModel("idp", made.session) })];
    await this.outbox.append(ctx, tx, [...events, ...own]);
  }
}
