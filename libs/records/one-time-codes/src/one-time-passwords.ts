import { Injectable, type OnModuleDestroy } from "@nestjs/common";
import { otpDeliveryUnexpected, rateLimited } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type ApiErrorJson, isApiError } from "@gatehouse/platform-errors-core";
import { CROCKFORD, DIGITS, randomString } from "@gatehouse/platform-ids";
import { FraudProtection } from "@gatehouse/service-fraud-protection";
import { type Bucket, RateLimiter } from "@gatehouse/service-rate-limit";
import { CodeStore, type DeliveryStatus, type LinkRecord } from "./code.store.js";
import type { AcceptedCode, CodePurpose, CodeTarget, OtpChannel, OtpForm, OtpRequest, SentCode } from "./code-target.js";
import { FlowChannel } from "./flow-channel.js";
import { outgoingMessage } from "./outgoing-otp.js";
import { channelsOf, cooldownBuckets, formOf, maxFailedAttempts, triggerBuckets, validateBuckets, validMs } from "./otp-settings.js";
import { SendMessage, type SendOptions } from "./send-message.js";
import { fixedCode, isSuppressedByProject } from "./test-mode.js";

/** What a step shows of a code that was sent. */
export interface OtpStatus {
  /** Later end of the cooldowns; now when none is running. */
  canResendAt: Date;
  /** The link was approved. */
  canCheck: boolean;
  tooManyFailures: boolean;
  delivery: DeliveryStatus;
  deliveryError?: ApiErrorJson;
}

const LENGTHS: Readonly<Record<OtpForm, 6 | 32>> = { code: 6, link: 32 };

