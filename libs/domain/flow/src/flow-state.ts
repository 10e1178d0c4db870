import type { FlowConfig, FlowStepConfig } from "@gatehouse/domain-config";
import { branchAt } from "./flow-parts.js";
import type { Authentication, FlowRef, FlowType, Identification } from "./flow-terms.js";
import { emptyMemory, type RunMemory } from "./run-memory.js";

/** Something a run still has to do. Steps name their place in the configuration by JSON pointer. */
export type Todo =
  | { do: "step"; flow: FlowRef; pointer: string }
  /** The place of a list of steps after which nothing authenticates any more: `authentication.pre_authenticated` is asked, its constraints are met. */
  | { do: "pre_authenticated"; flow: FlowRef }
  /** What hooks demanded is looked at again, after a factor was added. */
  | { do: "constraints"; flow: FlowRef }
  /** Recovery codes are shown after a factor that a constraint asked for. */
  | { do: "recovery_codes"; flow: FlowRef }
  /** The login of account linking is done: the new identity becomes the user's. */
  | { do: "attach"; flow: FlowRef };

/** Where a run is. Steps that hooks insert have no pointer. */
export interface At {
  flow: FlowRef;
  pointer?: string;
  type: string;
}

/** What a run waits for; `kind` names the reactor that answers, which knows the other members. */
export interface Waiting {
  kind: string;
}

/** An immutable snapshot of a run; every accepted input writes a new one. */
export interface FlowState {
  /** The flow the run is for: the one created, or the one it has switched to. */
  root: FlowRef;
  /** What is still to do, next first. */
  todo: readonly Todo[];
  at?: At;
  /** What was chosen on the way to the current step. */
  identification?: Identification;
  authentication?: Authentication;
  /** Absent while the run advances, and when it has finished. */
  waiting?: Waiting;
  memory: RunMemory;
}

const AUTHENTICATING: readonly string[] = ["identify", "authenticate", "create_authenticator", "verify"];
const WITHOUT_HOOKS: readonly FlowType[] = ["account_recovery", "signup_login"];

/** The plan of a list of steps: each step, and the place where hooks may ask for more (spec: authentication flow §3.7). */
export function planSteps(flow: FlowRef, prefix: string, steps: readonly FlowStepConfig[]): Todo[] {
  const plan: Todo[] = steps.map((_, index) => ({ do: "step", flow, pointer: `${prefix}/steps/${index}` }));
  if (plan.length === 0 || WITHOUT_HOOKS.includes(flow.type)) return plan;
  plan.splice(steps.findLastIndex(({ type }) => AUTHENTICATING.includes(type)) + 1, 0, { do: "pre_authenticated", flow });
  return plan;
}

/** The state before the first step of a flow. */
export function initialState(flow: FlowRef, config: FlowConfig, user: { id: string; isNew: boolean }): FlowState {
  return { root: flow, todo: planSteps(flow, "", config.steps), memory: emptyMemory(user.id, user.isNew) };
}

/** The state after a branch was chosen: its nested steps come next. */
export function enterBranch(state: FlowState, branch: { flow: FlowRef; pointer: string; steps: readonly FlowStepConfig[] | undefined }): FlowState {
  return { ...state, waiting: undefined, todo: [...planSteps(branch.flow, branch.pointer, branch.steps ?? []), ...state.todo] };
}

/** The state of a run that starts at a step in the middle, as a recovery link does: the step, and all that follows it in its list and the lists around it. */
export function resumeState(flow: FlowRef, config: FlowConfig, pointer: string): FlowState {
  const todo: Todo[] = [{ do: "step", flow, pointer }];
  for (let rest = pointer; rest !== ""; ) {
    const [, list = "", at = "0"] = /^(.*)\/steps\/(\d+)$/.exec(rest) ?? [];
    const steps = (list === "" ? config : branchAt(config, list)).steps ?? [];
    for (let index = Number(at) + 1; index < steps.length; index += 1) todo.push({ do: "step", flow, pointer: `${list}/steps/${index}` });
    rest = list.replace(/\/one_of\/\d+$/, "");
  }
  return { root: flow, todo, memory: emptyMemory("", false) };
}

/** The state after the run has become another flow: what it knows stays. */
export function switchFlow(state: FlowState, flow: FlowRef, config: FlowConfig): FlowState {
  return { root: flow, todo: planSteps(flow, "", config.steps), memory: state.memory };
}

/** The state with a whole flow to run before what is left of this one. */
export function embedFlow(state: FlowState, flow: FlowRef, config: FlowConfig): FlowState {
  return { ...state, waiting: undefined, todo: [...planSteps(flow, "", config.steps), ...state.todo] };
}

/** Takes the next thing to do; what was chosen inside a branch is forgotten on leaving it. Undefined when nothing is left. */
export function takeNext(state: FlowState): { state: FlowState; next: Todo } | undefined {
  const [next, ...todo] = state.todo;
  if (!next) return undefined;
  const inBranch = next.do !== "step" || next.pointer.includes("/one_of/");
  const { identification, authentication: _left, ...rest } = state;
  return { next, state: { ...rest, todo, ...(inBranch && identification ? { identification } : {}) } };
}

/** The state with some of its memory replaced. */
export function remember(state: FlowState, more: Partial<RunMemory>): FlowState {
  return { ...state, memory: { ...state.memory, ...more } };
}

/** The flow at work: that of the current step, else the run's. */
export const currentFlow = (state: FlowState): FlowRef => state.at?.flow ?? state.root;

/** Whether every step is done. */
export const isDone = (state: FlowState): boolean => state.waiting === undefined && state.todo.length === 0;
