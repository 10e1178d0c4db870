/** The named claims, or all when none is named. */
export function chosenClaims(claims: Record<string, unknown>, names: readonly string[] | null | undefined): Record<string, unknown> {
  if (!names || names.length === 0) return claims;
  return Object.fromEntries(Object.entries(claims).filter(([name]) => names.includes(name)));
}
