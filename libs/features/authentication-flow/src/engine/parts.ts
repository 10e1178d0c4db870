import type { Reacting, Step } from "./step.js";

/** Everything the engine drives. */
export interface FlowParts {
  steps: readonly Step[];
  /** What answers inputs beside the steps: methods, identifications, and what they share. */
  others: readonly Reacting[];
}

/** Token of the parts that the engine drives. */
export const FLOW_PARTS = Symbol("flow parts");
/** Token of the registered authentication methods. */
export const AUTHENTICATION_METHODS = Symbol("authentication methods");
/** Token of the registered identifications. */
export const IDENTIFICATION_METHODS = Symbol("identification methods");
