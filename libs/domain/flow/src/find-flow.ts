import type { FlowBranchConfig, FlowConfig, FlowStepConfig, OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import { flowConfigNotFound, flowNotAllowed, flowNotFound } from "@gatehouse/domain-errors";
import type { FlowType } from "./flow-state.js";
import { generateLoginFlow, generateSignupFlow } from "./generate-default-flows.js";

/** The flow of a type and name: configured, or generated for the name `default`. Throws `AuthenticationFlowFlowNotFound`. */
export function findFlow(config: ProjectConfig, type: FlowType, name: string): FlowConfig {
  const configured = (config.authentication_flow as unknown as Record<string, FlowConfig[] | undefined>)[`${type}_flows`]?.find((flow) => flow.name === name);
  if (configured) return configured;
  if (name === "default" && type === "login") return generateLoginFlow(config);
  if (name === "default" && type === "signup") return generateSignupFlow(config);
  throw flowConfigNotFound();
}

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

interface Allowlist {
  groups?: { name: string }[];
  flows?: { type: string; name: string }[];
}

/** Throws `AuthenticationFlowNotAllowed` when the client may not use a flow (spec: authentication flow §4.9). */
export function checkFlowAllowed(config: ProjectConfig, client: OAuthClientConfig | undefined, flow: { type: FlowType; name: string }): void {
  const allowlist = (client as { x_authentication_flow_allowlist?: Allowlist } | undefined)?.x_authentication_flow_allowlist;
  const [groups, flows] = [allowlist?.groups ?? [], allowlist?.flows ?? []];
  if (groups.length === 0 && flows.length === 0) return;
  const defined = (config.ui as { authentication_flow?: { groups?: { name: string; flows: { type: string; name: string }[] }[] } }).authentication_flow?.groups ?? [];
  const named = groups.map(({ name }) => ({ name, group: defined.find((group) => group.name === name) }));
  if (flow.name === "default" && named.some(({ name, group }) => name === "default" && !group)) return;
  const allowed = [...flows, ...named.flatMap(({ group }) => group?.flows ?? [])];
  if (!allowed.some(({ type, name }) => type === flow.type && name === flow.name)) throw flowNotAllowed();
}
