import { Injectable } from "@nestjs/common";
import { MAX_PASSWORD_BYTES } from "@gatehouse/domain-authenticator";
import { flowInvalidConfig } from "@gatehouse/domain-errors";
import type { Waiting } from "@gatehouse/domain-flow";
import { text } from "../engine/options.js";
import { note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Input, Reactor, Step } from "../engine/step.js";
import { NewPassword } from "../guards/new-password.js";
import { maskedTarget } from "./verify-recovery-code-step.js";

interface ResetWaiting extends Waiting {
  kind: "reset_password";
}

/** `reset_password`: the end of an account recovery (spec: authentication flow §6.17). */
@Injectable()
export class ResetPasswordStep implements Step {
  readonly type = "reset_password";
  readonly reactors = {
    reset_password: {
      schema: () => ({ type: "object", properties: { new_password: text({ maxLength: MAX_PASSWORD_BYTES }) }, required: ["new_password"] }),
      react: (run, _waiting, input) => this.react(run, input),
      data: (run) => this.shown(run),
    } satisfies Reactor<ResetWaiting>,
  };

  constructor(
    private readonly users: RunUsers,
    private readonly passwords: NewPassword,
  ) {}

  enter(run: Run): void {
    const proven = run.state.memory.codes.some(({ purpose }) => purpose === "forgot-password");
    if (!proven || run.state.memory.userId === "") throw flowInvalidConfig();
    const waiting: ResetWaiting = { kind: "reset_password" };
    run.state = { ...run.state, waiting };
  }

  private shown(run: Run): Record<string, unknown> {
    const chosen = run.state.memory.recovery?.chosen;
    return { type: "new_password_data", password_policy: this.passwords.shownPolicy(run.ctx), ...(chosen ? { masked_target: maskedTarget(chosen) } : {}) };
  }

  private async react(run: Run, input: Input): Promise<void> {
    const facts = await this.users.stored(run);
    const hash = await this.passwords.hash(run.ctx, { plain: input.new_password as string, userId: facts.user.id });
    const current = facts.authenticators.find(({ type, kind }) => type === "password" && kind === "primary");
    if (current) return note(run, { passwordUpdates: [{ authenticatorId: current.id, hash, chosen: true }] });
    note(run, { newAuthenticators: [{ id: run.ctx.newId(), type: "password", kind: "primary", passwordHash: hash }] });
  }
}
