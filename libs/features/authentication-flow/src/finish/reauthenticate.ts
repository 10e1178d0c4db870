import { Injectable } from "@nestjs/common";
import { userReauthenticated } from "@gatehouse/domain-events";
import { sessionModel } from "@gatehouse/domain-session";
import { userModel } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { RequestSessions, SessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { Lockout } from "@gatehouse/service-lockout";
import type { Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import { lockableMethods } from "../rules/lockable-methods.js";
import { ApplyChanges } from "./apply-changes.js";
import type { Outcome } from "./outcome.js";

/** The end of a re-authentication: the browser's session of the same user is as fresh as a new one; no session is made (spec: authentication flow §7). */
@Injectable()
export class Reauthenticate {
  constructor(
    private readonly db: Database,
    private readonly users: RunUsers,
    private readonly requests: RequestSessions,
    private readonly sessions: SessionStore,
    private readonly changes: ApplyChanges,
    private readonly outbox: EventOutbox,
    private readonly lockout: Lockout,
  ) {}

  async run(run: Run, amr: string[]): Promise<Outcome> {
    const { ctx, state, visitor } = run;
    const facts = await this.users.stored(run);
    const live = await this.requests.fromCookie(ctx, visitor.cookies);
    const own = live?.kind === "idp" && live.user.id === facts.user.id ? live.session : undefined;
    const at = ctx.now();
    await this.db.transaction(async (tx) => {
      await this.changes.existingUser(run, tx, { before: facts, after: facts });
      if (!own) return;
      await this.sessions.reauthenticate(ctx, tx, { id: own.id, amr, at });
      const user = userModel(ctx.project.config, facts, at);
      await this.outbox.append(ctx, tx, [userReauthenticated({ user, session: sessionModel("idp", { ...own, amr, authenticatedAt: at }) })]);
    });
    if (this.lockout.isOn(ctx)) await this.lockout.succeed(ctx, { userId: facts.user.id, methods: lockableMethods(state.memory) });
    return { userId: facts.user.id, createdUser: false, amr, authenticatedAt: at, ...(own ? { sessionId: own.id } : {}) };
  }
}
