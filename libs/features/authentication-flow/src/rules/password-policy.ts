import { passwordViolations, type PasswordPolicy } from "@gatehouse/domain-authenticator";
import { parseDuration, type ProjectConfig } from "@gatehouse/domain-config";

interface PasswordConfig {
  policy?: PasswordPolicy & { minimum_guessable_level?: number; history_size?: number; history_days?: number };
  force_change?: boolean;
  expiry?: { force_change?: { enabled?: boolean; duration_since_last_update?: string } };
}

const password = (config: ProjectConfig): PasswordConfig => (config.authenticator as { password?: PasswordConfig }).password ?? {};

/** The policy of new passwords. */
export const passwordPolicy = (config: ProjectConfig): PasswordPolicy => password(config).policy ?? {};

/** The policy as flows show it (spec: authentication flow §11.1). */
export function shownPasswordPolicy(config: ProjectConfig): Record<string, unknown> {
  const policy = password(config).policy ?? {};
  const on = (["uppercase_required", "lowercase_required", "alphabet_required", "digit_required", "symbol_required"] as const).filter((name) => policy[name]);
  const history = { size: policy.history_size || undefined, days: policy.history_days || undefined };
  const enabled = history.size !== undefined || history.days !== undefined;
  return {
    minimum_length: policy.min_length ?? 8,
    ...Object.fromEntries(on.map((name) => [name, true])),
    ...(policy.minimum_guessable_level ? { minimum_zxcvbn_score: policy.minimum_guessable_level - 1 } : {}),
    history: { enabled, ...(history.size ? { size: history.size } : {}), ...(history.days ? { days: history.days } : {}) },
    ...(policy.excluded_keywords?.length ? { excluded_keywords: policy.excluded_keywords } : {}),
  };
}

/** Why a password that was just right must be changed, if it must (spec: authentication flow §6.12, §11.3). */
export function mustChangePassword(config: ProjectConfig, used: { plain: string; updatedAt: Date; expireAfter: Date | null }, now: Date): "policy" | "expiry" | undefined {
  const { expiry, force_change } = password(config);
  const age = expiry?.force_change?.enabled ? parseDuration(expiry.force_change.duration_since_last_update ?? "") : undefined;
  if ((used.expireAfter && used.expireAfter <= now) || (age !== undefined && used.updatedAt.getTime() + age <= now.getTime())) return "expiry";
  return force_change !== false && passwordViolations(passwordPolicy(config), used.plain).length > 0 ? "policy" : undefined;
}
