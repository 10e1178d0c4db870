import { Injectable } from "@nestjs/common";
import { MAX_PASSWORD_BYTES } from "@gatehouse/domain-authenticator";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { changePasswordFailed, flowInvalidTargetStep, flowStepNotFound } from "@gatehouse/domain-errors";
import type { Waiting } from "@gatehouse/domain-flow";
import { text } from "../engine/options.js";
import { flowOf, note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Input, Reactor, Step } from "../engine/step.js";
import { NewPassword } from "../guards/new-password.js";
import { findStep } from "../rules/find-step.js";
import { refuseOutdated } from "../rules/refuse-outdated.js";

interface NewPasswordWaiting extends Waiting {
  kind: "change_password";
  reason: "policy" | "expiry";
  authenticatorId: string;
}

/** `change_password` of login: a right password that is too weak or too old is replaced (spec: authentication flow §6.12). */
@Injectable()
export class ChangePasswordStep implements Step {
  readonly type = "change_password";
  readonly reactors = {
    change_password: {
      schema: () => ({ type: "object", properties: { new_password: text({ maxLength: MAX_PASSWORD_BYTES }) }, required: ["new_password"] }),
      react: (run, waiting, input) => this.react(run, waiting, input),
      data: ({ ctx }, { reason }) => ({ type: "new_password_data", password_policy: this.passwords.shownPolicy(ctx), force_change_reason: reason }),
    } satisfies Reactor<NewPasswordWaiting>,
  };

  constructor(
    private readonly users: RunUsers,
    private readonly passwords: NewPassword,
  ) {}

  enter(run: Run, { target_step = "" }: FlowStepConfig): void {
    const asserted = run.state.memory.asserted.findLast(({ step }) => step === target_step);
    if (!asserted) this.checkTarget(run, target_step);
    if (!asserted?.mustChange || !asserted.authenticatorId) return;
    const waiting: NewPasswordWaiting = { kind: "change_password", reason: asserted.mustChange, authenticatorId: asserted.authenticatorId };
    run.state = { ...run.state, waiting };
  }

  private checkTarget(run: Run, name: string): void {
    const target = findStep(flowOf(run, run.state.at?.flow ?? run.state.root), name);
    if (!target) throw flowStepNotFound();
    if (target.type !== "authenticate") throw flowInvalidTargetStep({ target_step: name });
  }

  private async react(run: Run, { authenticatorId }: NewPasswordWaiting, input: Input): Promise<void> {
    const facts = await this.users.stored(run);
    const replaces = facts.authenticators.find(({ id }) => id === authenticatorId)?.passwordHash;
    if (!replaces) throw changePasswordFailed({ cause: { kind: "NoPassword" } });
    refuseOutdated(run.state.memory, facts);
    const hash = await this.passwords.hash(run.ctx, { plain: input.new_password as string, userId: facts.user.id });
    const others = run.state.memory.passwordUpdates.filter((update) => update.authenticatorId !== authenticatorId);
    note(run, { passwordUpdates: [...others, { authenticatorId, hash, replaces, chosen: true }] });
  }
}
