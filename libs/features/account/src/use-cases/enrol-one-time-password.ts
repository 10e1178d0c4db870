import { Injectable } from "@nestjs/common";
import { checkOtpTarget } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { IdentityChanges } from "@gatehouse/record-accounts";
import type { OtpChannel } from "@gatehouse/record-one-time-codes";
import { AccountReader } from "../guards/account-reader.js";
import { AddressCodes } from "../guards/address-codes.js";
import { FreshRecoveryCodes } from "../guards/fresh-recovery-codes.js";
import { AccountTokens } from "../store/account-token.store.js";
import type { ResumedFactor } from "./enrol-totp.js";

/** Adds an address for one-time passwords as a second factor: a code to it, and then the finish (spec: account management §4.5). */
@Injectable()
export class EnrolOneTimePassword {
  constructor(
    private readonly reader: AccountReader,
    private readonly changes: IdentityChanges,
    private readonly tokens: AccountTokens,
    private readonly codes: AddressCodes,
    private readonly recovery: FreshRecoveryCodes,
  ) {}

  /** Throws `ValidationFailed` "invalid target", `DuplicatedAuthenticator`, and what keeps a code from being sent, limits aside. */
  async start(ctx: ProjectContext, { userId, channel, ...typed }: { userId: UserId; channel: OtpChannel; target: string }): Promise<{ token: string }> {
    const target = checkOtpTarget(ctx.project.config, { type: channel === "email" ? "email" : "phone", target: typed.target });
    const type = channel === "email" ? "oob_otp_email" : "oob_otp_sms";
    this.changes.checkNewAuthenticator(ctx, await this.reader.facts(ctx, userId), { type, kind: "secondary", target });
    await this.codes.start(ctx, { userId, target, channel });
    return { token: await this.tokens.create(ctx, { userId, operation: { kind: "oob_otp", channel, target, verified: false } }) };
  }

  /** The old token is good until this succeeds. Throws `AccountManagementTokenInvalid`, `AccountManagementTokenNotBoundToUser`, `InvalidVerificationCode`, `RateLimited`. */
  async resume(ctx: ProjectContext, { userId, token, code }: { userId: UserId; token: string; code: string }): Promise<ResumedFactor> {
    const pending = await this.tokens.find(ctx, { token, userId, kinds: ["oob_otp"] });
    const { target, channel } = pending;
    return this.codes.use(ctx, { userId, target, channel, code, holder: token }, async () => {
      const recovery = await this.recovery.make(ctx, userId);
      const next = await this.tokens.create(ctx, { userId, operation: { ...pending, verified: true, ...recovery } });
      await this.tokens.delete(ctx, token);
      return { token: next, recoveryCodesCreated: recovery.recoveryCodes !== undefined, ...recovery };
    });
  }
}
