import { Injectable } from "@nestjs/common";
import { authenticatorNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { AuthenticatorStore } from "@gatehouse/record-authenticators";
import { TargetUser } from "../guards/target-user.js";

/** Has a user change his primary password at the next login, or not any more (spec: admin API §8.1). */
@Injectable()
export class SetPasswordExpired {
  constructor(
    private readonly target: TargetUser,
    private readonly authenticators: AuthenticatorStore,
  ) {}

  /** Throws UserNotFound, UserIsAnonymized, AuthenticatorNotFound when he has no password. */
  async run(ctx: ProjectContext, tx: Tx, { userId, expired }: { userId: string; expired: boolean }): Promise<void> {
    const { authenticators } = await this.target.locked(ctx, tx, { userId, notAnonymized: true });
    const ids = authenticators.filter(({ type, kind }) => type === "password" && kind === "primary").map(({ id }) => id);
    if (ids.length === 0) throw authenticatorNotFound();
    await this.authenticators.setPasswordExpiry(ctx, tx, { ids, expireAfter: expired ? ctx.now() : null, at: ctx.now() });
  }
}
