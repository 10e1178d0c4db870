import { Injectable } from "@nestjs/common";
import { identityNotFound } from "@gatehouse/domain-errors";
import type { Identity, LoginIdType } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { OwnedRecords } from "../guards/owned-records.js";
import { checkMayDelete } from "../rules/login-id-switches.js";

/** What the page deletes: an id of another kind is not found. */
export type DeletableIdentity = LoginIdType | "oauth" | "passkey" | "biometric";

/** Removes an identity of the user and what depends on it (spec: account management §4.1 to §4.3, §4.7). */
@Injectable()
export class DeleteIdentity {
  constructor(
    private readonly db: Database,
    private readonly changes: IdentityChanges,
    private readonly owned: OwnedRecords,
    private readonly outbox: EventOutbox,
  ) {}

  /**
   * The identity that was removed. Throws `IdentityNotFound`, `AccountManagementIdentityNotOwnedByUser`, and `InvariantViolated` of the kinds
   * `IdentityModifyDisabled`, `RemoveLastIdentity`, `RemoveLastPrimaryAuthenticator`.
   */
  run(ctx: ProjectContext, { userId, identityId, type }: { userId: UserId; identityId: string; type: DeletableIdentity }): Promise<Identity> {
    return this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const identity = await this.owned.identity(ctx, tx, { facts, id: identityId });
      if ((identity.loginIdType ?? identity.type) !== type) throw identityNotFound();
      checkMayDelete(ctx.project.config, identity);
      const { events } = await this.changes.remove(ctx, tx, { facts, identityId });
      await this.outbox.append(ctx, tx, events);
      return identity;
    });
  }
}
