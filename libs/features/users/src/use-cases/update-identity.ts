import { Injectable } from "@nestjs/common";
import { identityNotFound, invariantViolated } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { IdentityStore } from "@gatehouse/record-identities";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";
import { checkIdentityDefinition, type IdentityDefinition } from "../rules/check-identity-definition.js";
import { oneTimePasswordOf } from "../rules/one-time-password-of.js";

/** Another value, and maybe another key, for a login id. */
export interface IdentityUpdate {
  userId: string;
  identityId: string;
  definition: IdentityDefinition;
}

/** Replaces a login id of a user, whatever its key allows end users (spec: admin API §8.1, `updateIdentity`). */
@Injectable()
export class UpdateIdentity {
  constructor(
    private readonly target: TargetUser,
    private readonly identities: IdentityStore,
    private readonly changes: IdentityChanges,
    private readonly outbox: EventOutbox,
  ) {}

  /**
   * Throws Invalid, InvalidLoginIDKey, ValidationFailed, UserNotFound, IdentityNotFound, IdentityNotBelongToUser, DuplicatedIdentity, and a plain error when the
   * user could not log in by the new value.
   */
  async run(ctx: ProjectContext, tx: Tx, { userId, identityId, definition }: IdentityUpdate): Promise<Identity> {
    const next = checkIdentityDefinition(ctx.project, definition);
    const facts = await this.target.locked(ctx, tx, { userId });
    const old = await this.owned(ctx, tx, { facts, identityId });
    const ensured = { make: oneTimePasswordOf(ctx.project.config, next) };
    const { identity, events } = await this.changes.replaceLoginId(ctx, tx, { facts, old, next, ensured });
    await this.outbox.append(ctx, tx, events);
    return identity;
  }

  /** Only a login id has another value. */
  private async owned(ctx: ProjectContext, tx: Tx, { facts, identityId }: { facts: UserFacts; identityId: string }): Promise<Identity> {
    const own = facts.identities.find(({ id }) => id === identityId);
    if (own?.type === "login_id") return own;
    const [foreign] = own || !isUuid(identityId) ? [] : await this.identities.byIds(ctx, tx, [identityId]);
    throw foreign ? invariantViolated("IdentityNotBelongToUser", "identity does not belong to the user") : identityNotFound();
  }
}
