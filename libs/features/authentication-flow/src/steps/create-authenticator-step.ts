import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import type { Authentication, FlowRef } from "@gatehouse/domain-flow";
import { splitAuthentication } from "../engine/memory.js";
import { type Asked, askedBranches } from "../engine/options.js";
import { note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Step } from "../engine/step.js";
import { OfferEnrolment } from "./offer-enrolment.js";

/** A new way to prove oneself: `create_authenticator` of sign-up and promotion (spec: authentication flow §6.5). */
@Injectable()
export class CreateAuthenticatorStep implements Step {
  readonly type = "create_authenticator";

  constructor(
    private readonly enrolment: OfferEnrolment,
    private readonly users: RunUsers,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    const asked = askedBranches(run.state.at as { flow: FlowRef; pointer: string }, step.one_of);
    if ((run.state.memory.linkedUser && (await this.hasAlready(run, asked))) || !this.enrolment.offer(run, asked)) this.skip(run, step);
  }

  /** Account linking: the user that was found has one of the factors, or the step they belong to was passed over. */
  private async hasAlready(run: Run, asked: readonly Asked[]): Promise<boolean> {
    const { authenticators } = await this.users.current(run);
    return asked.some(({ config }) => {
      const { type, kind } = splitAuthentication(config.authentication as Authentication);
      const skipped = config.target_step !== undefined && run.state.memory.skipped.includes(config.target_step);
      return skipped || authenticators.some((one) => one.type === type && one.kind === kind);
    });
  }

  private skip(run: Run, { name }: FlowStepConfig): void {
    if (name) note(run, { skipped: [...run.state.memory.skipped, name] });
    run.trace.add("step", name ?? "create_authenticator", "skipped");
  }
}
