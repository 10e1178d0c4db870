import { Injectable } from "@nestjs/common";
import { combineAmr } from "@gatehouse/domain-authenticator";
import { flowNotFound } from "@gatehouse/domain-errors";
import { type EventUser, type GatehouseEvent, userAuthenticated, userCreated, userPreCreate } from "@gatehouse/domain-events";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import { type IdpSession, sessionModel } from "@gatehouse/domain-session";
import { identityModel, keptCustomAttributes, userModel } from "@gatehouse/domain-user";
import { Database, isUniqueViolation, type Tx } from "@gatehouse/platform-postgres";
import { type Account, Accounts } from "@gatehouse/record-accounts";
import { AuthenticatorStore } from "@gatehouse/record-authenticators";
import { AuthenticationInfos } from "@gatehouse/record-grants";
import { OneTimeCodes } from "@gatehouse/record-one-time-codes";
import { type ResponseCookie, SessionReader, SessionStore, sameSiteMarker, sessionCookies } from "@gatehouse/record-sessions";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { perAddressBucket, RateLimiter } from "@gatehouse/service-rate-limit";
import type { Run } from "./run.js";
import { RunStore } from "./run.store.js";

export interface Finished {
  data: Record<string, unknown>;
  cookies: ResponseCookie[];
}

type MadeSession = { session: IdpSession; token: string };

