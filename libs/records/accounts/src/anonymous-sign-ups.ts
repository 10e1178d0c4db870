import { Injectable } from "@nestjs/common";
import { anonymousUserDisallowed } from "@gatehouse/domain-errors";
import { type GatehouseEvent, rateLimitBlocked, userCreated, userPreCreate } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { identityModel, userModel, withWrittenAttributes } from "@gatehouse/domain-user";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { blockedLimit, perAddressBucket, RateLimiter } from "@gatehouse/service-rate-limit";
import { type Account, Accounts } from "./accounts.js";

/** Users without an account: with the key of an app, or bound to one browser or refresh token (spec: oauth-oidc §14). */
@Injectable()
export class AnonymousSignUps {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly hooks: BlockingHooks,
    private readonly limiter: RateLimiter,
    private readonly outbox: EventOutbox,
  ) {}

  /** Throws `Invalid` where the project has no anonymous users. */
  requireAllowed(ctx: ProjectContext): void {
    if (!ctx.project.config.authentication.identities.includes("anonymous")) throw anonymousUserDisallowed();
  }

  /** A new user, asked of the blocking hooks and not written yet. Throws `RateLimited`, and what a hook refuses. */
  async prepare(ctx: ProjectContext, key?: { keyId: string; key: Record<string, unknown> }): Promise<Account> {
    this.requireAllowed(ctx);
    await this.count(ctx);
    const id = ctx.newId();
    const anonymous = key ?? { keyId: null, key: null };
    const account = this.accounts.prepare(ctx, { identities: [{ id, type: "anonymous", uniqueKey: key?.keyId ?? id, details: { anonymous } }], loggedIn: true });
    return this.askHooks(ctx, account);
  }

  /** Writes a prepared user; returns what is to be told of him. Throws `DuplicatedIdentity` when the key has an owner. */
  async write(ctx: ProjectContext, tx: Tx, account: Account): Promise<GatehouseEvent[]> {
    await this.accounts.insert(ctx, tx, account);
    return [userCreated({ user: userModel(ctx.project.config, account, ctx.now()), identities: account.identities.map(identityModel) })];
  }

  /** A refusal is told at once (spec: protection §2.7). */
  private async count(ctx: ProjectContext): Promise<void> {
    try {
      await this.limiter.consume(ctx, [perAddressBucket(ctx, "signup_anonymous")]);
    } catch (error) {
      const limit = isApiError(error) ? blockedLimit(error) : undefined;
      if (limit) await this.outbox.appendNow(ctx, [rateLimitBlocked({ rate_limit: limit })]);
      throw error;
    }
  }

  private async askHooks(ctx: ProjectContext, account: Account): Promise<Account> {
    if (!this.hooks.hasHandlers(ctx, userPreCreate.entry.type)) return account;
    const user = userModel(ctx.project.config, account, ctx.now());
    const { user: wished } = await this.hooks.run(ctx, userPreCreate({ user, identities: account.identities.map(identityModel) }));
    if (!wished) return account;
    const changed = withWrittenAttributes(ctx.project.config, account, { standard: wished.standard_attributes, custom: wished.custom_attributes });
    return this.db.read((tx) => this.accounts.withMemberships(ctx, tx, { account: changed, roles: wished.roles, groups: wished.groups }));
  }
}
