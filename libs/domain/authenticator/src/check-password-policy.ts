import { passwordPolicyViolated, validationFailed } from "@gatehouse/domain-errors";
import { guessableLevel } from "./guessable-level.js";

/** `authenticator.password.policy`. */
export interface PasswordPolicy {
  min_length?: number;
  uppercase_required?: boolean;
  lowercase_required?: boolean;
  alphabet_required?: boolean;
  digit_required?: boolean;
  symbol_required?: boolean;
  /** 1 to 5; 0 or absent: any password will do. */
  minimum_guessable_level?: number;
  excluded_keywords?: string[];
  history_size?: number;
  history_days?: number;
}

/** A rule that a password breaks, as errors show it. */
export interface PasswordViolation {
  Name: string;
  Info?: Record<string, unknown>;
}

/** Longest password that is hashed, in bytes. */
export const MAX_PASSWORD_BYTES = 8192;

/** Rules of the policy that a password breaks, former passwords aside, in the order the reference lists them (spec: user model §5). An empty password is always too short. */
export function passwordViolations(policy: PasswordPolicy, password: string): PasswordViolation[] {
  const length = [...password].length;
  const min = Math.max(policy.min_length ?? 8, 1);
  const folded = password.toLowerCase();
  const rules: [boolean, PasswordViolation][] = [
    [length < min, { Name: "PasswordTooShort", Info: { min_length: min, pw_length: length } }],
    [!!policy.uppercase_required && !/[A-Z]/.test(password), { Name: "PasswordUppercaseRequired" }],
    [!!policy.lowercase_required && !/[a-z]/.test(password), { Name: "PasswordLowercaseRequired" }],
    [!!policy.alphabet_required && !/[A-Za-z]/.test(password), { Name: "PasswordAlphabetRequired" }],
    [!!policy.digit_required && !/[0-9]/.test(password), { Name: "PasswordDigitRequired" }],
    [!!policy.symbol_required && !/[^A-Za-z0-9]/.test(password), { Name: "PasswordSymbolRequired" }],
    [(policy.excluded_keywords ?? []).some((word) => word !== "" && folded.includes(word.toLowerCase())), { Name: "PasswordContainingExcludedKeywords" }],
  ];
  const broken = rules.filter(([isBroken]) => isBroken).map(([, violation]) => violation);
  return [...broken, ...guessableViolation(policy.minimum_guessable_level ?? 0, password)];
}

function guessableViolation(min: number, password: string): PasswordViolation[] {
  if (min <= 0) return [];
  const level = guessableLevel(password);
  return level < min ? [{ Name: "PasswordBelowGuessableLevel", Info: { min_level: min, pw_level: level } }] : [];
}

/** What a caller found out about a new password. */
export interface PasswordFindings {
  /** It matches a password of the user's history, as far as `historyRule` reaches. */
  reused?: boolean;
}

/**
 * Throws `Invalid/PasswordPolicyViolated` when a new password breaks the policy, `Invalid/ValidationFailed` when it has more than `MAX_PASSWORD_BYTES`.
 * The length is checked first, so that no rule works on a huge text.
 */
export function checkPasswordPolicy(policy: PasswordPolicy, password: string, findings: PasswordFindings = {}): void {
  const actual = new TextEncoder().encode(password).length;
  if (actual > MAX_PASSWORD_BYTES) throw validationFailed([{ location: "", kind: "maxLength", details: { expected: MAX_PASSWORD_BYTES, actual } }], "invalid password");
  const causes = passwordViolations(policy, password);
  if (findings.reused) causes.push({ Name: "PasswordReused", Info: { history_size: policy.history_size ?? 0, history_days: policy.history_days ?? 0 } });
  if (causes.length > 0) throw passwordPolicyViolated({ causes });
}
