import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { type AuthenticatorToMake, IdentityChanges } from "@gatehouse/record-accounts";
import { ChosenPasswords } from "@gatehouse/record-authenticators";
import { TargetUser } from "../guards/target-user.js";

/** Adds an authenticator that `PrepareAuthenticator` made (spec: admin API §8.1, `createAuthenticator`); its address does not count as proven. */
@Injectable()
export class CreateAuthenticator {
  constructor(
    private readonly target: TargetUser,
    private readonly changes: IdentityChanges,
    private readonly passwords: ChosenPasswords,
  ) {}

  /** Throws UserNotFound, DuplicatedAuthenticator. */
  async run(ctx: ProjectContext, tx: Tx, { userId, made }: { userId: string; made: AuthenticatorToMake }): Promise<Authenticator> {
    const facts = await this.target.locked(ctx, tx, { userId });
    const { authenticator } = await this.changes.addAuthenticator(ctx, tx, { facts, authenticator: made });
    if (made.passwordHash && made.kind === "primary") await this.passwords.note(ctx, tx, { userId, passwordHash: made.passwordHash });
    return authenticator;
  }
}
