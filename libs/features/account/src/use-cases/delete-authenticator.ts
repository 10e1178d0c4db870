import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import { accountSecondaryRequired, authenticatorNotFound, changePasswordFailed } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { OwnedRecords } from "../guards/owned-records.js";

/** Removes second factors; primary authenticators go with their identities only (spec: account management §4.5). */
@Injectable()
export class DeleteAuthenticator {
  constructor(
    private readonly db: Database,
    private readonly changes: IdentityChanges,
    private readonly owned: OwnedRecords,
  ) {}

  /** Throws `AuthenticatorNotFound`, `AccountManagementAuthenticatorNotOwnedByUser`, `AccountManagementSecondaryAuthenticatorIsRequired`. */
  run(ctx: ProjectContext, { userId, authenticatorId }: { userId: UserId; authenticatorId: string }): Promise<Authenticator> {
    return this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const authenticator = await this.owned.authenticator(ctx, tx, { facts, id: authenticatorId });
      if (authenticator.kind !== "secondary") throw authenticatorNotFound();
      return this.remove(ctx, tx, { facts, authenticator });
    });
  }

  /** Removes the secondary password. Throws `ChangePasswordFailed` (`NoPassword`), `AccountManagementSecondaryAuthenticatorIsRequired`. */
  secondaryPassword(ctx: ProjectContext, userId: UserId): Promise<Authenticator> {
    return this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const authenticator = facts.authenticators.find(({ type, kind }) => type === "password" && kind === "secondary");
      if (!authenticator) throw changePasswordFailed({ cause: { kind: "NoPassword" } });
      return this.remove(ctx, tx, { facts, authenticator });
    });
  }

  private async remove(ctx: ProjectContext, tx: Tx, { facts, authenticator }: { facts: UserFacts; authenticator: Authenticator }): Promise<Authenticator> {
    const isRequired = ctx.project.config.authentication.secondary_authentication_mode === "required";
    const others = facts.authenticators.some(({ id, kind }) => kind === "secondary" && id !== authenticator.id);
    if (isRequired && !others) throw accountSecondaryRequired();
    await this.changes.removeAuthenticator(ctx, tx, { facts, authenticatorId: authenticator.id });
    return authenticator;
  }
}
