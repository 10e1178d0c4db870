import type { RunMemory } from "@gatehouse/domain-flow";
import type { Identity } from "@gatehouse/domain-identity";
import { NAMING } from "@gatehouse/domain-user";

/** Stored identities with what the provider or directory has said of them in the run. */
export function refreshedIdentities({ refreshed }: RunMemory, identities: readonly Identity[]): Identity[] {
  const fresh = new Map(refreshed.map(({ identityId, claims, details }) => [identityId, { claims, details }]));
  return identities.map((identity) => ({ ...identity, ...fresh.get(identity.id) }));
}

/** Whether one of them names its user differently now: by another address or user name, or by none (spec: user model §7.1). */
export function isRenamed(memory: RunMemory, identities: readonly Identity[]): boolean {
  if (memory.refreshed.length === 0) return false;
  const now = refreshedIdentities(memory, identities);
  return identities.some(({ claims }, index) => NAMING.some((name) => claims[name] !== now[index]?.claims[name]));
}
