import { Injectable } from "@nestjs/common";
import { invalidVerificationCode, rateLimited } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { type AcceptedCode, OneTimePasswords, type OtpChannel } from "@gatehouse/record-one-time-codes";
import { GuardedCheck } from "./guarded-check.js";
import { ReportLimit } from "./report-limit.js";

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
    private readonly limits: ReportLimit,
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
    await this.limits.watch(ctx, () => this.otp.send(ctx, { purpose: "verification", target, channel, form: "code", userId, message: "verification" }));
  }

  /**
   * Does what a right code allows, once: the code is spent first, for `holder` (the token of the change), and is good again when the work is refused.
   * Throws `InvalidVerificationCode`, `RateLimited`, and what the work throws.
   */
  async use<T>(ctx: ProjectContext, proof: ClaimedAddress & { code: string; holder: string }, work: () => Promise<T>): Promise<T> {
    const holder = sha256Hex(proof.holder);
    const code = await this.check(ctx, proof);
    if (!(await this.otp.spend(ctx, holder, [code]))) throw refusal();
    try {
      return await work();
    } catch (error) {
      await this.otp.giveBack(ctx, holder, [code]);
      throw error;
    }
  }

  private async check(ctx: ProjectContext, { userId, target, channel, code }: ClaimedAddress & { code: string }): Promise<AcceptedCode> {
    const checked = checkedChannel(channel);
    const buckets = this.otp.validateBuckets(ctx, { purpose: "verification", channel: checked, userId });
    return this.guard.run(ctx, { userId, buckets, verify: () => this.otp.check(ctx, { purpose: "verification", target, channel: checked, code }), refusal });
  }
}

const refusal = (): Error => invalidVerificationCode({ cause: { kind: "InvalidVerificationCode" } });
