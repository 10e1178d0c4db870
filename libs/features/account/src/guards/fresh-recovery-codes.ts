import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { newRecoveryCodes } from "@gatehouse/record-authenticators";
import { AccountReader } from "./account-reader.js";

/** Recovery codes that come with a first second factor. */
@Injectable()
export class FreshRecoveryCodes {
  constructor(private readonly reader: AccountReader) {}

  /** Codes for a user who has none left, where the project gives any; nothing is stored yet. */
  async make(ctx: ProjectContext, userId: UserId): Promise<{ recoveryCodes?: readonly string[] }> {
    const { disabled, count } = ctx.project.config.authentication.recovery_code;
    const { recoveryCodes = 0 } = await this.reader.facts(ctx, userId);
    return disabled || recoveryCodes > 0 ? {} : { recoveryCodes: newRecoveryCodes(count) };
  }
}
