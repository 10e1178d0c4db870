import { Injectable } from "@nestjs/common";
import { invalidCredentials, selectAccountSessionChanged } from "@gatehouse/domain-errors";
import { type GatehouseEvent, userAnonymousPromoted } from "@gatehouse/domain-events";
import type { ContinuedSession } from "@gatehouse/domain-flow";
import { identityModel, type UserFacts, userModel } from "@gatehouse/domain-user";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { PromotionCodes } from "@gatehouse/record-anonymous-users";
import { IdentityStore } from "@gatehouse/record-identities";
import { SessionReader } from "@gatehouse/record-sessions";
import { Lockout } from "@gatehouse/service-lockout";
import { perAddressBucket, RateLimiter } from "@gatehouse/service-rate-limit";
import type { Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import { lockableMethods } from "../rules/lockable-methods.js";
import { ApplyChanges } from "./apply-changes.js";
import { OpenSession } from "./open-session.js";
import type { Outcome } from "./outcome.js";

/** The end of a login, of a sign-up that was linked, and of a promotion (spec: authentication flow §7). */
@Injectable()
export class LogIn {
  constructor(
    private readonly db: Database,
    private readonly users: RunUsers,
    private readonly changes: ApplyChanges,
    private readonly opening: OpenSession,
    private readonly reader: SessionReader,
    private readonly identities: IdentityStore,
    private readonly promotions: PromotionCodes,
    private readonly limiter: RateLimiter,
    private readonly lockout: Lockout,
  ) {}

  async run(run: Run): Promise<Outcome> {
    const { ctx, state } = run;
    const { memory } = state;
    if (memory.anonymous) await this.limiter.consume(ctx, [perAddressBucket(ctx, "signup_anonymous")]);
    const before = await this.users.stored(run);
    const after = await this.users.current(run);
    const loggedIn = { ...after, user: { ...after.user, lastLoginAt: after.user.loginAt, loginAt: ctx.now() } };
    const { continuedSession } = memory;
    const outcome = continuedSession ? await this.goOn(run, continuedSession, { before, after }) : await this.openSession(run, before, loggedIn);
    if (this.lockout.isOn(ctx)) await this.lockout.succeed(ctx, { userId: memory.userId, methods: lockableMethods(memory) });
    if (memory.anonymous) await this.promotions.spend(ctx, memory.anonymous);
    return outcome;
  }

  private async openSession(run: Run, before: UserFacts, after: UserFacts): Promise<Outcome> {
    const { ctx, record } = run;
    const made = this.opening.prepare(run);
    const replaces = await this.opening.replaced(run);
    const user = userModel(ctx.project.config, after, ctx.now());
    const deviceToken = await this.db.transaction(async (tx) => {
      const events = await this.promote(run, tx, { before, after });
      const token = await this.changes.existingUser(run, tx, { before, after });
      await this.opening.write(run, tx, { made, user, events, isNew: false, ...(replaces ? { replaces } : {}) });
      return token;
    });
    const { id, amr, authenticatedAt } = made.session;
    const session = record.suppressIdpSession ? {} : { sessionId: id, token: made.token };
    return { userId: user.id, createdUser: false, amr, authenticatedAt, ...session, ...(deviceToken ? { deviceToken } : {}) };
  }

  /** `select_account`: the session goes on as it is. Throws `SelectAccountSessionChanged` when it has ended since. */
  private async goOn(run: Run, continued: ContinuedSession, { before, after }: { before: UserFacts; after: UserFacts }): Promise<Outcome> {
    const { ctx, state } = run;
    const { kind, id } = continued;
    const asked = run.session?.live;
    const live = asked?.session.id === id ? asked : await this.reader.byId(ctx, kind, id);
    if (!live) throw selectAccountSessionChanged();
    const deviceToken = await this.db.transaction(async (tx) => {
      await this.opening.terminateOthers(run, tx);
      return this.changes.existingUser(run, tx, { before, after });
    });
    const { amr, authenticatedAt } = live.session;
    return { userId: state.memory.userId, createdUser: false, amr, authenticatedAt, sessionId: id, sessionKind: kind, ...(deviceToken ? { deviceToken } : {}) };
  }

  /** The anonymous identity gives way to the new ones. Throws `InvalidCredentials` when it has already: who is no guest any more is not promoted. */
  private async promote({ ctx, state }: Run, tx: Tx, { before, after }: { before: UserFacts; after: UserFacts }): Promise<GatehouseEvent[]> {
    const { anonymous } = state.memory;
    if (!anonymous) return [];
    if ((await this.identities.delete(ctx, tx, [anonymous.identityId])) === 0) throw invalidCredentials({});
    const identities = after.identities.filter(({ id }) => id !== anonymous.identityId);
    const model = (facts: UserFacts) => userModel(ctx.project.config, facts, ctx.now());
    return [userAnonymousPromoted({ anonymous_user: model(before), user: model({ ...after, identities }), identities: identities.map(identityModel) })];
  }
}
