import { Injectable } from "@nestjs/common";
import { userNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";

/** The caller's account as it is now, for checks before a change; the change itself looks again under its lock. */
@Injectable()
export class AccountReader {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
  ) {}

  /** One statement. Throws `UserNotFound`. */
  async facts(ctx: ProjectContext, userId: UserId): Promise<UserFacts> {
    const [facts] = await this.db.read((tx) => this.accounts.facts(ctx, tx, [userId]));
    if (!facts) throw userNotFound({});
    return facts;
  }
}
