import { Injectable } from "@nestjs/common";
import { mfaGracePeriodInvalid } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { CachedSessions } from "@gatehouse/record-accounts";
import { AccountStatusStore } from "@gatehouse/record-users";
import { TargetUser } from "../guards/target-user.js";

const LONGEST_MS = 90 * 86_400_000;

/** Lets a user sign in for a while without the second factor he must have, or no longer (spec: admin API §8.2, `setMFAGracePeriod`, `removeMFAGracePeriod`). */
@Injectable()
export class SetGracePeriod {
  constructor(
    private readonly target: TargetUser,
    private readonly statuses: AccountStatusStore,
    private readonly sessions: CachedSessions,
  ) {}

  /** Null: no longer. Throws UserNotFound, UserIsAnonymized, MFAGracePeriodInvalid. */
  async run(ctx: ProjectContext, tx: Tx, { userId, endAt }: { userId: string; endAt: Date | null }): Promise<void> {
    const { user } = await this.target.locked(ctx, tx, { userId, notAnonymized: true });
    const at = ctx.now();
    if (endAt && (endAt < at || endAt.getTime() > at.getTime() + LONGEST_MS)) throw mfaGracePeriodInvalid();
    await this.statuses.setGracePeriod(ctx, tx, { id: user.id, endAt, at });
    await this.sessions.forget(ctx, tx, user.id);
  }
}
