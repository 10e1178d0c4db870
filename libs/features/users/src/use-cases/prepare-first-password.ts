import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ChosenPasswords } from "@gatehouse/record-authenticators";
import { TargetUser } from "../guards/target-user.js";

/** The password that may come with a new login id: its hash, or why it is refused. Whether it is wanted at all, the transaction says. */
export type FirstPassword = PromiseSettledResult<string> | undefined;

/** Hashes the password that comes with `createIdentity`. Call it with no transaction open. */
@Injectable()
export class PrepareFirstPassword {
  constructor(
    private readonly target: TargetUser,
    private readonly passwords: ChosenPasswords,
  ) {}

  /** Undefined where none is given or the project has no passwords. Throws UserNotFound. */
  async run(ctx: ProjectContext, { userId, password }: { userId: string; password?: string | null }): Promise<FirstPassword> {
    const { user } = await this.target.before(ctx, { userId });
    if (!password || !ctx.project.config.authentication.primary_authenticators.includes("password")) return undefined;
    const [prepared] = await Promise.allSettled([this.passwords.hash(ctx, { plain: password, userId: user.id })]);
    return prepared;
  }
}
