import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { validationFailed } from "@gatehouse/domain-errors";
import type { Waiting } from "@gatehouse/domain-flow";
import { profileFromAttributes } from "@gatehouse/domain-user";
import { currentStep, note, type Run } from "../engine/run.js";
import type { Input, Reactor, Step } from "../engine/step.js";

interface ProfileWaiting extends Waiting {
  kind: "fill_in_user_profile";
}

/** Of all that is filled in at once, as JSON. */
const MAX_CHARACTERS = 65_536;

const attribute = { type: "object", properties: { pointer: { type: "string", format: "json-pointer", maxLength: 1000 }, value: {} }, required: ["pointer", "value"] };

/** `fill_in_user_profile` of sign-up (spec: authentication flow §6.9). */
@Injectable()
export class FillInUserProfileStep implements Step {
  readonly type = "fill_in_user_profile";
  readonly reactors = {
    fill_in_user_profile: {
      schema: () => ({ type: "object", properties: { attributes: { type: "array", items: attribute, maxItems: 200 } }, required: ["attributes"] }),
      react: (run, _waiting, input) => this.react(run, input),
      data: () => ({}),
    } satisfies Reactor<ProfileWaiting>,
  };

  enter(run: Run, step: FlowStepConfig): void {
    if (run.state.memory.linkedUser) {
      run.trace.add("step", step.name ?? step.type, "skipped");
      return;
    }
    const waiting: ProfileWaiting = { kind: "fill_in_user_profile" };
    run.state = { ...run.state, waiting };
  }

  private react(run: Run, input: Input): void {
    const actual = JSON.stringify(input.attributes).length;
    if (actual > MAX_CHARACTERS) throw validationFailed([{ location: "/attributes", kind: "maxLength", details: { expected: MAX_CHARACTERS, actual } }], "invalid value");
    const listed = currentStep(run)?.user_profile ?? [];
    const { standard, custom, removed } = profileFromAttributes(run.ctx.project.config, listed, input.attributes as { pointer: string; value: unknown }[]);
    const { profile } = run.state.memory;
    const given = [...Object.keys(standard), ...Object.keys(custom)];
    const gone = [...(profile?.removed ?? []).filter((name) => !given.includes(name)), ...removed];
    const kept = (values: Record<string, unknown> = {}) => Object.fromEntries(Object.entries(values).filter(([name]) => !removed.includes(name)));
    note(run, { profile: { standard: { ...kept(profile?.standard), ...standard }, custom: { ...kept(profile?.custom), ...custom }, removed: gone } });
  }
}
