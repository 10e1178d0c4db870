import type { Cause } from "@gatehouse/platform-schema";
import type { ProjectConfig } from "../project-config.js";
import type { flowTypes } from "../sections/ui.js";
import { duplicates, general } from "./general-rules.js";

interface FlowReference {
  type: (typeof flowTypes)[number];
  name: string;
}

/** Whether a flow is defined; `default` always is. */
function isDefined(config: ProjectConfig, { type, name }: FlowReference): boolean {
  return name === "default" || (config.authentication_flow[`${type}_flows`] ?? []).some((flow) => flow.name === name);
}

function groupRules(config: ProjectConfig): Cause[] {
  const groups = config.ui.authentication_flow.groups ?? [];
  const again = new Set(duplicates(groups.map(({ name }) => name)));
  return groups.flatMap((group, index) => {
    const at = `/ui/authentication_flow/groups/${index}`;
    return [
      ...(again.has(index) ? [general(at, "duplicated authentication flow group")] : []),
      ...group.flows.flatMap((flow, j) => (isDefined(config, flow) ? [] : [general(`${at}/flows/${j}`, "invalid authentication flow")])),
      ...(group.flows.some(({ type }) => type === "login") ? [] : [general(at, "authentication flow group must contain one login flow")]),
    ];
  });
}

function allowlistRules(config: ProjectConfig): Cause[] {
  const names = new Set(["default", ...(config.ui.authentication_flow.groups ?? []).map(({ name }) => name)]);
  return config.oauth.clients.flatMap((client, index) => {
    const at = `/oauth/clients/${index}/authentication_flow_allowlist`;
    const { groups = [], flows = [] } = client.x_authentication_flow_allowlist;
    return [
      ...groups.flatMap(({ name }, j) => (names.has(name) ? [] : [general(`${at}/groups/${j}`, "invalid authentication flow group")])),
      ...flows.flatMap((flow, j) => (isDefined(config, flow) ? [] : [general(`${at}/flows/${j}`, "invalid authentication flow")])),
    ];
  });
}

function samlRules({ saml, oauth }: ProjectConfig): Cause[] {
  const providers = saml.service_providers ?? [];
  const clients = new Set(oauth.clients.map(({ client_id }) => client_id));
  const signing: Cause[] = providers.length > 0 && !saml.signing.key_id ? [{ location: "/saml/signing/key_id", kind: "minLength", details: { actual: 0, expected: 1 } }] : [];
  const rest = providers.flatMap((provider, index) => {
    const at = `/saml/service_providers/${index}`;
    const names = new Set((provider.attributes.definitions ?? []).map(({ name }) => name));
    return [
      ...(provider.client_id === "" || clients.has(provider.client_id) ? [] : [general(`${at}/client_id`, "client_id does not exist in /oauth/clients")]),
      ...(provider.attributes.mappings ?? []).flatMap(({ to }, j) =>
        names.has(to.saml_attribute) ? [] : [general(`${at}/mappings/${j}/to/saml_attribute`, "saml_attribute does match any defined attribute name in definitions")],
      ),
    ];
  });
  return [...signing, ...rest];
}

/** Rules 12 to 16 of spec: project configuration §4. */
export const flowRules: readonly ((config: ProjectConfig) => Cause[])[] = [groupRules, allowlistRules, samlRules];
