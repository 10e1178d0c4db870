import { Injectable } from "@nestjs/common";
import { flowInvalidConfig, passwordResetFailed } from "@gatehouse/domain-errors";
import type { FlowRef, RecoveryTarget, Waiting } from "@gatehouse/domain-flow";
import { type LoginIdType, maskLoginId } from "@gatehouse/domain-identity";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { text } from "../engine/options.js";
import { note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Input, Reactor, Step } from "../engine/step.js";
import { CredentialGuard } from "../guards/credential-guard.js";
import { stillReaches } from "../rules/still-reaches.js";
import { recoveryKey, SendRecoveryCode } from "./send-recovery-code.js";

interface RecoveryCodeWaiting extends Waiting {
  kind: "verify_account_recovery_code";
  at: { flow: FlowRef; pointer: string };
  /** Started by a link: nothing was sent in this run, and nothing is shown. */
  resumed?: boolean;
}

/** `verify_account_recovery_code`: the code that was sent, or of the link (spec: authentication flow §6.16). */
@Injectable()
export class VerifyRecoveryCodeStep implements Step {
  readonly type = "verify_account_recovery_code";
  readonly reactors = {
    verify_account_recovery_code: {
      schema: () => ({
        oneOf: [
          { type: "object", properties: { account_recovery_code: text({ maxLength: 200 }) }, required: ["account_recovery_code"] },
          { type: "object", properties: { resend: { const: true } }, required: ["resend"] },
        ],
      }),
      react: (run, waiting, input) => this.react(run, waiting, input),
      data: (run, waiting) => (waiting.resumed ? {} : this.shown(run)),
    } satisfies Reactor<RecoveryCodeWaiting>,
  };

  constructor(
    private readonly otp: OneTimePasswords,
    private readonly guard: CredentialGuard,
    private readonly sending: SendRecoveryCode,
    private readonly users: RunUsers,
  ) {}

  enter(run: Run): void {
    const { recovery } = run.state.memory;
    const at = run.state.at as { flow: FlowRef; pointer: string };
    if (!recovery?.chosen) throw flowInvalidConfig();
    const waiting: RecoveryCodeWaiting = { kind: "verify_account_recovery_code", at: { flow: at.flow, pointer: at.pointer }, ...(recovery.resumed ? { resumed: true } : {}) };
    run.state = { ...run.state, waiting };
  }

  private async react(run: Run, waiting: RecoveryCodeWaiting, input: Input): Promise<void> {
    const target = chosenTarget(run);
    if (input.resend === true) {
      await this.sending.send(run, { target, at: waiting.at, swallowCooldown: false });
      run.state = { ...run.state, waiting };
      return;
    }
    const { ctx } = run;
    const bound = { purpose: "forgot-password" as const, target: recoveryKey(target) };
    const code = await this.guard.check(run, {
      name: "account_recovery_code",
      buckets: this.otp.validateBuckets(ctx, { purpose: "forgot-password", channel: target.channel, userId: "" }),
      verify: async () => {
        const right = await this.otp.check(ctx, { ...bound, channel: target.channel, code: input.account_recovery_code as string });
        return right && stillReaches(await this.users.stored(run), target) ? right : undefined;
      },
      error: () => passwordResetFailed({ cause: { kind: "InvalidCode" }, otp_form: target.form }),
    });
    note(run, { codes: [...run.state.memory.codes, code] });
  }

  private async shown(run: Run): Promise<Record<string, unknown>> {
    const target = chosenTarget(run);
    const status = await this.otp.status(run.ctx, { purpose: "forgot-password", target: recoveryKey(target), channel: target.channel, runId: run.record.id });
    return {
      type: "account_recovery_verify_code_data",
      masked_display_name: maskedTarget(target),
      channel: target.channel,
      otp_form: target.form,
      code_length: this.otp.codeLength(target.form),
      can_resend_at: status.canResendAt.toISOString(),
      failed_attempt_rate_limit_exceeded: status.tooManyFailures,
    };
  }
}

/** The destination as it is shown; a user name is shown as it was entered. */
export const maskedTarget = ({ identification, loginId, target }: RecoveryTarget): string =>
  identification === "username" ? loginId : maskLoginId(identification as LoginIdType, target || loginId);

function chosenTarget(run: Run): RecoveryTarget {
  const chosen = run.state.memory.recovery?.chosen;
  if (!chosen) throw flowInvalidConfig();
  return chosen;
}
