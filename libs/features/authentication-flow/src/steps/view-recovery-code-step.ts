import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import type { Waiting } from "@gatehouse/domain-flow";
import { newRecoveryCodes } from "@gatehouse/record-authenticators";
import { note, type Run } from "../engine/run.js";
import type { Reactor, Step } from "../engine/step.js";

interface RecoveryCodesWaiting extends Waiting {
  kind: "view_recovery_code";
}

/** `view_recovery_code` of sign-up: codes to be written down, once per run (spec: authentication flow §6.10). */
@Injectable()
export class ViewRecoveryCodeStep implements Step {
  readonly type = "view_recovery_code";
  readonly reactors = {
    view_recovery_code: {
      schema: () => ({ type: "object", properties: { confirm_recovery_code: { const: true } }, required: ["confirm_recovery_code"] }),
      react: (run) => note(run, { recoveryCodesShown: true }),
      data: (run) => ({ type: "view_recovery_code_data", recovery_codes: run.state.memory.recoveryCodes ?? [] }),
    } satisfies Reactor<RecoveryCodesWaiting>,
  };

  enter(run: Run, { name, type }: FlowStepConfig): void {
    const { linkedUser, recoveryCodesShown } = run.state.memory;
    if (linkedUser || recoveryCodesShown) {
      run.trace.add("step", name ?? type, "skipped");
      return;
    }
    const { count } = run.ctx.project.config.authentication.recovery_code;
    note(run, { recoveryCodes: newRecoveryCodes(count) });
    const waiting: RecoveryCodesWaiting = { kind: "view_recovery_code" };
    run.state = { ...run.state, waiting };
  }
}
