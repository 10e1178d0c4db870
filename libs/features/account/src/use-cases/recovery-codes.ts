import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { newRecoveryCodes, RecoveryCodeStore } from "@gatehouse/record-authenticators";

/** A code as the page shows it. */
export interface ShownRecoveryCode {
  code: string;
  consumed: boolean;
}

/** Makes and shows the user's recovery codes (spec: account management §4.6). */
@Injectable()
export class RecoveryCodes {
  constructor(
    private readonly db: Database,
    private readonly changes: IdentityChanges,
    private readonly store: RecoveryCodeStore,
  ) {}

  /** A fresh set in place of all codes there are; this is the only time they can be read, unless the project lists them. */
  async regenerate(ctx: ProjectContext, userId: UserId): Promise<readonly string[]> {
    const { count, list_enabled: listable } = ctx.project.config.authentication.recovery_code;
    const codes = newRecoveryCodes(count);
    await this.db.transaction(async (tx) => {
      await this.changes.locked(ctx, tx, userId);
      await this.store.replace(ctx, tx, { userId, codes, listable });
    });
    return codes;
  }

  /** Codes for a user with a first second factor who has none; undefined for every other user, and where the project gives none. */
  async makeMissing(ctx: ProjectContext, userId: UserId): Promise<readonly string[] | undefined> {
    const { disabled, count, list_enabled: listable } = ctx.project.config.authentication.recovery_code;
    if (disabled) return undefined;
    return this.db.transaction(async (tx) => {
      const { recoveryCodes = 0 } = await this.changes.locked(ctx, tx, userId);
      if (recoveryCodes > 0) return undefined;
      const codes = newRecoveryCodes(count);
      await this.store.replace(ctx, tx, { userId, codes, listable });
      return codes;
    });
  }

  /** The user's codes; undefined where the project does not show them again. Codes made before it did are left out. */
  async list(ctx: ProjectContext, userId: UserId): Promise<ShownRecoveryCode[] | undefined> {
    const { disabled, list_enabled } = ctx.project.config.authentication.recovery_code;
    if (disabled || !list_enabled) return undefined;
    const codes = await this.db.read((tx) => this.store.list(ctx, tx, userId));
    return codes.flatMap(({ code, consumedAt }) => (code === null ? [] : [{ code, consumed: consumedAt !== null }]));
  }
}
