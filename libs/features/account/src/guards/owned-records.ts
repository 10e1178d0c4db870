import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import { accountAuthenticatorNotOwned, accountIdentityNotOwned, authenticatorNotFound, identityNotFound } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { AuthenticatorStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";

/** Finds what a user names by its id, when it is his. */
@Injectable()
export class OwnedRecords {
  constructor(
    private readonly identities: IdentityStore,
    private readonly authenticators: AuthenticatorStore,
  ) {}

  /** Throws `IdentityNotFound`, `AccountManagementIdentityNotOwnedByUser`. */
  async identity(ctx: ProjectContext, tx: Tx, { facts, id }: { facts: UserFacts; id: string }): Promise<Identity> {
    const own = facts.identities.find((one) => one.id === id);
    if (own) return own;
    const [foreign] = isUuid(id) ? await this.identities.byIds(ctx, tx, [id]) : [];
    throw foreign ? accountIdentityNotOwned() : identityNotFound();
  }

  /** Throws `AuthenticatorNotFound`, `AccountManagementAuthenticatorNotOwnedByUser`. */
  async authenticator(ctx: ProjectContext, tx: Tx, { facts, id }: { facts: UserFacts; id: string }): Promise<Authenticator> {
    const own = facts.authenticators.find((one) => one.id === id);
    if (own) return own;
    const [foreign] = isUuid(id) ? await this.authenticators.byIds(ctx, tx, [id]) : [];
    throw foreign ? accountAuthenticatorNotOwned() : authenticatorNotFound();
  }
}