/** One-time codes and links: sending within limits, and checking (spec: messaging §2; authentication flow §9). */
@Injectable()
export class OneTimePasswords implements OnModuleDestroy {
  /** Deliveries that nobody waits for. */
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly codes: CodeStore,
    private readonly limiter: RateLimiter,
    private readonly messages: SendMessage,
    private readonly channel: FlowChannel,
    private readonly fraud: FraudProtection,
  ) {}

  /** What is under way is finished before the process ends. */
  async onModuleDestroy(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  /**
   * Makes a code in place of the former one and sends it. With `swallowCooldown` a running cooldown sends nothing and is no error: the former code stays good.
   * Throws `RateLimited`, and what keeps the message from being sent, which the code's status tells from then on, too.
   */
  async send(ctx: ProjectContext, request: OtpRequest, { swallowCooldown = false }: { swallowCooldown?: boolean } = {}): Promise<"sent" | "cooling-down"> {
    try {
      await this.make(ctx, request);
      return "sent";
    } catch (error) {
      if (swallowCooldown && rateLimited.is(error) && String((error as { info?: Record<string, unknown> }).info?.bucket_name).includes("Cooldown")) return "cooling-down";
      throw error;
    }
  }

  /**
   * `send` in two steps, for a caller who commits something in between: asks every limit now; what it returns makes the code and hands the message over, without
   * waiting for its provider. Throws like `send`.
   */
  async prepare(ctx: ProjectContext, request: OtpRequest): Promise<() => Promise<void>> {
    const code = newCode(ctx, request);
    await this.limiter.reserveAll(ctx, triggerBuckets(ctx, request));
    await this.messages.ask(ctx, outgoingMessage(ctx, request, code), { userId: request.userId, runId: request.runId });
    return async () => {
      const sent = sentCode(ctx, request);
      await this.put(ctx, request, { code, sent });
      await this.deliver(ctx, request, { code, sent, admitted: true, wait: false });
    };
  }

  /**
   * A code of six digits for somebody who passes it on himself: there is no message and no limit (spec: admin API §8.1). It is right, and a former one no more, once
   * it is kept.
   */
  issue(ctx: ProjectContext, target: CodeTarget & { channel: OtpChannel }): { code: string; keep(): Promise<void> } {
    const request = { ...target, form: "code", userId: "", message: "" } as const;
    const code = newCode(ctx, request);
    const sent = sentCode(ctx, target);
    return {
      code,
      keep: async () => {
        await this.codes.put(ctx, request, { code, send: sent.send, lifeMs: validMs(ctx, request) });
        await this.codes.setDelivery(ctx, sent, { status: "sent" });
      },
    };
  }

  /** Everything that a step shows. */
  async status(ctx: ProjectContext, request: Pick<OtpRequest, "purpose" | "target" | "channel" | "runId">): Promise<OtpStatus> {
    const [state, ...waits] = await Promise.all([this.codes.state(ctx, request), ...cooldownBuckets(ctx, request).map((bucket) => this.limiter.waitMs(ctx, bucket))]);
    const disabled = ctx.project.features.rate_limits.disabled;
    return {
      canResendAt: new Date(disabled ? 0 : ctx.now().getTime() + Math.max(0, ...waits)),
      canCheck: state.submitted,
      tooManyFailures: state.revoked,
      delivery: state.delivery,
      ...(state.deliveryError ? { deliveryError: state.deliveryError } : {}),
    };
  }

  /** Limits of trying a code, for the caller who gives back what did not count. */
  validateBuckets(ctx: ProjectContext, request: Pick<OtpRequest, "purpose" | "channel" | "userId">): Bucket[] {
    return validateBuckets(ctx, request);
  }

  /** The code, when it is right; it stays usable until it is spent. Throws `RateLimited` once too many failures have revoked it. */
  async check(ctx: ProjectContext, { code, channel, ...target }: CodeTarget & { channel: OtpChannel; code: string }): Promise<AcceptedCode | undefined> {
    const result = await this.codes.check(ctx, target, { code, maxFailed: maxFailedAttempts(ctx, target.purpose, channel) });
    if (result === "revoked") throw rateLimited({ bucket_name: "TrackFailedOTPAttemptBucket" }, "too many verify OTP attempts");
    if (result === "wrong") return undefined;
    if (channel !== "email") await this.tellFraudProtection(ctx, target);
    return result;
  }

  /** A flow run was completed: the codes it sent by SMS and nobody verified are no sign of fraud. */
  async settle(ctx: ProjectContext, runId: string): Promise<void> {
    await this.fraud.settle(ctx, runId).catch((error: unknown) => ctx.log.warn({ err: error }, "the SMS of a completed flow were not taken back from the counters"));
  }

  /** The code of a target's link, when that was approved. */
  checkSubmitted(ctx: ProjectContext, target: CodeTarget): Promise<AcceptedCode | undefined> {
    return this.codes.submitted(ctx, target);
  }

  /** Spends accepted codes for one holder, such as a flow run; false, and none is spent, when somebody else was faster with one of them. */
  spend(ctx: ProjectContext, holder: string, codes: readonly AcceptedCode[]): Promise<boolean> {
    return this.codes.spend(ctx, holder, codes);
  }

  /** Gives codes back that a holder spent for nothing: what they were for was refused. */
  giveBack(ctx: ProjectContext, holder: string, codes: readonly AcceptedCode[]): Promise<void> {
    return this.codes.giveBack(ctx, holder, codes);
  }

  /** What a link stands for; undefined when it is unknown, used, replaced or expired. */
  byLink(ctx: ProjectContext, purpose: CodePurpose, code: string): Promise<LinkRecord | undefined> {
    return this.codes.byLink(ctx, purpose, code);
  }

  /** A login link was approved: the run that asked for it hears of it. False when the link is no longer good. */
  async submitLink(ctx: ProjectContext, code: string): Promise<boolean> {
    const record = await this.codes.byLink(ctx, "oob-otp", code);
    if (!record || !(await this.codes.submit(ctx, { purpose: "oob-otp", target: record.target }, code))) return false;
    if (record.notify) await this.channel.refresh(ctx, record.notify);
    return true;
  }

  /** Channels that reach an address, the default first. */
  channelsOf(ctx: ProjectContext, type: "email" | "phone"): OtpChannel[] {
    return channelsOf(ctx, type);
  }

  /** Whether an address is asked for a code, or sent a link. */
  formOf(ctx: ProjectContext, type: "email" | "phone"): OtpForm {
    return formOf(ctx, type);
  }

  /** Characters of a code, or of a link's. */
  codeLength(form: OtpForm): 6 | 32 {
    return LENGTHS[form];
  }

  private async make(ctx: ProjectContext, request: OtpRequest): Promise<void> {
    const reservation = await this.limiter.reserveAll(ctx, triggerBuckets(ctx, request));
    const code = newCode(ctx, request);
    const sent = sentCode(ctx, request);
    try {
      await this.put(ctx, request, { code, sent });
    } catch (error) {
      await reservation.refund();
      throw error;
    }
    if (request.purpose !== "forgot-password" || request.byAdmin) return this.deliver(ctx, request, { code, sent });
    // Whether the account exists must not show in how long the answer takes: both cases do the same, and the delivery comes after.
    await this.deliver(ctx, { ...request, dummy: true }, { code, sent });
    if (request.dummy) return;
    const delivery = this.deliver(ctx, request, { code, sent, limited: true })
      .catch((error: unknown) => ctx.log.warn({ err: error }, "a message of account recovery was not sent"))
      .finally(() => this.underWay.delete(delivery));
    this.underWay.add(delivery);
  }

  private put(ctx: ProjectContext, request: OtpRequest, { code, sent }: { code: string; sent: SentCode }): Promise<void> {
    const sms = request.channel === "sms" && !request.dummy && !isSuppressedByProject(ctx, "sms", request.target);
    return this.codes.put(ctx, request, { code: request.dummy ? undefined : code, send: sent.send, lifeMs: validMs(ctx, request), sms });
  }

  /** The first time a code is right that went out by SMS. That it could not be counted is no reason to refuse the code. */
  private async tellFraudProtection(ctx: ProjectContext, target: CodeTarget): Promise<void> {
    try {
      const sms = await this.codes.takeSms(ctx, target);
      if (sms) await this.fraud.verified(ctx, sms);
    } catch (error) {
      ctx.log.warn({ err: error }, "a verified code was not counted");
    }
  }

  /** WhatsApp tells later; everything else is `sent` once it was handed over (spec: messaging §2.3). */
  private async deliver(ctx: ProjectContext, request: OtpRequest, { code, sent, wait = true, limited, admitted }: OnItsWay): Promise<void> {
    const { channel, dummy = false, userId, runId } = request;
    try {
      await this.messages.run(ctx, { ...outgoingMessage(ctx, request, code), report: sent }, { wait, dummy, limited, admitted, userId, runId });
      if (dummy || channel !== "whatsapp") await this.codes.setDelivery(ctx, sent, { status: "sent" });
    } catch (error) {
      await this.codes.setDelivery(ctx, sent, { status: "failed", error: (isApiError(error) ? error : otpDeliveryUnexpected()).toJSON() });
      throw error;
    }
  }
}

/** A code that is on its way. */
interface OnItsWay extends Pick<SendOptions, "wait" | "limited" | "admitted"> {
  code: string;
  sent: SentCode;
}

const newCode = (ctx: ProjectContext, request: Pick<OtpRequest, "target" | "form" | "userId">): string =>
  fixedCode(ctx, request) ?? (request.form === "link" ? randomString(LENGTHS.link, CROCKFORD) : randomString(LENGTHS.code, DIGITS));

const sentCode = (ctx: ProjectContext, { purpose, target }: CodeTarget): SentCode => ({ purpose, target, send: ctx.newId() });
