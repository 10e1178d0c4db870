import { Injectable } from "@nestjs/common";
import { invalidCredentials, invalidVerificationCode } from "@gatehouse/domain-errors";
import {
  authenticationPrimaryOobOtpEmailFailed,
  authenticationPrimaryOobOtpSmsFailed,
  authenticationSecondaryOobOtpEmailFailed,
  authenticationSecondaryOobOtpSmsFailed,
  type GatehouseEvent,
} from "@gatehouse/domain-events";
import type { Authentication, Channel } from "@gatehouse/domain-flow";
import { userModel } from "@gatehouse/domain-user";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { addAuthenticator, assertFactor, claimOf, prove, splitAuthentication } from "../../engine/memory.js";
import { note, type Run } from "../../engine/run.js";
import { RunUsers } from "../../engine/run-users.js";
import type { Input } from "../../engine/step.js";
import { CredentialGuard } from "../../guards/credential-guard.js";
import type { CodeOutcome, CodeRequest } from "./code-request.js";

const FAILED_EVENTS = {
  primary_oob_otp_email: authenticationPrimaryOobOtpEmailFailed,
  primary_oob_otp_sms: authenticationPrimaryOobOtpSmsFailed,
  secondary_oob_otp_email: authenticationSecondaryOobOtpEmailFailed,
  secondary_oob_otp_sms: authenticationSecondaryOobOtpSmsFailed,
} as const;

const typeOf = (outcome: CodeOutcome): string => ("authentication" in outcome ? splitAuthentication(outcome.authentication).type : "");

/** Checks a one-time code, and notes what it proves. */
@Injectable()
export class TakeCode {
  constructor(
    private readonly otp: OneTimePasswords,
    private readonly guard: CredentialGuard,
    private readonly users: RunUsers,
  ) {}

  /** Throws `InvalidCredentials`, or `InvalidVerificationCode` where a claim is verified; `RateLimited` after too many failures. */
  async run(run: Run, { request, channel, input }: { request: CodeRequest; channel: Channel; input: Input }): Promise<void> {
    const { ctx } = run;
    const { purpose, target, outcome } = request;
    const authenticates = outcome.kind === "authenticate";
    const userId = run.state.memory.userId;
    const check = () => (input.check === true ? this.otp.checkSubmitted(ctx, { purpose, target }) : this.otp.check(ctx, { purpose, target, channel, code: input.code as string }));
    const code = await this.guard.check(run, {
      name: typeOf(outcome) || "verification",
      buckets: this.otp.validateBuckets(ctx, { purpose, channel, userId: run.state.memory.isNewUser ? "" : userId }),
      ...(authenticates ? { lockable: "oob_otp" as const, userId } : {}),
      verify: check,
      ...(authenticates ? { failed: () => this.failed(run, outcome.authentication) } : {}),
      error: () => refusal(outcome),
    });
    note(run, { codes: [...run.state.memory.codes, code] });
    if (input.request_device_token === true) note(run, { deviceToken: "wanted" });
    await this.apply(run, request);
  }

  private async apply(run: Run, { outcome, target }: CodeRequest): Promise<void> {
    // Whoever types the code of an address controls it.
    prove(run, [claimOf(target)]);
    if (outcome.kind === "verify") return;
    const { authentication } = outcome;
    if (outcome.kind === "authenticate" && outcome.authenticatorId) return assertFactor(run, { authentication, authenticatorId: outcome.authenticatorId });
    const { kind, type } = splitAuthentication(authentication);
    const existing = run.state.memory.isNewUser ? [] : (await this.users.stored(run)).authenticators;
    const made = addAuthenticator(run, { type, kind, target }, existing);
    if (outcome.kind === "authenticate") assertFactor(run, { authentication, authenticatorId: made.id });
  }

  private async failed(run: Run, authentication: Authentication): Promise<GatehouseEvent> {
    const { kind, type } = splitAuthentication(authentication);
    const user = userModel(run.ctx.project.config, await this.users.stored(run), run.ctx.now());
    return FAILED_EVENTS[authentication as keyof typeof FAILED_EVENTS]({ user, authentication_stage: kind, authenticator_type: type });
  }
}

const refusal = (outcome: CodeOutcome): Error =>
  outcome.kind === "verify" ? invalidVerificationCode({ cause: { kind: "InvalidVerificationCode" } }) : invalidCredentials({ AuthenticationType: typeOf(outcome) });
