import type { FlowConfig, OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import { flowConfigNotFound, flowNotAllowed } from "@gatehouse/domain-errors";
import type { FlowRef } from "./flow-terms.js";
import { generateFlow } from "./generate-default-flows.js";

/** The flow of a type and name: configured, or generated for the name `default`. Throws `AuthenticationFlowFlowNotFound`. */
export function findFlow(config: ProjectConfig, { type, name }: FlowRef): FlowConfig {
  const configured = config.authentication_flow[`${type}_flows`]?.find((flow) => flow.name === name);
  if (configured) return configured;
  if (name === "default") return generateFlow(config, type);
  throw flowConfigNotFound();
}

/** Throws `AuthenticationFlowNotAllowed` when the client may not use a flow (spec: authentication flow §4.9). */
export function checkFlowAllowed(config: ProjectConfig, client: OAuthClientConfig | undefined, flow: FlowRef): void {
  const allowlist = client?.x_authentication_flow_allowlist;
  const [groups, flows] = [allowlist?.groups ?? [], allowlist?.flows ?? []];
  if (groups.length === 0 && flows.length === 0) return;
  const defined = config.ui.authentication_flow.groups ?? [];
  const named = groups.map(({ name }) => ({ name, group: defined.find((group) => group.name === name) }));
  if (flow.name === "default" && named.some(({ name, group }) => name === "default" && !group)) return;
  const allowed = [...flows, ...named.flatMap(({ group }) => group?.flows ?? [])];
  if (!allowed.some(({ type, name }) => type === flow.type && name === flow.name)) throw flowNotAllowed();
}
