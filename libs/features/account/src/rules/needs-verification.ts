import type { ProjectConfig } from "@gatehouse/domain-config";
import { CLAIM_OF_LOGIN_ID, type CheckedLoginId } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";
import type { ProvenAddress } from "@gatehouse/record-accounts";

/** The address that a login id is; undefined for a user name. */
export function addressOf({ type, value }: Pick<CheckedLoginId, "type" | "value">): ProvenAddress | undefined {
  const name = CLAIM_OF_LOGIN_ID[type];
  return name === "preferred_username" ? undefined : { name, value };
}

/** Whether a new value must be proven before it is taken: it is not yet, its claim is verified in this project, and that is required or asked for (spec: account management §4.1). */
export function needsVerification(config: ProjectConfig, facts: Pick<UserFacts, "verified">, asked: { loginId: CheckedLoginId; requested: boolean }): boolean {
  const address = addressOf(asked.loginId);
  if (!address || facts.verified.some(({ name, value }) => name === address.name && value === address.value)) return false;
  const { enabled, required } = config.verification.claims[address.name];
  return enabled && (required || asked.requested);
}
