import { isFormat } from "@gatehouse/platform-schema";
import { oauthProtocolError } from "@gatehouse/domain-errors";
import { openIdProvider } from "./open-id-provider.js";
import { textKey } from "./place-keys.js";
import type { Provider, ProviderParts } from "./provider.js";

/** AD FS of a company; its address is in the project's configuration. */
export function adfs(parts: ProviderParts): Provider {
  return openIdProvider(parts, {
    type: "adfs",
    scope: "openid profile email",
    discoveryUrl: (settings) => textKey(settings, "discovery_document_endpoint"),
    providerKeys: () => ({}),
    prompt: (asked) => asked.find((one) => one === "login"),
    formPost: true,
    account: (_ctx, { claims }) => ({ subjectId: claims.sub, rawProfile: claims, claims: adfsClaims(claims) }),
  });
}

/** The claims with the user principal name in the place of a missing name or address. Throws OAuthProtocolError without one. */
export function adfsClaims(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { upn } = raw;
  if (typeof upn !== "string" || upn === "") throw oauthProtocolError("upn is missing from the ID token");
  return { ...raw, preferred_username: raw.preferred_username || upn, email: raw.email || (isFormat("email", upn) ? upn : undefined) };
}
