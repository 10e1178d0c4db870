import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { AccountLifecycle } from "@gatehouse/record-accounts";
import { TargetUser } from "../guards/target-user.js";

/** The ends of a user's valid period: absent stays, null opens. */
export interface ValidPeriodInput {
  userId: string;
  from?: Date | null;
  until?: Date | null;
}

/** Sets when an account may be used (spec: admin API §8.2, `setAccountValidFrom`, `setAccountValidUntil`, `setAccountValidPeriod`). No event tells of it. */
@Injectable()
export class SetValidPeriod {
  constructor(
    private readonly target: TargetUser,
    private readonly lifecycle: AccountLifecycle,
  ) {}

  /** Ends the sessions of a user who is outside now. Throws UserNotFound, InvalidAccountStatusTransition. */
  async run(ctx: ProjectContext, tx: Tx, { userId, from, until }: ValidPeriodInput): Promise<void> {
    const facts = await this.target.locked(ctx, tx, { userId });
    await this.lifecycle.change(ctx, tx, { facts, operation: { kind: "set_valid_period", from, until } });
  }
}
