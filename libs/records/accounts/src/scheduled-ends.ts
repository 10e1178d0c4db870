import { Injectable } from "@nestjs/common";
import { type GatehouseEvent, userAnonymizationScheduled, userDeletionScheduled, userPreScheduleAnonymization, userPreScheduleDeletion } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type AccountOperation, type UserFacts, userModel, withWrittenAttributes } from "@gatehouse/domain-user";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { BlockingHooks, type HookOutcome } from "@gatehouse/service-blocking-hooks";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { AccountLifecycle, type StatusChange } from "./account-lifecycle.js";
import { Accounts } from "./accounts.js";
import { UserMemberships } from "./user-memberships.js";
import { WriteAccount } from "./write-account.js";

/** An operation that gives an account a grace period. */
export type SchedulingOperation = Extract<AccountOperation, { kind: "schedule_deletion_by_end_user" | "schedule_deletion_by_admin" | "schedule_anonymization" }>;
type Scheduling = StatusChange & { operation: SchedulingOperation };

/** What the blocking hooks said before the transaction. */
export interface HookAnswer {
  wished?: HookOutcome["user"];
  /** Why they were not asked: the account's state did not allow the change then. */
  refusal?: Error;
}

const DAY_MS = 86_400_000;
const askingOf = ({ kind }: SchedulingOperation) => (kind === "schedule_anonymization" ? userPreScheduleAnonymization : userPreScheduleDeletion);

/** When an account's grace period ends that begins now. */
export const graceEnd = (ctx: ProjectContext, section: "account_deletion" | "account_anonymization"): Date =>
  new Date(ctx.now().getTime() + ctx.project.config[section].grace_period_days * DAY_MS);

/** Accounts that are to be deleted or anonymized after a grace period, by an administrator or by their owner (spec: user model §2.4, §2.5). */
@Injectable()
export class ScheduledEnds {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly lifecycle: AccountLifecycle,
    private readonly writing: WriteAccount,
    private readonly memberships: UserMemberships,
    private readonly hooks: BlockingHooks,
    private readonly outbox: EventOutbox,
  ) {}

  /** Whether anybody is asked. */
  asks(ctx: ProjectContext, operation: SchedulingOperation): boolean {
    return this.hooks.hasHandlers(ctx, askingOf(operation).entry.type);
  }

  /**
   * Asks the handlers of `user.pre_schedule_deletion` or `user.pre_schedule_anonymization`, who see the account as it will be. Call it with no transaction open.
   * Throws HookDisallowed and what else comes of handlers. A state that does not allow the change is left for the transaction to refuse.
   */
  async ask(ctx: ProjectContext, { userId, operation }: { userId: string; operation: SchedulingOperation }): Promise<HookAnswer> {
    if (!this.asks(ctx, operation)) return {};
    const [facts] = await this.db.read((tx) => this.accounts.facts(ctx, tx, [userId]));
    if (!facts) return {};
    let question: () => Promise<HookAnswer>;
    try {
      question = this.question(ctx, { facts, operation });
    } catch (error) {
      if (!isApiError(error)) throw error;
      return { refusal: error };
    }
    return question();
  }

  /** The same question about an account as a transaction sees it: what is returned asks, with no transaction open. Throws InvalidAccountStatusTransition. */
  question(ctx: ProjectContext, change: Scheduling): () => Promise<HookAnswer> {
    const after = this.lifecycle.plan(ctx, change);
    return async () => {
      const { user } = await this.hooks.run(ctx, askingOf(change.operation)({ user: userModel(ctx.project.config, after, ctx.now()) }));
      return user ? { wished: user } : {};
    };
  }

  /**
   * Schedules, with what the handlers wished, and tells of it. Throws InvalidAccountStatusTransition, and for wishes that cannot be met RoleUnknownKeys,
   * GroupUnknownKeys, ValidationFailed.
   */
  async schedule(ctx: ProjectContext, tx: Tx, { answer, ...change }: Scheduling & { answer: HookAnswer }): Promise<void> {
    const planned = await this.lifecycle.change(ctx, tx, change);
    if (answer.refusal) throw answer.refusal;
    if (answer.wished && !planned.user.status.isAnonymized) await this.grant(ctx, tx, { facts: planned, wished: answer.wished });
    const [user] = await this.accounts.model(ctx, tx, [planned.user.id]);
    const events: GatehouseEvent[] = user ? [change.operation.kind === "schedule_anonymization" ? userAnonymizationScheduled({ user }) : userDeletionScheduled({ user })] : [];
    await this.outbox.append(ctx, tx, events);
  }

  private async grant(ctx: ProjectContext, tx: Tx, { facts, wished }: { facts: UserFacts; wished: NonNullable<HookOutcome["user"]> }): Promise<void> {
    const { standard_attributes: standard, custom_attributes: custom, roles, groups } = wished;
    const after = withWrittenAttributes(ctx.project.config, facts, { standard, custom });
    await this.writing.run(ctx, tx, { before: facts, after: { ...after, user: { ...after.user, updatedAt: new Date(ctx.now()) } } });
    await this.memberships.resetOfUser(ctx, tx, { userId: facts.user.id, roles, groups });
  }
}
