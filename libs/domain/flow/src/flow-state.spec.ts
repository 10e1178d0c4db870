import type { FlowConfig, FlowStepConfig } from "@gatehouse/domain-config";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chosenAlong, enterBranch, type FlowRef, type FlowState, initialState, planSteps, resumeState, stepAt, takeNext } from "./index.js";

const LOGIN: FlowRef = { type: "login", name: "default" };
const RECOVERY: FlowRef = { type: "account_recovery", name: "default" };
const flow: FlowConfig = {
  name: "default",
  steps: [
    {
      type: "identify",
      one_of: [
        {
          identification: "email",
          steps: [{ type: "authenticate", one_of: [{ authentication: "primary_password", steps: [{ type: "authenticate", one_of: [] }, { type: "change_password" }] }] }],
        },
      ],
    },
    { type: "check_account_status" },
  ],
};

describe("the plan of a list of steps", () => {
  it("asks the hooks right after the last step that authenticates", () => {
    expect(planSteps(LOGIN, "", flow.steps).map((todo) => todo.do)).toEqual(["step", "pre_authenticated", "step"]);
    expect(planSteps(LOGIN, "", [{ type: "check_account_status" }]).map((todo) => todo.do)).toEqual(["pre_authenticated", "step"]);
  });

  it("asks nobody in an empty list, in account recovery, and before signup_login has chosen", () => {
    expect(planSteps(LOGIN, "", [])).toEqual([]);
    expect(planSteps(RECOVERY, "", flow.steps).map((todo) => todo.do)).toEqual(["step", "step"]);
    expect(planSteps({ type: "signup_login", name: "default" }, "", flow.steps).map((todo) => todo.do)).toEqual(["step", "step"]);
  });
});

describe("a run in the middle", () => {
  it("goes on with its own list and those around it", () => {
    const pointer = "/steps/0/one_of/0/steps/0/one_of/0/steps/0";
    expect(resumeState(LOGIN, flow, pointer).todo).toEqual([
      { do: "step", flow: LOGIN, pointer },
      { do: "step", flow: LOGIN, pointer: "/steps/0/one_of/0/steps/0/one_of/0/steps/1" },
      { do: "step", flow: LOGIN, pointer: "/steps/1" },
    ]);
  });

  it("knows what was chosen on the way to a step", () => {
    expect(chosenAlong(flow, "/steps/0")).toEqual({});
    expect(chosenAlong(flow, "/steps/0/one_of/0/steps/0")).toEqual({ identification: "email" });
    expect(chosenAlong(flow, "/steps/0/one_of/0/steps/0/one_of/0/steps/1")).toEqual({ identification: "email", authentication: "primary_password" });
    expect(chosenAlong(flow, "/steps/1")).toEqual({});
  });
});

const branches = fc.letrec<{ steps: FlowStepConfig[] }>((tie) => ({
  steps: fc.array(
    fc.record({
      type: fc.constantFrom("identify", "authenticate", "check_account_status", "verify"),
      one_of: fc.oneof({ depthSize: "small", withCrossShrink: true }, fc.constant([]), fc.array(fc.record({ steps: tie("steps") }), { maxLength: 3 })),
    }) as fc.Arbitrary<FlowStepConfig>,
    { maxLength: 4 },
  ) as never,
})).steps as unknown as fc.Arbitrary<FlowStepConfig[]>;

/** Walks a flow, taking the branch that `pick` says, and lists the steps in the order they were entered. */
function walk(config: FlowConfig, pick: (many: number) => number): string[] {
  const entered: string[] = [];
  let state: FlowState = initialState(LOGIN, config, { id: "", isNew: false });
  for (;;) {
    const taken = takeNext(state);
    if (!taken) return entered;
    state = taken.state;
    if (taken.next.do !== "step") continue;
    const { pointer } = taken.next;
    entered.push(pointer);
    const step = stepAt(config, pointer);
    if (!step.one_of?.length) continue;
    const index = pick(step.one_of.length);
    state = enterBranch(state, { flow: LOGIN, pointer: `${pointer}/one_of/${index}`, steps: step.one_of[index]?.steps });
  }
}

/** The same order by recursion over the configuration. */
function expected(steps: readonly FlowStepConfig[], prefix: string, pick: (many: number) => number): string[] {
  return steps.flatMap((step, at) => {
    const pointer = `${prefix}/steps/${at}`;
    if (!step.one_of?.length) return [pointer];
    const index = pick(step.one_of.length);
    return [pointer, ...expected(step.one_of[index]?.steps ?? [], `${pointer}/one_of/${index}`, pick)];
  });
}

/** The same choices for two walks. */
const picker = (choices: readonly number[]) => {
  let at = 0;
  return (many: number) => (choices[at++ % choices.length] ?? 0) % many;
};

it("never skips a step, and runs a branch's steps before what comes after it, whatever the configuration", () => {
  fc.assert(
    fc.property(branches, fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }), (steps, choices) => {
      expect(walk({ name: "default", steps }, picker(choices))).toEqual(expected(steps, "", picker(choices)));
    }),
    { numRuns: 300 },
  );
});

it("leaves a state as it was, so that a run can go back", () => {
  const state = initialState(LOGIN, flow, { id: "", isNew: false });
  const copy = structuredClone(state);
  const taken = takeNext(state) as NonNullable<ReturnType<typeof takeNext>>;
  enterBranch(taken.state, { flow: LOGIN, pointer: "/steps/0/one_of/0", steps: flow.steps[0]?.one_of?.[0]?.steps });
  expect(state).toEqual(copy);
});
