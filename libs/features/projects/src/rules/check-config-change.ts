import type { FeatureConfig, ProjectConfig } from "@gatehouse/domain-config";
import type { Cause } from "@gatehouse/platform-schema";

/** What a change of `authgear.yaml` is judged against. */
export interface ConfigChange {
  before: ProjectConfig;
  after: ProjectConfig;
  features: FeatureConfig;
  /** Hosts the public origin may have. */
  hosts: readonly string[];
}

const MAX_CLIENTS = 50;
const general = (location: string, msg: string): Cause => ({ location, kind: "general", details: { msg } });

/** Where a configuration is larger than its plan allows. */
function planCauses(config: ProjectConfig, features: FeatureConfig): Cause[] {
  const counted = [
    { at: "/oauth/clients", what: "oauth clients", actual: config.oauth.clients.length, expected: features.oauth.client.maximum },
    { at: "/identity/oauth/providers", what: "sso providers", actual: config.identity.oauth?.providers?.length ?? 0, expected: features.identity.oauth.maximum_providers },
    { at: "/hook/blocking_handlers", what: "blocking handlers", actual: config.hook.blocking_handlers?.length ?? 0, expected: features.hook.blocking_handler.maximum },
    {
      at: "/hook/non_blocking_handlers",
      what: "non blocking handlers",
      actual: config.hook.non_blocking_handlers?.length ?? 0,
      expected: features.hook.non_blocking_handler.maximum,
    },
  ];
  return counted
    .filter(({ actual, expected }) => actual > expected)
    .map(({ at, what, actual, expected }) => general(at, `exceed the maximum number of ${what}, actual: ${actual}, expected: ${expected}`));
}

function customAttributeCauses({ before, after }: ConfigChange): Cause[] {
  const at = "/user_profile/custom_attributes/attributes";
  const now = after.user_profile.custom_attributes?.attributes ?? [];
  return (before.user_profile.custom_attributes?.attributes ?? []).flatMap((old) => {
    const index = now.findIndex(({ id }) => id === old.id);
    const found = now[index];
    if (!found) return [general(at, `custom attribute of id '${old.id}' was deleted`)];
    return found.type === old.type ? [] : [general(`${at}/${index}`, `custom attribute of id '${old.id}' has type changed; original: ${old.type}, incoming: ${found.type}`)];
  });
}

function originCauses({ before, after, hosts }: ConfigChange): Cause[] {
  const wanted = after.http.public_origin;
  if (wanted === before.http.public_origin || hosts.includes(new URL(wanted).hostname)) return [];
  return [general("/http/public_origin", "public origin is not allowed")];
}

function clientCauses({ before, after }: ConfigChange): Cause[] {
  const old = new Set(before.oauth.clients.map(({ client_id }) => client_id));
  const now = new Set(after.oauth.clients.map(({ client_id }) => client_id));
  const added = [...now].some((id) => !old.has(id));
  const removed = [...old].some((id) => !now.has(id));
  const causes = added && removed ? [general("/oauth/clients", "client ids cannot be changed")] : [];
  if (now.size > MAX_CLIENTS) causes.push(general("/oauth/clients", `exceed the maximum number of oauth clients, actual: ${now.size}, expected: ${MAX_CLIENTS}`));
  return causes;
}

/** Rules that hold when a developer saves `authgear.yaml` (spec: project configuration §5). Plan limits already broken in the same way do not count. */
export function checkConfigChange(change: ConfigChange): Cause[] {
  const known = new Set(planCauses(change.before, change.features).map((cause) => JSON.stringify(cause)));
  const limits = planCauses(change.after, change.features).filter((cause) => !known.has(JSON.stringify(cause)));
  return [...customAttributeCauses(change), ...limits, ...originCauses(change), ...clientCauses(change)];
}
