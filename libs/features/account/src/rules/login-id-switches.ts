import type { ProjectConfig } from "@gatehouse/domain-config";
import { invariantViolated } from "@gatehouse/domain-errors";
import type { Identity, LoginIdType } from "@gatehouse/domain-identity";
import type { ApiError } from "@gatehouse/platform-errors-core";

const modifyDisabled = (): ApiError => invariantViolated("IdentityModifyDisabled", "identity modification disabled");
const keyOf = (config: ProjectConfig, key: string | null) => config.identity.login_id.keys.find((one) => (one.key ?? one.type) === key);

/** Throws `InvalidLoginIDKey` for a key that the project does not have, or not for this type. */
export function checkKey(config: ProjectConfig, { key, type }: { key: string; type: LoginIdType }): void {
  if (keyOf(config, key)?.type !== type) throw invariantViolated("InvalidLoginIDKey", "invalid login ID key");
}

/** Throws `IdentityModifyDisabled` when nobody may add login ids under a key. */
export function checkMayCreate(config: ProjectConfig, key: string): void {
  if (keyOf(config, key)?.create_disabled !== false) throw modifyDisabled();
}

/** Throws `IdentityModifyDisabled` when a login id may not be changed; one whose key is no longer configured may not. */
export function checkMayUpdate(config: ProjectConfig, { loginIdKey }: Identity): void {
  if (keyOf(config, loginIdKey)?.update_disabled !== false) throw modifyDisabled();
}

/** Throws `IdentityModifyDisabled` when an identity may not be removed; what is no longer configured, and directory entries, may not (spec: account management §4.7). */
export function checkMayDelete(config: ProjectConfig, { type, loginIdKey, details }: Identity): void {
  if (type === "passkey" || type === "biometric") return;
  const provider = type === "oauth" ? config.identity.oauth.providers?.find(({ alias }) => alias === details.oauth?.alias) : undefined;
  const declared = type === "login_id" ? keyOf(config, loginIdKey) : provider;
  if (declared?.delete_disabled !== false) throw modifyDisabled();
}
