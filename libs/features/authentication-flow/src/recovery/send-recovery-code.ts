import { Injectable } from "@nestjs/common";
import { forgotPasswordFailed } from "@gatehouse/domain-errors";
import type { FlowRef, RecoveryTarget } from "@gatehouse/domain-flow";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import type { Run } from "../engine/run.js";
import { leastTime } from "../rules/least-time.js";

/** What a link of account recovery brings back: the run it starts again, and whose it is. A link that an administrator had sent names no run. */
export interface RecoveryAttachment {
  flow?: FlowRef;
  pointer?: string;
  userId: string;
  target: RecoveryTarget;
}

/** Sends the code or link of an account recovery. For an unknown account everything happens but the delivery. */
@Injectable()
export class SendRecoveryCode {
  constructor(private readonly otp: OneTimePasswords) {}

  /** `at`: the step that takes the code. Throws `ForgotPasswordFailed`, `RateLimited`, and what keeps messages from being sent. */
  async send(run: Run, { target, at, swallowCooldown }: { target: RecoveryTarget; at?: { flow: FlowRef; pointer: string }; swallowCooldown: boolean }): Promise<void> {
    const { ctx } = run;
    if (!ctx.project.config.forgot_password.enabled) throw forgotPasswordFailed({ cause: { kind: "FeatureDisabled" } });
    const userId = run.state.memory.recovery?.userId ?? "";
    const attachment: RecoveryAttachment | undefined = at && { flow: at.flow, pointer: at.pointer, userId, target };
    const least = leastTime();
    await run.trace.timed("message", `forgot-password by ${target.channel}`, () =>
      this.otp.send(
        ctx,
        {
          purpose: "forgot-password",
          target: recoveryKey(target),
          channel: target.channel,
          form: target.form,
          userId,
          runId: run.record.id,
          message: target.form === "link" ? "forgot-password" : "forgot-password-oob",
          ...(run.state.memory.recovery?.hasPassword ? { hasPassword: true } : {}),
          ...(attachment ? { attachment: { ...attachment } } : {}),
          dummy: userId === "" || target.target === "",
        },
        { swallowCooldown },
      ),
    );
    if (target.channel === "sms") run.sentSms = true;
    await least;
  }
}

/** What codes of a destination are bound to: the address, or what was entered where there is none. */
export const recoveryKey = ({ target, loginId }: RecoveryTarget): string => target || loginId;
