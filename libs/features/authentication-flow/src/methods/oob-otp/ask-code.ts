import { Injectable } from "@nestjs/common";
import type { Channel } from "@gatehouse/domain-flow";
import { maskLoginId } from "@gatehouse/domain-identity";
import { OneTimePasswords, type OtpRequest } from "@gatehouse/record-one-time-codes";
import { addressType } from "../../engine/memory.js";
import { text } from "../../engine/options.js";
import type { Run } from "../../engine/run.js";
import type { Input, JsonSchema, Reacting, Reactor } from "../../engine/step.js";
import { type CodeRequest, messageOf } from "./code-request.js";
import { websocketUrl } from "./websocket-url.js";
import { TakeCode } from "./take-code.js";

interface SelectWaiting {
  kind: "select_channel";
  request: CodeRequest;
}

interface EnterWaiting {
  kind: "enter_code";
  request: CodeRequest;
  channel: Channel;
}

/** One-time codes and links: the choice of a channel, sending, resending, and taking what comes back (spec: authentication flow §6.7, §9). */
@Injectable()
export class AskCode implements Reacting {
  readonly reactors = {
    select_channel: {
      schema: (_run, { request }) => ({ type: "object", properties: { channel: { enum: request.channels } }, required: ["channel"] }),
      react: (run, { request }, input) => this.send(run, request, input.channel as Channel),
      data: (_run, { request }) => ({
        type: "select_oob_otp_channels_data",
        channels: request.channels,
        masked_claim_value: maskLoginId(addressType(request.target), request.target),
      }),
    } satisfies Reactor<SelectWaiting>,
    enter_code: {
      schema: (_run, { request }) => codeSchema(request),
      react: (run, waiting, input) => this.react(run, waiting, input),
      data: (run, waiting) => this.shown(run, waiting),
    } satisfies Reactor<EnterWaiting>,
  };

  constructor(
    private readonly otp: OneTimePasswords,
    private readonly taking: TakeCode,
  ) {}

  /** Asks for a channel when there are several, else sends at once. */
  async start(run: Run, request: CodeRequest): Promise<void> {
    const [only, ...more] = request.channels;
    if (only && more.length === 0) return this.send(run, request, only);
    const waiting: SelectWaiting = { kind: "select_channel", request };
    run.state = { ...run.state, waiting };
  }

  /** Sends a code; during the cooldown nothing is sent and the earlier code stays usable. */
  private async send(run: Run, request: CodeRequest, channel: Channel): Promise<void> {
    const sent = await run.trace.timed("message", `${request.purpose} by ${channel}`, () => this.otp.send(run.ctx, otpRequest(run, request, channel), { swallowCooldown: true }));
    run.sending = sent === "sent";
    if (channel === "sms") run.sentSms = true;
    const waiting: EnterWaiting = { kind: "enter_code", request, channel };
    run.state = { ...run.state, waiting };
  }

  private async react(run: Run, { request, channel }: EnterWaiting, input: Input): Promise<void> {
    if (input.resend !== true) return this.taking.run(run, { request, channel, input });
    await this.otp.send(run.ctx, otpRequest(run, request, channel));
    run.sending = true;
    if (channel === "sms") run.sentSms = true;
    const waiting: EnterWaiting = { kind: "enter_code", request, channel };
    run.state = { ...run.state, waiting };
  }

  private async shown(run: Run, { request, channel }: EnterWaiting): Promise<Record<string, unknown>> {
    const status = await this.otp.status(run.ctx, { purpose: request.purpose, target: request.target, channel, runId: run.record.id });
    const failed = status.deliveryError ? { delivery_error: status.deliveryError } : {};
    return {
      type: "verify_oob_otp_data",
      channel,
      otp_form: request.form,
      ...(request.form === "link" ? { websocket_url: websocketUrl(run) } : {}),
      masked_claim_value: maskLoginId(addressType(request.target), request.target),
      code_length: this.otp.codeLength(request.form),
      can_resend_at: status.canResendAt.toISOString(),
      can_check: status.canCheck,
      failed_attempt_rate_limit_exceeded: status.tooManyFailures,
      delivery_status: run.sending ? "sending" : status.delivery,
      ...failed,
    };
  }
}

function otpRequest(run: Run, request: CodeRequest, channel: Channel): OtpRequest {
  const { purpose, target, form } = request;
  return {
    purpose,
    target,
    channel,
    form,
    userId: run.state.memory.userId,
    runId: run.record.id,
    message: messageOf(request),
    ...(form === "link" ? { notify: run.record.channel } : {}),
  };
}

function codeSchema({ form, outcome, deviceTokenEnabled }: CodeRequest): JsonSchema {
  const device = outcome.kind === "authenticate" ? { request_device_token: deviceTokenEnabled ? { type: "boolean" } : { const: false } } : {};
  const code = { type: "object", properties: { code: text({ maxLength: 200 }), ...device }, required: ["code"] };
  const resend = { type: "object", properties: { resend: { const: true } }, required: ["resend"] };
  const check = { type: "object", properties: { check: { const: true }, ...device }, required: ["check"] };
  return { oneOf: [code, resend, ...(form === "link" ? [check] : [])] };
}
