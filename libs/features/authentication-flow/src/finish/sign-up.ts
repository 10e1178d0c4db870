import { Injectable } from "@nestjs/common";
import { flowNotFound } from "@gatehouse/domain-errors";
import { userCreated, userPreCreate } from "@gatehouse/domain-events";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import { identityModel, userModel, withWrittenAttributes } from "@gatehouse/domain-user";
import { Database, isUniqueViolation } from "@gatehouse/platform-postgres";
import { type Account, Accounts } from "@gatehouse/record-accounts";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { perAddressBucket, RateLimiter } from "@gatehouse/service-rate-limit";
import type { Run } from "../engine/run.js";
import { IdentityConflicts } from "../linking/identity-conflicts.js";
import { withProfile } from "../rules/with-profile.js";
import { ApplyChanges } from "./apply-changes.js";
import { OpenSession } from "./open-session.js";
import type { Outcome } from "./outcome.js";

/** The end of a sign-up: the user with everything the run has made (spec: authentication flow §7). */
@Injectable()
export class SignUp {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly changes: ApplyChanges,
    private readonly opening: OpenSession,
    private readonly conflicts: IdentityConflicts,
    private readonly hooks: BlockingHooks,
    private readonly limiter: RateLimiter,
  ) {}

  /** Throws `RateLimited`, what `user.pre_create` refuses, and `DuplicatedIdentity` when somebody was faster. */
  async run(run: Run): Promise<Outcome> {
    const { ctx, record } = run;
    await this.limiter.consume(ctx, [perAddressBucket(ctx, "signup")]);
    const account = await this.askHooks(ctx, this.account(run));
    const user = userModel(ctx.project.config, account, ctx.now());
    const made = this.opening.prepare(run);
    const replaces = await this.opening.replaced(run);
    const created = userCreated({ user, identities: account.identities.map(identityModel) });
    await this.db
      .transaction(async (tx) => {
        await this.conflicts.refuseLate(run, tx);
        await this.accounts.insert(ctx, tx, account);
        await this.changes.newUser(run, tx);
        await this.opening.write(run, tx, { made, user, events: [created], isNew: true, ...(replaces ? { replaces } : {}) });
      })
      .catch((error: unknown) => {
        // A fork of this run has already made the user.
        throw isUniqueViolation(error, "auth_user_pkey") ? flowNotFound() : error;
      });
    const { id, amr, authenticatedAt } = made.session;
    const session = record.suppressIdpSession ? {} : { sessionId: id, token: made.token };
    return { userId: user.id, createdUser: true, amr, authenticatedAt, ...session };
  }

  private account({ ctx, state: { memory } }: Run): Account {
    const profile = withProfile(memory, { standardAttributes: {}, customAttributes: {} });
    return this.accounts.prepare(ctx, {
      id: asUserId(memory.userId),
      identities: memory.identified.flatMap(({ created }) => created ?? []),
      authenticators: memory.newAuthenticators,
      verified: memory.verified,
      ...profile,
      loggedIn: true,
    });
  }

  /** `user.pre_create`: handlers see the user before anything is written, and may refuse or change the attributes, which then pass the rules of any update (spec: events and hooks §6.3). */
  private async askHooks(ctx: ProjectContext, account: Account): Promise<Account> {
    if (!this.hooks.hasHandlers(ctx, userPreCreate.entry.type)) return account;
    const user = userModel(ctx.project.config, account, ctx.now());
    const { user: wished } = await this.hooks.run(ctx, userPreCreate({ user, identities: account.identities.map(identityModel) }));
    if (!wished) return account;
    const standard = wished.standard_attributes === user.standard_attributes ? null : wished.standard_attributes;
    const custom = wished.custom_attributes === user.custom_attributes ? null : wished.custom_attributes;
    const changed = withWrittenAttributes(ctx.project.config, account, { standard, custom });
    return this.db.read((tx) => this.accounts.withMemberships(ctx, tx, { account: changed, roles: wished.roles, groups: wished.groups }));
  }
}
