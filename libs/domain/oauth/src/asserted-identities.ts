import type { ProjectConfig } from "@gatehouse/domain-config";

const CLAIMS = "https://authgear.com/claims/oauth";

/** What a social provider says of a person. */
interface SocialAccount {
  alias: string;
  providerType: string;
  subjectId: string;
  rawProfile: Record<string, unknown>;
}

/** What the ID token tells of a social login, for providers that are set to be told of; none otherwise (spec: sessions and tokens §11.3). */
export function assertedIdentity(config: ProjectConfig, { alias, providerType, subjectId, rawProfile }: SocialAccount): Record<string, unknown> | undefined {
  const provider = config.identity.oauth.providers?.find((one) => one.alias === alias);
  if (provider?.include_identity_attributes_in_id_token !== true) return undefined;
  return {
    [`${CLAIMS}/provider_alias`]: alias,
    [`${CLAIMS}/provider_type`]: providerType,
    [`${CLAIMS}/subject_id`]: subjectId,
    [`${CLAIMS}/profile`]: rawProfile,
  };
}

/** The claim of an ID token that holds them. */
export const assertedClaim = (asserted: readonly Record<string, unknown>[]): Record<string, unknown> => ({ [`${CLAIMS}/asserted`]: asserted });
