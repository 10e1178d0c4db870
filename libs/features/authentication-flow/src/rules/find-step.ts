import type { FlowStepConfig } from "@gatehouse/domain-config";

/** The last step of a name anywhere in a flow. */
export function findStep({ steps = [] }: { steps?: FlowStepConfig[] }, name: string): FlowStepConfig | undefined {
  for (const step of [...steps].reverse()) {
    if (step.name === name) return step;
    for (const branch of [...(step.one_of ?? [])].reverse()) {
      const found = findStep(branch, name);
      if (found) return found;
    }
  }
  return undefined;
}
