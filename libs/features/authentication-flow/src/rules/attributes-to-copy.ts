import type { ProjectConfig } from "@gatehouse/domain-config";

/** Follow from the identities, or are computed. */
const NOT_COPIED: readonly string[] = ["email", "phone_number", "preferred_username", "email_verified", "phone_number_verified", "updated_at"];

/** What a provider knows of a person and a new account takes over, unless the project wants none of it (spec: providers §A.4; user model §7.1). */
export function standardAttributesToCopy(config: ProjectConfig, claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { strategy } = config.user_profile.standard_attributes.population;
  return strategy === "none" ? {} : Object.fromEntries(Object.entries(claims).filter(([name]) => !NOT_COPIED.includes(name)));
}
