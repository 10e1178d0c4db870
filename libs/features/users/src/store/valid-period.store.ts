import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** The period of validity of an account, in `auth_user`. */
@Injectable()
export class ValidPeriodStore {
  /** Sets both ends; null leaves that side open. */
  async set(ctx: ProjectContext, tx: Tx, period: { id: UserId; from: Date | null; until: Date | null }): Promise<void> {
    await tx.query("update auth_user set account_valid_from = $3, account_valid_until = $4 where project_id = $1 and id = $2", [
      ctx.project.id,
      period.id,
      period.from,
      period.until,
    ]);
  }
}
