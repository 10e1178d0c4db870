import { Injectable } from "@nestjs/common";
import { Database } from "@gatehouse/platform-postgres";
import { AccountSchedule } from "@gatehouse/record-users";

const BATCH = 500;

/** Brings `is_disabled` of users up to date whose account has opened or closed by itself (spec: user model §2.5). Several workers may run it at once. */
@Injectable()
export class RefreshAccountStatus {
  constructor(
    private readonly db: Database,
    private readonly schedule: AccountSchedule,
  ) {}

  /** How many users were looked at. */
  async run(now: Date): Promise<number> {
    for (let total = 0; ; ) {
      const count = await this.db.transaction((tx) => this.schedule.refresh(tx, { now, limit: BATCH }));
      total += count;
      if (count < BATCH) return total;
    }
  }
}
