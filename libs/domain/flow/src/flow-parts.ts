import type { FlowBranchConfig, FlowConfig, FlowStepConfig } from "@gatehouse/domain-config";
import { flowNotFound } from "@gatehouse/domain-errors";

/** The step at a JSON pointer of a flow. Throws `AuthenticationFlowNotFound` when the configuration changed under the run. */
export function stepAt(flow: FlowConfig, pointer: string): FlowStepConfig {
  return walk(flow, pointer) as unknown as FlowStepConfig;
}

/** The branch at a JSON pointer of a flow. */
export function branchAt(flow: FlowConfig, pointer: string): FlowBranchConfig {
  return walk(flow, pointer) as unknown as FlowBranchConfig;
}

function walk(flow: FlowConfig, pointer: string): Record<string, unknown> {
  let at: unknown = flow;
  for (const key of pointer.split("/").slice(1)) at = (at as Record<string, unknown> | undefined)?.[key];
  if (typeof at !== "object" || at === null) throw flowNotFound();
  return at as Record<string, unknown>;
}

/** What was chosen in the branches around a step, innermost last. */
export function chosenAlong(flow: FlowConfig, pointer: string): { identification?: string; authentication?: string } {
  const chosen: { identification?: string; authentication?: string } = {};
  for (const { index } of pointer.matchAll(/\/one_of\/\d+\/steps/g)) {
    const end = pointer.indexOf("/steps", index);
    const { identification, authentication } = branchAt(flow, pointer.slice(0, end));
    if (identification) chosen.identification = identification;
    if (authentication) chosen.authentication = authentication;
  }
  return chosen;
}
