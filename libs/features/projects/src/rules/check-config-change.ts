import { type FeatureConfig, parseProjectConfig, type ProjectConfig } from "@gatehouse/domain-config";
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

/** Where a configuration has more of something than its plan allows. */
function countCauses(config: ProjectConfig, features: FeatureConfig): Cause[] {
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

/** What a configuration uses that its plan switches off. */
function switchCauses(config: ProjectConfig, features: FeatureConfig): Cause[] {
  const policy = config.authenticator.password.policy;
  const disallowed = features.authenticator.password.policy;
  const at = "/authenticator/password/policy";
  const causes: Cause[] = [];
  if (features.identity.biometric.disabled && config.authentication.identities.includes("biometric"))
    causes.push(general("/authentication/identities", "enabling biometric authentication is not supported"));
  if (disallowed.minimum_guessable_level.disabled && policy.minimum_guessable_level > 0)
    causes.push(general(`${at}/minimum_guessable_level`, "minimum_guessable_level is disallowed"));
  if (disallowed.excluded_keywords.disabled && (policy.excluded_keywords?.length ?? 0) > 0) causes.push(general(`${at}/excluded_keywords`, "excluded_keywords is disallowed"));
  if (disallowed.history.disabled && (policy.history_size > 0 || policy.history_days > 0)) causes.push(general(at, "password history is disallowed"));
  if (!features.oauth.client.custom_ui_enabled) {
    for (const [index, client] of config.oauth.clients.entries()) if (client.x_custom_ui_uri) causes.push(general(`/oauth/clients/${index}`, "custom ui is disallowed"));
  }
  return causes;
}

const planCauses = (config: ProjectConfig, features: FeatureConfig): Cause[] => [...countCauses(config, features), ...switchCauses(config, features)];

function fraudProtectionCauses({ before, after, features }: ConfigChange): Cause[] {
  const text = (config: ProjectConfig): string => JSON.stringify(config.fraud_protection);
  if (features.fraud_protection.is_modifiable || text(before) === text(after)) return [];
  const untouched = parseProjectConfig("id: untouched\nhttp: {public_origin: 'http://untouched.localhost'}").value;
  return text(after) === text(untouched) ? [] : [general("/fraud_protection", "fraud_protection config is not modifiable")];
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
  return [...customAttributeCauses(change), ...limits, ...fraudProtectionCauses(change), ...originCauses(change), ...clientCauses(change)];
}