/** The end of a run: everything it decided is written in one transaction (spec: authentication flow §2.6, §7). */
@Injectable()
export class FinishRun {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly authenticators: AuthenticatorStore,
    private readonly sessions: SessionStore,
    private readonly reader: SessionReader,
    private readonly infos: AuthenticationInfos,
    private readonly codes: OneTimeCodes,
    private readonly hooks: BlockingHooks,
    private readonly outbox: EventOutbox,
    private readonly limiter: RateLimiter,
    private readonly runs: RunStore,
  ) {}

  async run(run: Run): Promise<Finished> {
    const { ctx, record } = run;
    const made = this.sessions.prepare(ctx, { userId: asUserId(run.state.memory.userId), amr: combineAmr(run.state.memory.used) });
    if (run.state.memory.isNewUser) await this.signUp(run, made);
    else await this.logIn(run, made);
    await this.codes.consume(ctx, run.state.memory.codes);
    await this.runs.delete(ctx, record.id, run.reservations);
    const cookies = record.suppressIdpSession ? [sameSiteMarker(ctx)] : sessionCookies(ctx, made.token);
    return { data: await this.redirect(run, made.session), cookies };
  }

  private async signUp(run: Run, made: MadeSession): Promise<void> {
    const { ctx } = run;
    await this.limiter.consume(ctx, [perAddressBucket(ctx, "signup")]);
    const account = await this.askHooks(ctx, this.newAccount(run));
    const user = userModel(ctx.project.config, account, ctx.now());
    const identities = account.identities.map(identityModel);
    const replacedSessionId = await this.replaced(run);
    await this.db
      .transaction(async (tx) => {
        await this.accounts.insert(ctx, tx, account);
        await this.openSession(run, tx, { made, events: [userCreated({ user, identities })], user, isNew: true, replacedSessionId });
      })
      .catch((error: unknown) => {
        // A fork of this run has already made the user.
        throw isUniqueViolation(error, "auth_user_pkey") ? flowNotFound() : error;
      });
  }

  private async logIn(run: Run, made: MadeSession): Promise<void> {
    const { ctx } = run;
    const [facts] = run.facts ? [run.facts] : await this.db.read((tx) => this.accounts.facts(ctx, tx, [run.state.memory.userId]));
    if (!facts) throw flowNotFound();
    const loggedIn = { ...facts, user: { ...facts.user, lastLoginAt: facts.user.loginAt, loginAt: ctx.now() } };
    const user = userModel(ctx.project.config, loggedIn, ctx.now());
    const update = run.state.memory.passwordUpdate;
    const replacedSessionId = await this.replaced(run);
    await this.db.transaction(async (tx) => {
      if (update) await this.authenticators.updatePasswordHash(ctx, tx, { id: update.authenticatorId, passwordHash: update.hash, at: ctx.now(), onlyIf: update.replaces });
      await this.openSession(run, tx, { made, events: [], user, isNew: false, replacedSessionId });
    });
  }

  private newAccount(run: Run): Account {
    const { memory } = run.state;
    return this.accounts.prepare(run.ctx, {
      id: asUserId(memory.userId),
      loginIds: memory.identified.flatMap(({ created }) => created ?? []),
      passwordHash: memory.passwordHash,
      oneTimePasswords: memory.newOneTimePasswords,
      verified: memory.verified,
      loggedIn: true,
    });
  }

  /** `user.pre_create`: handlers see the user before anything is written, and may refuse or change the attributes. */
  private async askHooks(ctx: ProjectContext, account: Account): Promise<Account> {
    const user = userModel(ctx.project.config, account, ctx.now());
    const result = await this.hooks.run(ctx, userPreCreate({ user, identities: account.identities.map(identityModel) }));
    if (!result.user) return account;
    const { standard_attributes, custom_attributes } = result.user;
    const standardAttributes = { ...withoutDerived(standard_attributes), ...namingOf(account) };
    return { ...account, user: { ...account.user, standardAttributes, customAttributes: keptCustomAttributes(ctx.project.config, custom_attributes) } };
  }

  /** One login per browser: the session of the cookie gives way. */
  private async replaced(run: Run): Promise<string | undefined> {
    if (!run.sessionToken || run.record.suppressIdpSession) return undefined;
    return (await this.reader.byToken(run.ctx, run.sessionToken))?.session.id;
  }

  /** The session (unless suppressed), in place of the one the browser had, and the events. */
  private async openSession(run: Run, tx: Tx, input: { made: MadeSession; events: GatehouseEvent[]; user: EventUser; isNew: boolean; replacedSessionId?: string }): Promise<void> {
    const { ctx, record, replacedSessionId } = { ...run, ...input };
    if (record.suppressIdpSession) {
      if (input.events.length > 0) await this.outbox.append(ctx, tx, input.events);
      return;
    }
    if (replacedSessionId) await this.sessions.revoke(ctx, tx, replacedSessionId);
    if (input.isNew) await this.sessions.insert(ctx, tx, input.made);
    else await this.accounts.logIn(ctx, tx, input.made);
    await this.outbox.append(ctx, tx, [...input.events, userAuthenticated({ user: input.user, session: sessionModel("idp", input.made.session) })]);
  }

  private async redirect(run: Run, session: IdpSession): Promise<Record<string, unknown>> {
    const { ctx, record } = run;
    if (!record.redirectUri) return {};
    const url = new URL(record.redirectUri);
    const code = await this.infos.create(ctx, {
      userId: run.state.memory.userId,
      authenticatedAt: ctx.now().getTime(),
      amr: session.amr,
      session: record.suppressIdpSession ? { type: "none" } : { type: "idp", id: session.id },
      createdUser: run.state.memory.isNewUser,
      authorizationSessionId: record.authorizationSessionId,
    });
    url.searchParams.set("code", code);
    return { finish_redirect_uri: url.href };
  }
}

/** Attributes that are computed when shown are not kept. */
function withoutDerived({ updated_at: _time, email_verified: _email, phone_number_verified: _phone, ...attributes }: Record<string, unknown>): Record<string, unknown> {
  return attributes;
}

/** The attributes that follow from the identities; a hook cannot change them. */
function namingOf({ user }: Account): Record<string, unknown> {
  const { email, phone_number, preferred_username } = user.standardAttributes;
  return Object.fromEntries(Object.entries({ email, phone_number, preferred_username }).filter(([, value]) => value !== undefined));
}
