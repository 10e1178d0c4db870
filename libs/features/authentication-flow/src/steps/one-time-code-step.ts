import { Injectable } from "@nestjs/common";
import { invalidCredentials, invalidVerificationCode, rateLimited } from "@gatehouse/domain-errors";
import {
  authenticationPrimaryOobOtpEmailFailed,
  authenticationPrimaryOobOtpSmsFailed,
  authenticationSecondaryOobOtpEmailFailed,
  authenticationSecondaryOobOtpSmsFailed,
} from "@gatehouse/domain-events";
import type { Authentication, Channel, CodeRequest, RunMemory, UsedAuthenticator, Waiting } from "@gatehouse/domain-flow";
import { maskLoginId } from "@gatehouse/domain-identity";
import { userModel } from "@gatehouse/domain-user";
import { isApiError } from "@gatehouse/platform-errors-core";
import { CODE_LENGTH, OneTimeCodes } from "@gatehouse/record-one-time-codes";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { MessageQueue } from "@gatehouse/service-message-queue";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import type { Run } from "../engine/run.js";
import type { Input, JsonSchema, Reactor } from "../engine/step.js";
import { codeValidMs, cooldownBuckets, fixedCode, maxFailedAttempts, triggerBuckets, validateBuckets } from "../rules/otp-settings.js";

type SelectWaiting = Extract<Waiting, { kind: "select_channel" }>;
type EnterWaiting = Extract<Waiting, { kind: "enter_code" }>;

const TEMPLATES = { verify: "verification", create: "setup_primary_oob", authenticate: "authenticate_primary_oob" } as const;
const FAILED_EVENTS = {
  primary_oob_otp_email: authenticationPrimaryOobOtpEmailFailed,
  primary_oob_otp_sms: authenticationPrimaryOobOtpSmsFailed,
  secondary_oob_otp_email: authenticationSecondaryOobOtpEmailFailed,
  secondary_oob_otp_sms: authenticationSecondaryOobOtpSmsFailed,
} as const;

const isEmail = (target: string): boolean => target.includes("@");

/** One-time codes: the choice of a channel, sending, resending, checking (spec: authentication flow §6.7, §9). */
@Injectable()
export class OneTimeCodeStep {
  /** Reactor of the choice of a channel. */
  readonly selectChannel: Reactor<SelectWaiting> = {
    schema: (_run, { request }) => ({ type: "object", properties: { channel: { enum: request.channels } }, required: ["channel"] }),
    react: (run, { request }, input) => this.send(run, request, input.channel as Channel),
    data: (_run, { request }) => ({
      type: "select_oob_otp_channels_data",
      channels: request.channels,
      masked_claim_value: maskLoginId(isEmail(request.target) ? "email" : "phone", request.target),
    }),
  };

  /** Reactor of the code itself. */
  readonly enterCode: Reactor<EnterWaiting> = {
    schema: (): JsonSchema => ({
      oneOf: [
        { type: "object", properties: { code: { type: "string" } }, required: ["code"] },
        { type: "object", properties: { resend: { const: true } }, required: ["resend"] },
      ],
    }),
    react: (run, waiting, input) => (input.resend === true ? this.resend(run, waiting) : this.check(run, waiting, input)),
    data: (run, waiting) => this.shown(run, waiting),
  };

  constructor(
    private readonly codes: OneTimeCodes,
    private readonly limiter: RateLimiter,
    private readonly messages: MessageQueue,
    private readonly outbox: EventOutbox,
  ) {}

  /** Asks for a channel when there are several, else sends at once. */
  async start(run: Run, request: CodeRequest): Promise<void> {
    const [only, ...more] = request.channels;
    if (only && more.length === 0) return this.send(run, request, only);
    run.state = { ...run.state, waiting: { kind: "select_channel", request } };
  }

  /** Sends a code; during the cooldown nothing is sent and the earlier code stays usable. */
  private async send(run: Run, request: CodeRequest, channel: Channel): Promise<void> {
    try {
      await this.limiter.consume(run.ctx, cooldownBuckets(run.ctx, { ...request, channel, runId: run.record.id }));
      await this.deliver(run, request, channel);
    } catch (error) {
      if (!isApiError(error) || !rateLimited.is(error) || !String(error.info?.bucket_name).includes("Cooldown")) throw error;
    }
    run.state = { ...run.state, waiting: { kind: "enter_code", request, channel } };
  }

  private async resend(run: Run, waiting: EnterWaiting): Promise<void> {
    await this.limiter.consume(run.ctx, cooldownBuckets(run.ctx, { ...waiting.request, channel: waiting.channel, runId: run.record.id }));
    await this.deliver(run, waiting.request, waiting.channel);
    run.state = { ...run.state, waiting };
  }

