import type { ProjectConfig } from "@gatehouse/domain-config";

/**
 * The name of the flow of a type that pages start: that of the group the request asks for, else of the first group the client may use, else of the group `default`
 * (spec: auth UI §3; authentication flow §4.9). Whether the client may use it is checked when the flow starts.
 */
export function flowName(config: ProjectConfig, { type, clientId, group }: { type: string; clientId?: string; group?: string }): string {
  const client = config.oauth.clients?.find(({ client_id }) => client_id === clientId);
  const groups = config.ui.authentication_flow.groups ?? [];
  const wanted = group ?? client?.x_authentication_flow_allowlist.groups?.[0]?.name ?? "default";
  return groups.find(({ name }) => name === wanted)?.flows.find((flow) => flow.type === type)?.name ?? "default";
}
