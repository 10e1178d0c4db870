import { Injectable } from "@nestjs/common";
import { identityNotFound } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { IdentityStore } from "@gatehouse/record-identities";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";

/** Removes an identity of any type and what depended on it, even if its owner could then not log in (spec: admin API §8.1, `deleteIdentity`). */
@Injectable()
export class DeleteIdentity {
  constructor(
    private readonly target: TargetUser,
    private readonly identities: IdentityStore,
    private readonly changes: IdentityChanges,
    private readonly outbox: EventOutbox,
  ) {}

  /** The identity that was removed. Throws IdentityNotFound, RemoveLastIdentity. */
  async run(ctx: ProjectContext, tx: Tx, identityId: string): Promise<Identity> {
    const [identity] = isUuid(identityId) ? await this.identities.byIds(ctx, tx, [identityId]) : [];
    if (!identity) throw identityNotFound();
    const facts = await this.target.locked(ctx, tx, { userId: identity.userId });
    const { events } = await this.changes.remove(ctx, tx, { facts, identityId, mayLockOut: true });
    await this.outbox.append(ctx, tx, events);
    return identity;
  }
}
