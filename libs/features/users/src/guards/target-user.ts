import { Injectable } from "@nestjs/common";
import { userIsAnonymized, userNotFound } from "@gatehouse/domain-errors";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { isUuid } from "@gatehouse/platform-ids";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { Accounts, IdentityChanges } from "@gatehouse/record-accounts";

/** Whether a user who was anonymized will do. */
export interface TargetChoice {
  userId: string;
  /** Nothing of an anonymized user may be changed by this. */
  notAnonymized?: boolean;
}

/** The user a mutation is about, by an id from outside. */
@Injectable()
export class TargetUser {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly changes: IdentityChanges,
  ) {}

  /** As he is before the transaction: what is checked on him is checked again in it. One statement. Throws `UserNotFound`, `UserIsAnonymized`. */
  async before(ctx: ProjectContext, choice: TargetChoice): Promise<UserFacts> {
    const [facts] = isUuid(choice.userId) ? await this.db.read((tx) => this.accounts.facts(ctx, tx, [choice.userId])) : [];
    if (!facts) throw userNotFound({});
    return accepted(facts, choice);
  }

  /** Held until the transaction ends. Two statements. Throws `UserNotFound`, `UserIsAnonymized`. */
  async locked(ctx: ProjectContext, tx: Tx, choice: TargetChoice): Promise<UserFacts> {
    if (!isUuid(choice.userId)) throw userNotFound({});
    return accepted(await this.changes.locked(ctx, tx, asUserId(choice.userId)), choice);
  }
}

function accepted(facts: UserFacts, { notAnonymized }: TargetChoice): UserFacts {
  if (notAnonymized && facts.user.status.isAnonymized) throw userIsAnonymized();
  return facts;
}
