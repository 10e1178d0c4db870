import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import { authenticatorNotFound, invariantViolated } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { AuthenticatorStore } from "@gatehouse/record-authenticators";
import { TargetUser } from "../guards/target-user.js";

/** Removes an authenticator, even a user's last; with the last second factor go recovery codes and trusted browsers (spec: admin API §8.1, `deleteAuthenticator`). */
@Injectable()
export class DeleteAuthenticator {
  constructor(
    private readonly target: TargetUser,
    private readonly authenticators: AuthenticatorStore,
    private readonly changes: IdentityChanges,
  ) {}

  /** The authenticator that was removed. Throws AuthenticatorNotFound, RemovePasskeyAuthenticator: a passkey goes with its identity. */
  async run(ctx: ProjectContext, tx: Tx, authenticatorId: string): Promise<Authenticator> {
    const [authenticator] = isUuid(authenticatorId) ? await this.authenticators.byIds(ctx, tx, [authenticatorId]) : [];
    if (!authenticator) throw authenticatorNotFound();
    if (authenticator.type === "passkey" && authenticator.kind === "primary")
      throw invariantViolated("RemovePasskeyAuthenticator", "cannot delete passkey authenticator, should delete passkey identity instead");
    const facts = await this.target.locked(ctx, tx, { userId: authenticator.userId });
    await this.changes.removeAuthenticator(ctx, tx, { facts, authenticatorId });
    return authenticator;
  }
}
