import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticatorToMake } from "@gatehouse/record-accounts";
import { ChosenPasswords } from "@gatehouse/record-authenticators";
import { TargetUser } from "../guards/target-user.js";
import { type AuthenticatorDefinition, checkAuthenticatorDefinition } from "../rules/authenticator-definition.js";

/** Checks an authenticator that `createAuthenticator` adds, and hashes its password. Call it with no transaction open. */
@Injectable()
export class PrepareAuthenticator {
  constructor(
    private readonly target: TargetUser,
    private readonly passwords: ChosenPasswords,
  ) {}

  /** Throws Invalid, ValidationFailed, UserNotFound, PasswordPolicyViolated, and a plain error for an empty password. */
  async run(ctx: ProjectContext, { userId, definition }: { userId: string; definition: AuthenticatorDefinition }): Promise<AuthenticatorToMake> {
    const asked = checkAuthenticatorDefinition(ctx.project.config, definition);
    const { user } = await this.target.before(ctx, { userId });
    if (asked.type !== "password") return asked;
    return { type: "password", kind: asked.kind, passwordHash: await this.passwords.hash(ctx, { plain: asked.plain, userId: user.id }) };
  }
}
