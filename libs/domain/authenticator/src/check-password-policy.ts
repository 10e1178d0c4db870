import { passwordPolicyViolated } from "@gatehouse/domain-errors";

/** `authenticator.password.policy`, as far as it is checked without history. */
export interface PasswordPolicy {
  min_length?: number;
  uppercase_required?: boolean;
  lowercase_required?: boolean;
  alphabet_required?: boolean;
  digit_required?: boolean;
  symbol_required?: boolean;
  excluded_keywords?: string[];
}

type Violation = { Name: string; Info?: Record<string, unknown> };

/** Rules of the policy that a password breaks, in the order the reference lists them (spec: user model §5). */
export function passwordViolations(policy: PasswordPolicy, password: string): Violation[] {
  const length = [...password].length;
  const min = policy.min_length ?? 8;
  const folded = password.toLowerCase();
  const rules: [boolean, Violation][] = [
    [length < min, { Name: "PasswordTooShort", Info: { min_length: min, pw_length: length } }],
    [!!policy.uppercase_required && !/[A-Z]/.test(password), { Name: "PasswordUppercaseRequired" }],
    [!!policy.lowercase_required && !/[a-z]/.test(password), { Name: "PasswordLowercaseRequired" }],
    [!!policy.alphabet_required && !/[A-Za-z]/.test(password), { Name: "PasswordAlphabetRequired" }],
    [!!policy.digit_required && !/[0-9]/.test(password), { Name: "PasswordDigitRequired" }],
    [!!policy.symbol_required && !/[^A-Za-z0-9]/.test(password), { Name: "PasswordSymbolRequired" }],
    [(policy.excluded_keywords ?? []).some((word) => folded.includes(word.toLowerCase())), { Name: "PasswordContainingExcludedKeywords" }],
  ];
  return rules.filter(([broken]) => broken).map(([, violation]) => violation);
}

/** Longest password that is hashed, in bytes. */
export const MAX_PASSWORD_BYTES = 8192;

/** Throws `Invalid/PasswordPolicyViolated` when a new password breaks the policy. */
export function checkPasswordPolicy(policy: PasswordPolicy, password: string): void {
  const causes = passwordViolations(policy, password);
  if (causes.length > 0) throw passwordPolicyViolated({ causes });
}
