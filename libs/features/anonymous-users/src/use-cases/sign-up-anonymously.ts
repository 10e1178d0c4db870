import { Injectable } from "@nestjs/common";
import { anonymousUserDisallowed, normalUserLoggedIn } from "@gatehouse/domain-errors";
import { userAuthenticated, userCreated, userPreCreate } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sessionModel } from "@gatehouse/domain-session";
import { identityModel, keptCustomAttributes, userModel } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { type Account, Accounts } from "@gatehouse/record-accounts";
import { type Credentials, RequestSessions, type ResponseCookie, SessionStore, sessionCookies } from "@gatehouse/record-sessions";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { perAddressBucket, RateLimiter } from "@gatehouse/service-rate-limit";

/** A user of one's own without an account, in a browser (spec: oauth-oidc §14.3). */
@Injectable()
export class SignUpAnonymously {
  constructor(
    private readonly sessions: RequestSessions,
    private readonly store: SessionStore,
    private readonly accounts: Accounts,
    private readonly db: Database,
    private readonly hooks: BlockingHooks,
    private readonly outbox: EventOutbox,
    private readonly limiter: RateLimiter,
  ) {}

  /** The cookies of the new session; none where the browser's user is anonymous already. Throws `Invalid` when anonymous users are not allowed or the user is a regular one. */
  async byCookie(ctx: ProjectContext, cookies: Credentials["cookies"]): Promise<ResponseCookie[]> {
    if (!ctx.project.config.authentication.identities.includes("anonymous")) throw anonymousUserDisallowed();
    const live = await this.sessions.fromCookie(ctx, cookies);
    if (live?.identities.some(({ type }) => type === "anonymous")) return [];
    if (live) throw normalUserLoggedIn();
    await this.limiter.consume(ctx, [perAddressBucket(ctx, "signup_anonymous")]);
    const account = await this.askHooks(ctx, this.account(ctx));
    const user = userModel(ctx.project.config, account, ctx.now());
    const made = this.store.prepare(ctx, { userId: account.user.id, amr: [] });
    await this.db.transaction(async (tx) => {
      await this.accounts.insert(ctx, tx, account);
      await this.store.insert(ctx, tx, made);
      const created = userCreated({ user, identities: account.identities.map(identityModel) });
      await this.outbox.append(ctx, tx, [created, userAuthenticated({ user, session: sessionModel("idp", made.session) })]);
    });
    return sessionCookies(ctx, made.token);
  }

  /** Without a key: such a user lives in this browser alone. */
  private account(ctx: ProjectContext): Account {
    const id = ctx.newId();
    return this.accounts.prepare(ctx, { identities: [{ id, type: "anonymous", uniqueKey: id, details: { anonymous: { keyId: null, key: null } } }], loggedIn: true });
  }

  private async askHooks(ctx: ProjectContext, account: Account): Promise<Account> {
    if (!this.hooks.hasHandlers(ctx, userPreCreate.entry.type)) return account;
    const user = userModel(ctx.project.config, account, ctx.now());
    const { user: wished } = await this.hooks.run(ctx, userPreCreate({ user, identities: account.identities.map(identityModel) }));
    if (!wished) return account;
    return {
      ...account,
      user: { ...account.user, standardAttributes: wished.standard_attributes, customAttributes: keptCustomAttributes(ctx.project.config, wished.custom_attributes) },
    };
  }
}
