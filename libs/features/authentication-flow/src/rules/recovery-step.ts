import type { FlowConfig, FlowStepConfig } from "@gatehouse/domain-config";
import { passwordResetFailed } from "@gatehouse/domain-errors";
import type { FlowRef } from "@gatehouse/domain-flow";

const TYPE = "verify_account_recovery_code";

/** Where in a list of steps the code is taken, for a person who identifies in a way. */
function pointerIn(steps: readonly FlowStepConfig[], identification: string, list: string): string | undefined {
  for (const [index, step] of steps.entries()) {
    const pointer = `${list}/steps/${index}`;
    if (step.type === TYPE) return pointer;
    const branches = step.one_of ?? [];
    const own = branches.findIndex((branch) => branch.identification === identification);
    const inside = own < 0 ? undefined : pointerIn(branches[own]?.steps ?? [], identification, `${pointer}/one_of/${own}`);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The step of an account recovery that takes the code of a link which no run of it has sent. Throws `PasswordResetFailed` when the flow has none. */
export function recoveryStep(flow: FlowRef, config: FlowConfig, identification: string): { flow: FlowRef; pointer: string } {
  const pointer = pointerIn(config.steps, identification, "");
  if (pointer === undefined) throw passwordResetFailed({ cause: { kind: "InvalidCode" }, otp_form: "link" });
  return { flow, pointer };
}
