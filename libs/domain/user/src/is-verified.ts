/** `verification` of `authgear.yaml`, as far as it decides whether a user is verified. */
export interface VerificationRules {
  criteria?: string;
  claims: { email?: { enabled?: boolean }; phone_number?: { enabled?: boolean } };
}

/** Whether a user counts as verified: any (or all) of the enabled claims of the identities are proven (spec: user model §6). */
export function isVerified(rules: VerificationRules, identityClaims: readonly Record<string, unknown>[], verified: readonly { name: string; value: string }[]): boolean {
  const names = (["email", "phone_number"] as const).filter((name) => rules.claims[name]?.enabled !== false);
  const claims = identityClaims.flatMap((one) => names.flatMap((name) => (typeof one[name] === "string" ? [{ name, value: one[name] }] : [])));
  const proven = (claim: { name: string; value: string }) => verified.some(({ name, value }) => name === claim.name && value === claim.value);
  if (claims.length === 0) return false;
  return rules.criteria === "all" ? claims.every(proven) : claims.some(proven);
}
