import { Injectable } from "@nestjs/common";
import { normalUserLoggedIn } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { AnonymousSignUps } from "@gatehouse/record-accounts";
import { type Credentials, RequestSessions, type ResponseCookie, SessionStore, sessionCookies } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";

/** A user of one's own without an account, in a browser (spec: oauth-oidc §14.3). */
@Injectable()
export class SignUpAnonymously {
  constructor(
    private readonly sessions: RequestSessions,
    private readonly store: SessionStore,
    private readonly signUps: AnonymousSignUps,
    private readonly db: Database,
    private readonly outbox: EventOutbox,
  ) {}

  /** The cookies of the new session; none where the browser's user is anonymous already. Throws `Invalid` when anonymous users are not allowed or the user is a regular one. */
  async byCookie(ctx: ProjectContext, cookies: Credentials["cookies"]): Promise<ResponseCookie[]> {
    this.signUps.requireAllowed(ctx);
    const live = await this.sessions.fromCookie(ctx, cookies);
    if (live?.identities.some(({ type }) => type === "anonymous")) return [];
    if (live) throw normalUserLoggedIn();
    const account = await this.signUps.prepare(ctx);
    const made = this.store.prepare(ctx, { userId: account.user.id, amr: [] });
    await this.db.transaction(async (tx) => {
      const events = await this.signUps.write(ctx, tx, account);
      await this.store.insert(ctx, tx, made);
      await this.outbox.append(ctx, tx, events);
    });
    return sessionCookies(ctx, made.token);
  }
}
