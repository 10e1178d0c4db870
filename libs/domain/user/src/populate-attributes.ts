/** Claims of one identity that name a user: `email`, `phone_number`, `preferred_username`. */
export interface NamingClaims {
  email?: string;
  phone_number?: string;
  preferred_username?: string;
}

/** The attributes that name a user. */
export const NAMING = ["email", "phone_number", "preferred_username"] as const;

/**
 * Standard attributes brought in line with the user's identities (spec: user model §7.1): a naming attribute that no identity
 * carries is dropped; an absent one takes the newest identity's value. `identities` newest first.
 */
export function populateAttributes(attributes: Readonly<Record<string, unknown>>, identities: readonly NamingClaims[]): Record<string, unknown> {
  const out: Record<string, unknown> = { ...attributes };
  for (const name of NAMING) {
    const values = identities.map((claims) => claims[name]).filter((value) => value !== undefined);
    if (!values.includes(out[name] as string)) delete out[name];
    if (out[name] === undefined && values[0] !== undefined) out[name] = values[0];
  }
  return out;
}
