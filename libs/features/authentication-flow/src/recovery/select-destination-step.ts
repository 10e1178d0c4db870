import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { flowInvalidConfig } from "@gatehouse/domain-errors";
import type { FlowRef, Waiting } from "@gatehouse/domain-flow";
import { CLAIM_OF_LOGIN_ID, type LoginIdType } from "@gatehouse/domain-identity";
import { note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Input, Reactor, Step } from "../engine/step.js";
import { typedClaims } from "../rules/typed-claims.js";
import { type OfferedTarget, recoveryTargets } from "./recovery-targets.js";
import { SendRecoveryCode } from "./send-recovery-code.js";

interface DestinationWaiting extends Waiting {
  kind: "select_destination";
  targets: OfferedTarget[];
}

/** Where the code or link of an account recovery goes (spec: authentication flow §6.15). */
@Injectable()
export class SelectDestinationStep implements Step {
  readonly type = "select_destination";
  readonly reactors = {
    select_destination: {
      schema: (_run, { targets }) => ({
        type: "object",
        properties: { index: targets.length > 0 ? { type: "integer", enum: targets.map((_, index) => index) } : { not: {} } },
        required: ["index"],
      }),
      react: (run, { targets }, input) => this.react(run, targets, input),
      data: (_run, { targets }) => ({
        type: "account_recovery_select_destination_data",
        options: targets.map(({ shown, channel, form }) => ({ masked_display_name: shown, channel, otp_form: form })),
      }),
    } satisfies Reactor<DestinationWaiting>,
  };

  constructor(
    private readonly users: RunUsers,
    private readonly sending: SendRecoveryCode,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    const { recovery } = run.state.memory;
    if (!recovery) throw flowInvalidConfig();
    const facts = recovery.userId === "" ? undefined : await this.users.stored(run);
    const normalised = typedClaims(run.ctx.project.config, recovery.loginId)[CLAIM_OF_LOGIN_ID[recovery.identification as LoginIdType]];
    const waiting: DestinationWaiting = { kind: "select_destination", targets: recoveryTargets(step, { recovery, facts, normalised }) };
    run.state = { ...run.state, waiting };
  }

  private async react(run: Run, targets: readonly OfferedTarget[], input: Input): Promise<void> {
    const { recovery } = run.state.memory;
    const chosen = targets[input.index as number];
    if (!recovery || !chosen) throw flowInvalidConfig();
    const { shown: _shown, ...target } = chosen;
    note(run, { recovery: { ...recovery, chosen: target } });
    const next = run.state.todo.find((todo) => todo.do === "step") as { flow: FlowRef; pointer: string } | undefined;
    await this.sending.send(run, { target, at: next, swallowCooldown: true });
  }
}
