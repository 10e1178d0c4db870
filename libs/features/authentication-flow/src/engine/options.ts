import type { FlowBranchConfig } from "@gatehouse/domain-config";
import type { FlowRef } from "@gatehouse/domain-flow";
import type { JsonSchema } from "./step.js";

/** A branch that may be taken, or one of several candidates of a branch. Kept in the state, so that lists stay as they were offered. */
export interface BranchOption {
  flow: FlowRef;
  /** JSON pointer of the branch; absent for what hooks inserted. */
  branch?: string;
  /** Keys of the input that tell this option from the others. */
  match: Record<string, unknown>;
  /** The input names this option by `index`, its place in the list of the step. */
  indexed?: boolean;
  /** Whether a challenge is demanded, for options without a branch. */
  botProtection?: "never" | "always";
  /** What clients see of it, beside bot protection. */
  shown: Record<string, unknown>;
}

/** What an option's input must hold beside the keys of `match`. */
export interface InputShape {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  /** Keywords for the whole object, such as `oneOf`. */
  more?: JsonSchema;
}

/** A branch of the configuration at its place. */
export interface Asked {
  config: FlowBranchConfig;
  flow: FlowRef;
  branch?: string;
}

/** The branches of a step at their places. */
export const askedBranches = (at: { flow: FlowRef; pointer: string }, branches: readonly FlowBranchConfig[] = []): Asked[] =>
  branches.map((config, index) => ({ config, flow: at.flow, branch: `${at.pointer}/one_of/${index}` }));

/** The schema of one option. */
export function optionSchema(option: BranchOption, shape: InputShape, bot?: JsonSchema): JsonSchema {
  const consts = Object.fromEntries(Object.entries(option.match).map(([key, value]) => [key, { const: value }]));
  return {
    type: "object",
    properties: { ...consts, ...shape.properties, ...(bot ? { bot_protection: bot } : {}) },
    required: [...Object.keys(option.match), ...(shape.required ?? []), ...(bot ? ["bot_protection"] : [])],
    ...shape.more,
  };
}

/** The schema of a choice among options. Nothing fits where there is nothing to choose. */
export const choiceSchema = (options: readonly JsonSchema[]): JsonSchema => (options.length > 0 ? { oneOf: options } : { not: {} });

/** The option an input has chosen. */
export const chosenOption = <O extends BranchOption>(options: readonly O[], input: Readonly<Record<string, unknown>>): O =>
  options.find(({ match }) => Object.entries(match).every(([key, value]) => input[key] === value)) as O;

/** A text of an input: present and bounded. */
export const text = (more: JsonSchema = {}): JsonSchema => ({ type: "string", maxLength: 100_000, ...more });

/** Where a provider sends the browser back. */
export const redirectUriText: JsonSchema = text({ format: "uri", maxLength: 8192 });

/** The options of a step in their places: those told apart by `index` learn theirs. */
export const placed = <O extends BranchOption>(options: readonly O[]): O[] =>
  options.map((option, index) => (option.indexed ? { ...option, match: { ...option.match, index } } : option));
