import { oauthProtocolError, standardAttributesEmailRequired } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { canonicalJson } from "./claims/canonical-json.js";
import { normaliseClaims } from "./claims/normalise-claims.js";
import type { Provider, ProviderAccount, ProviderSettings } from "./providers/provider.js";

/** What a provider says of an account, normalised. */
export interface SocialProfile {
  alias: string;
  providerType: string;
  /** The provider id keys of spec: providers §A.3, such as `{}`, `{client_id}` or `{tenant}`. */
  providerKeys: Record<string, unknown>;
  /** The provider's id of the account. */
  subjectId: string;
  /** Provider type, canonical JSON of the keys, and subject; unique in the project. */
  uniqueKey: string;
  /** As the provider sent it; Apple's with the name of the form field. */
  rawProfile: Record<string, unknown>;
  /** Standard claims of spec: providers §A.4, with `email`, `phone_number`, `preferred_username` normalised by the project's rules. */
  claims: Record<string, unknown>;
  /** There is an email and the project takes this provider's word for it (`claims.email.assume_verified`). */
  emailVerified: boolean;
  /** Whether raw profile and claims may be stored (`do_not_store_identity_attributes` is off). */
  storeAttributes: boolean;
}

/** What is unique of a social account in its project: provider type, canonical JSON of the provider's keys, and subject (spec: user model §3). */
export const socialAccountKey = ({ type, keys, subjectId }: { type: string; keys: Record<string, unknown>; subjectId: string }): string =>
  `${type}:${canonicalJson(keys)}:${subjectId}`;

/** Escapes in JSON of what no text in the database holds: NUL characters, and halves of surrogate pairs. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

/** Longest subject: OpenID Connect Core 1.0 §2. */
const MAX_SUBJECT = 255;

function subjectOf({ subjectId }: ProviderAccount): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no id has them, and the database refuses some
  if (typeof subjectId !== "string" || subjectId === "" || subjectId.length > MAX_SUBJECT || /[\u0000-\u001f]/.test(subjectId))
    throw oauthProtocolError("the provider gave no usable id of the account");
  return subjectId;
}

/** The profile of an account. Throws StandardAttributesEmailRequired and OAuthProtocolError, and a plain error for an email or phone number that does not parse. */
export function socialProfile(ctx: ProjectContext, settings: ProviderSettings, { provider, account }: { provider: Provider; account: ProviderAccount }): SocialProfile {
  const subjectId = subjectOf(account);
  const { assume_verified = true, required = true } = settings.own.claims?.email ?? {};
  if (required && provider.hasEmail && !account.claims.email) throw standardAttributesEmailRequired(provider.hidesEmail ? { ProviderType: provider.type } : {});
  if (UNSTORABLE.test(JSON.stringify(account.rawProfile))) throw oauthProtocolError("the provider's answer holds NUL characters or halves of characters");
  const claims = normaliseClaims(ctx.project.config.identity.login_id.types, account.claims);
  const providerKeys = provider.providerKeys(settings);
  return {
    alias: settings.alias,
    providerType: provider.type,
    providerKeys,
    subjectId,
    uniqueKey: socialAccountKey({ type: provider.type, keys: providerKeys, subjectId }),
    rawProfile: account.rawProfile,
    claims,
    emailVerified: assume_verified && claims.email !== undefined,
    storeAttributes: settings.own.do_not_store_identity_attributes !== true,
  };
}

/** What an identity keeps of an account. */
export interface KeptProfile {
  rawProfile: Record<string, unknown>;
  claims: Record<string, unknown>;
}

/**
 * What an identity is to hold after a login: the new profile. Apple tells the name at the first consent only, so its `given_name` and `family_name` stay
 * from the kept one when the new profile has no `given_name` (spec: providers §A.3).
 */
export function refreshedProfile({ providerType, rawProfile, claims }: KeptProfile & Pick<SocialProfile, "providerType">, kept: KeptProfile): KeptProfile {
  if (providerType !== "apple" || rawProfile.given_name) return { rawProfile, claims };
  const names = (from: Record<string, unknown>) => Object.fromEntries(["given_name", "family_name"].flatMap((name) => (from[name] ? [[name, from[name]]] : [])));
  return { rawProfile: { ...rawProfile, ...names(kept.rawProfile) }, claims: { ...claims, ...names(kept.claims) } };
}
