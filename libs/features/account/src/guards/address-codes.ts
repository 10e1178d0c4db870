import { Injectable } from "@nestjs/common";
import { invalidVerificationCode, rateLimited } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { OneTimePasswords, type OtpChannel } from "@gatehouse/record-one-time-codes";
import { GuardedCheck } from "./guarded-check.js";

/** An address that a user says is his. */
export interface ClaimedAddress {
  userId: UserId;
  target: string;
  channel: OtpChannel;
}

/** Phone numbers are checked by the settings of SMS, whatever brought the code. */
const checkedChannel = (channel: OtpChannel): OtpChannel => (channel === "email" ? "email" : "sms");

/** Codes by which users prove their addresses (spec: account management §4.1). There is no cooldown per session here. */
@Injectable()
export class AddressCodes {
  constructor(
    private readonly otp: OneTimePasswords,
    private readonly guard: GuardedCheck,
  ) {}

  /** Sends a code, unless a limit is reached: then an earlier code stays good, and the page can be entered again. */
  async start(ctx: ProjectContext, address: ClaimedAddress): Promise<void> {
    try {
      await this.send(ctx, address);
    } catch (error) {
      if (!rateLimited.is(error)) throw error;
    }
  }

  /** Sends a new code. Throws `RateLimited`, and what keeps the message from being sent. */
  async send(ctx: ProjectContext, { userId, target, channel }: ClaimedAddress): Promise<void> {
    await this.otp.send(ctx, { purpose: "verification", target, channel, form: "code", userId, message: "verification" });
  }

  /** Throws `InvalidVerificationCode`, `RateLimited`. A right code stays good until `spend`. */
  async check(ctx: ProjectContext, { userId, target, channel, code }: ClaimedAddress & { code: string }): Promise<void> {
    const checked = checkedChannel(channel);
    await this.guard.run(ctx, {
      userId,
      buckets: this.otp.validateBuckets(ctx, { purpose: "verification", channel: checked, userId }),
      verify: () => this.otp.check(ctx, { purpose: "verification", target, channel: checked, code }),
      refusal: () => invalidVerificationCode({ cause: { kind: "InvalidVerificationCode" } }),
    });
  }

  /** Ends the code of an address. */
  async spend(ctx: ProjectContext, target: string): Promise<void> {
    await this.otp.consume(ctx, [{ purpose: "verification", target }]);
  }
}
