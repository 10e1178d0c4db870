import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accountVariant, type AccountOperation, type AccountStatus, changeAccountStatus, isOutsideValidPeriod, type UserFacts } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { SessionStore } from "@gatehouse/record-sessions";
import { AccountStatusStore } from "@gatehouse/record-users";
import { CachedSessions } from "./cached-sessions.js";
import { OwnedRecordsStore } from "./owned-records.store.js";
import { UnshownPictures } from "./unshown-pictures.js";

/** A change of the status of an account; `facts` are held by the transaction. */
export interface StatusChange {
  facts: UserFacts;
  operation: AccountOperation;
}

/** What becomes of whole accounts: disabled, scheduled, anonymized and back (spec: user model §2). */
@Injectable()
export class AccountLifecycle {
  constructor(
    private readonly statuses: AccountStatusStore,
    private readonly owned: OwnedRecordsStore,
    private readonly sessions: SessionStore,
    private readonly cached: CachedSessions,
    private readonly pictures: UnshownPictures,
  ) {}

  /** The user as the change would leave him; nothing is written. Throws InvalidAccountStatusTransition. */
  plan(ctx: ProjectContext, { facts, operation }: StatusChange): UserFacts {
    const now = ctx.now();
    const status = changeAccountStatus(facts.user.status, operation, now);
    const user = { ...facts.user, status, updatedAt: now };
    if (operation.kind !== "anonymize") return { ...facts, user };
    return {
      user: { ...user, standardAttributes: {}, customAttributes: {}, metadata: {} },
      identities: [],
      authenticators: [],
      verified: [],
      recoveryCodes: 0,
      roles: [],
      groups: [],
      effectiveRoles: [],
    };
  }

  /**
   * Writes a change and returns the user as he is then. Sessions end when he may not be signed in any more from now on, by an administrator or by a schedule;
   * a time that comes later ends none. Events are the caller's to append. Throws InvalidAccountStatusTransition.
   */
  async change(ctx: ProjectContext, tx: Tx, change: StatusChange): Promise<UserFacts> {
    const after = this.plan(ctx, change);
    const { id, status, updatedAt: at } = after.user;
    if (endsSessions(status, change.operation, at)) await this.sessions.revokeAllOfUser(ctx, tx, id);
    else await this.cached.forget(ctx, tx, id);
    if (change.operation.kind === "anonymize") {
      await this.owned.deleteAll(ctx, tx, id);
      await this.statuses.clearAttributes(ctx, tx, { id, at });
      await this.pictures.forget(ctx, tx, [{ before: change.facts.user.standardAttributes }]);
    }
    await this.statuses.write(ctx, tx, { id, status, at });
    return after;
  }
}

/** Spec: user model §2.5. */
function endsSessions(status: AccountStatus, { kind }: AccountOperation, now: Date): boolean {
  switch (kind) {
    case "disable":
    case "disable_temporarily":
      return accountVariant(status, now) !== "normal";
    case "set_valid_period":
      return isOutsideValidPeriod(status, now);
    case "reenable":
    case "unschedule_deletion":
    case "unschedule_anonymization":
      return false;
    default:
      return true;
  }
}
