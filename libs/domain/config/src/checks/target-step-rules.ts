import type { Cause } from "@gatehouse/platform-schema";
import type { ProjectConfig } from "../project-config.js";
import type { FlowConfig, FlowStepConfig } from "../sections/flows.js";
import { general } from "./general-rules.js";

const kinds = ["signup_flows", "promote_flows", "login_flows"] as const;

interface Found {
  names: Set<string>;
  targets: { at: string; name: string }[];
}

function walk(steps: readonly FlowStepConfig[], at: string, found: Found): void {
  for (const [index, step] of steps.entries()) {
    const here = `${at}/steps/${index}`;
    if (step.name) found.names.add(step.name);
    if (step.target_step) found.targets.push({ at: `${here}/target_step`, name: step.target_step });
    for (const [j, branch] of (step.one_of ?? []).entries()) {
      if (branch.target_step) found.targets.push({ at: `${here}/one_of/${j}/target_step`, name: branch.target_step });
      walk(branch.steps ?? [], `${here}/one_of/${j}`, found);
    }
  }
}

function flowCauses(flow: FlowConfig, at: string): Cause[] {
  const found: Found = { names: new Set(), targets: [] };
  walk(flow.steps, at, found);
  return found.targets.filter(({ name }) => !found.names.has(name)).map(({ at: location, name }) => general(location, `target_step '${name}' does not exist`));
}

/** Changed or new flows whose `target_step` names no step of theirs. */
export function targetStepCauses(before: ProjectConfig, after: ProjectConfig): Cause[] {
  return kinds.flatMap((kind) => {
    const known = new Set((before.authentication_flow[kind] ?? []).map((flow) => JSON.stringify(flow)));
    return (after.authentication_flow[kind] ?? []).flatMap((flow, index) => (known.has(JSON.stringify(flow)) ? [] : flowCauses(flow, `/authentication_flow/${kind}/${index}`)));
  });
}
