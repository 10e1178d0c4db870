import { flowInvalidTargetStep, flowStepNotFound } from "@gatehouse/domain-errors";
import type { Identified } from "@gatehouse/domain-flow";
import { flowOf, type Run } from "../engine/run.js";
import { findStep } from "./find-step.js";

/**
 * What the identify step of a name has found or made; undefined when it was passed over. Throws `AuthenticationFlowStepNotFound` when no such step has run, and
 * `AuthenticationFlowInvalidTargetStep` when the step of that name is none that identifies (spec: authentication flow §3.5).
 */
export function identifiedAt(run: Run, name: string): Identified | undefined {
  const { identified, skipped } = run.state.memory;
  const found = identified.findLast(({ step }) => step === name);
  if (found || skipped.includes(name)) return found;
  const step = findStep(flowOf(run, run.state.at?.flow ?? run.state.root), name);
  if (step && step.type !== "identify") throw flowInvalidTargetStep({ target_step: name });
  throw flowStepNotFound();
}
