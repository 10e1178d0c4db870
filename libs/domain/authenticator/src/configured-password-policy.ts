import { parseDuration, type ProjectConfig } from "@gatehouse/domain-config";
import { type PasswordPolicy, passwordViolations } from "./check-password-policy.js";

/** The policy of new passwords. */
export const passwordPolicy = (config: ProjectConfig): PasswordPolicy => config.authenticator.password.policy;

/** Which former passwords must not come again: the newest `size`, and those of the last `days`; 0 and 0 when any may. */
export function historyRule(config: ProjectConfig): { size: number; days: number } {
  const { history_size, history_days } = passwordPolicy(config);
  return { size: history_size ?? 0, days: history_days ?? 0 };
}

/** The policy as flows show it (spec: authentication flow §11.1). */
export function shownPasswordPolicy(config: ProjectConfig): Record<string, unknown> {
  const policy = passwordPolicy(config);
  const { size, days } = historyRule(config);
  const on = (["uppercase_required", "lowercase_required", "alphabet_required", "digit_required", "symbol_required"] as const).filter((name) => policy[name]);
  return {
    minimum_length: policy.min_length ?? 8,
    ...Object.fromEntries(on.map((name) => [name, true])),
    ...(policy.minimum_guessable_level ? { minimum_zxcvbn_score: policy.minimum_guessable_level - 1 } : {}),
    history: { enabled: size > 0 || days > 0, ...(size > 0 ? { size } : {}), ...(days > 0 ? { days } : {}) },
    ...(policy.excluded_keywords?.length ? { excluded_keywords: policy.excluded_keywords } : {}),
  };
}

/** A password that was just right. */
export interface UsedPassword {
  plain: string;
  updatedAt: Date;
  expireAfter: Date | null;
}

/** Why a password that was just right must be changed, if it must (spec: authentication flow §6.12, §11.3). Expiry forces a change whatever `force_change` says. */
export function mustChangePassword(config: ProjectConfig, used: UsedPassword, now: Date): "policy" | "expiry" | undefined {
  const { expiry, force_change } = config.authenticator.password;
  const age = expiry.force_change.enabled ? parseDuration(expiry.force_change.duration_since_last_update ?? "") : undefined;
  const tooOld = age !== undefined && used.updatedAt.getTime() + age <= now.getTime();
  if (tooOld || (used.expireAfter && used.expireAfter <= now)) return "expiry";
  return force_change && passwordViolations(passwordPolicy(config), used.plain).length > 0 ? "policy" : undefined;
}
