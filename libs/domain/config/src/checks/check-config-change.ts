import type { Cause } from "@gatehouse/platform-schema";
import { defaultFraudProtection } from "../constrain-by-features.js";
import type { ProjectConfig } from "../project-config.js";
import type { FeatureConfig } from "../sections/features.js";
import { general } from "./general-rules.js";
import { planCauses, tooMany } from "./plan-rules.js";
import { targetStepCauses } from "./target-step-rules.js";

/** What a change of `authgear.yaml` is judged against. */
export interface ConfigChange {
  /** As `parseProjectConfig` reads the stored file. */
  before: ProjectConfig;
  /** As `parseProjectConfig` reads the new file. */
  after: ProjectConfig;
  /** As `parseFeatureConfig` reads the plan. */
  features: FeatureConfig;
  /** Hosts the public origin may have: default domains and domains of the project, pending ones too. */
  hosts: readonly string[];
}

/** No project has more clients than this, whatever its plan says. */
const MAX_CLIENTS = 50;

function customAttributeCauses({ before, after }: ConfigChange): Cause[] {
  const at = "/user_profile/custom_attributes/attributes";
  const now = after.user_profile.custom_attributes.attributes ?? [];
  return (before.user_profile.custom_attributes.attributes ?? []).flatMap((old) => {
    const index = now.findIndex(({ id }) => id === old.id);
    const found = now[index];
    if (!found) return [general(at, `custom attribute of id '${old.id}' was deleted`)];
    return found.type === old.type ? [] : [general(`${at}/${index}`, `custom attribute of id '${old.id}' has type changed; original: ${old.type}, incoming: ${found.type}`)];
  });
}

/** Plan limits; those already broken in the very same way do not count, so that a downgraded project can still be edited. */
function newPlanCauses({ before, after, features }: ConfigChange): Cause[] {
  const known = new Set(planCauses(before, features).map((cause) => JSON.stringify(cause)));
  return planCauses(after, features).filter((cause) => !known.has(JSON.stringify(cause)));
}

function fraudCauses({ before, after, features }: ConfigChange): Cause[] {
  const [old, now, given] = [before.fraud_protection, after.fraud_protection, defaultFraudProtection()].map((value) => JSON.stringify(value));
  if (features.fraud_protection.is_modifiable || now === old || now === given) return [];
  return [general("/fraud_protection", "fraud_protection config is not modifiable")];
}

function originCauses({ before, after, hosts }: ConfigChange): Cause[] {
  const wanted = after.http.public_origin;
  if (wanted === before.http.public_origin) return [];
  const { host, hostname } = new URL(wanted);
  return hosts.includes(host) || hosts.includes(hostname) ? [] : [general("/http/public_origin", "public origin is not allowed")];
}

function clientCauses({ before, after }: ConfigChange): Cause[] {
  const old = new Set(before.oauth.clients.map(({ client_id }) => client_id));
  const now = new Set(after.oauth.clients.map(({ client_id }) => client_id));
  const added = [...now].some((id) => !old.has(id));
  const removed = [...old].some((id) => !now.has(id));
  const swapped = added && removed ? [general("/oauth/clients", "client ids cannot be changed")] : [];
  return [...swapped, ...tooMany("/oauth/clients", "oauth clients", { actual: after.oauth.clients.length, expected: MAX_CLIENTS })];
}

/** Rules that hold when a developer saves `authgear.yaml` (spec: project configuration §5); empty when the change is allowed. Both sides are valid configurations. */
export function checkConfigChange(change: ConfigChange): Cause[] {
  return [
    ...customAttributeCauses(change),
    ...newPlanCauses(change),
    ...fraudCauses(change),
    ...originCauses(change),
    ...clientCauses(change),
    ...targetStepCauses(change.before, change.after),
  ];
}