  private async deliver(run: Run, request: CodeRequest, channel: Channel): Promise<void> {
    const { ctx } = run;
    await this.limiter.consume(ctx, triggerBuckets(ctx, { purpose: request.purpose, channel, userId: run.state.memory.userId }));
    const code = await this.codes.issue(ctx, request, { validMs: codeValidMs(ctx, request.purpose, channel), code: fixedCode(ctx, request.target) });
    const secondary = "authentication" in request.outcome && request.outcome.authentication.startsWith("secondary");
    const name = secondary ? TEMPLATES[request.outcome.kind].replace("primary", "secondary") : TEMPLATES[request.outcome.kind];
    await this.messages.enqueue(ctx, {
      channel,
      to: request.target,
      template: `${name}_${channel === "email" ? "email" : "sms"}`,
      variables: { Email: channel === "email" ? request.target : "", Phone: channel === "email" ? "" : request.target },
      code,
    });
  }

  private async check(run: Run, { request, channel }: EnterWaiting, input: Input): Promise<void> {
    const { ctx } = run;
    const reservation = await this.limiter.reserve(ctx, validateBuckets(ctx, { purpose: request.purpose, channel, userId: run.state.memory.userId }));
    const result = await this.codes.check(ctx, request, { code: input.code as string, maxFailed: maxFailedAttempts(ctx, request.purpose, channel) });
    if (result !== "ok") await this.refuse(run, request, result === "revoked");
    run.reservations.push(reservation);
    const code = { purpose: request.purpose, target: request.target };
    const memory: RunMemory = { ...run.state.memory, codes: [...run.state.memory.codes, code], verified: withClaim(run.state.memory.verified, request.target) };
    run.state = { ...run.state, waiting: undefined, memory: { ...memory, ...outcome(memory, request) } };
  }

  private async refuse(run: Run, request: CodeRequest, revoked: boolean): Promise<never> {
    const { ctx } = run;
    if (request.outcome.kind === "authenticate") {
      const { authentication } = request.outcome;
      const user = run.facts ? userModel(ctx.project.config, run.facts, ctx.now()) : null;
      const stage = authentication.startsWith("primary") ? ("primary" as const) : ("secondary" as const);
      const event = FAILED_EVENTS[authentication as keyof typeof FAILED_EVENTS];
      await this.outbox.appendNow(ctx, [event({ user, authentication_stage: stage, authenticator_type: otpType(authentication) }, { userId: run.state.memory.userId })]);
    }
    if (revoked) throw rateLimited({ bucket_name: "TrackFailedOTPAttemptBucket" }, "too many verify OTP attempts");
    if (request.outcome.kind === "verify") throw invalidVerificationCode({ cause: { kind: "InvalidVerificationCode" } });
    throw invalidCredentials({ AuthenticationType: otpType(request.outcome.authentication) });
  }

  private async shown(run: Run, { request, channel }: EnterWaiting): Promise<Record<string, unknown>> {
    const buckets = cooldownBuckets(run.ctx, { ...request, channel, runId: run.record.id });
    const waits = await Promise.all(buckets.map((bucket) => this.limiter.waitMs(run.ctx, bucket)));
    return {
      type: "verify_oob_otp_data",
      channel,
      otp_form: "code",
      masked_claim_value: maskLoginId(isEmail(request.target) ? "email" : "phone", request.target),
      code_length: CODE_LENGTH,
      can_resend_at: new Date(run.ctx.now().getTime() + Math.max(...waits)).toISOString(),
      can_check: false,
      failed_attempt_rate_limit_exceeded: false,
      delivery_status: "sent",
    };
  }
}

const otpType = (authentication: Authentication): "oob_otp_email" | "oob_otp_sms" => (authentication.endsWith("email") ? "oob_otp_email" : "oob_otp_sms");

function withClaim(verified: RunMemory["verified"], target: string): RunMemory["verified"] {
  const claim = { name: isEmail(target) ? ("email" as const) : ("phone_number" as const), value: target };
  return verified.some(({ name, value }) => name === claim.name && value === claim.value) ? verified : [...verified, claim];
}

/** What a right code adds to the run. */
function outcome(memory: RunMemory, { outcome: { kind, ...rest }, target }: CodeRequest): Partial<RunMemory> {
  if (kind === "verify") return {};
  const { authentication } = rest as { authentication: Authentication };
  const type = otpType(authentication);
  const used: UsedAuthenticator = { id: `${type}:${target}`, type, kind: authentication.startsWith("primary") ? "primary" : "secondary" };
  const created = kind === "create" ? { newOneTimePasswords: [...memory.newOneTimePasswords, { type, target }] } : {};
  return { ...created, used: [...memory.used, used] };
}
