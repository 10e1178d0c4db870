import { Injectable } from "@nestjs/common";
import { passwordPolicy } from "@gatehouse/domain-authenticator";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ChosenPasswords } from "@gatehouse/record-authenticators";
import { TargetUser } from "../guards/target-user.js";
import { generatePassword } from "../rules/generate-password.js";

/** A password and its hash. */
export interface PreparedPassword {
  plain: string;
  passwordHash: string;
}

/** Checks and hashes the password that `resetPassword` sets. Call it with no transaction open. */
@Injectable()
export class PreparePassword {
  constructor(
    private readonly target: TargetUser,
    private readonly passwords: ChosenPasswords,
  ) {}

  /** Absent or empty: one is generated. Throws UserNotFound, UserIsAnonymized, PasswordPolicyViolated, PasswordGenerateError. */
  async run(ctx: ProjectContext, { userId, password }: { userId: string; password?: string | null }): Promise<PreparedPassword> {
    const { user, authenticators } = await this.target.before(ctx, { userId, notAnonymized: true });
    const plain = password || generatePassword(passwordPolicy(ctx.project.config));
    const current = authenticators.find(({ type, kind }) => type === "password" && kind === "primary")?.passwordHash;
    return { plain, passwordHash: await this.passwords.hash(ctx, { plain, userId: user.id, ...(current ? { current } : {}) }) };
  }
}
