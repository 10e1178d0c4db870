import { openIdProvider } from "./open-id-provider.js";
import { hostKey, pathKey } from "./place-keys.js";
import type { Provider, ProviderParts } from "./provider.js";

/** Azure AD B2C. The `email` claim is whatever the policy puts there; `emails` and `signInNames.emailAddress` are the account's. */
export function azureadb2c(parts: ProviderParts): Provider {
  const { discovery } = parts.addresses.azureadb2c;
  return openIdProvider(parts, {
    type: "azureadb2c",
    scope: "openid",
    discoveryUrl: (settings) => discovery.replaceAll("{tenant}", hostKey(settings, "tenant")).replaceAll("{policy}", pathKey(settings, "policy")),
    providerKeys: ({ keys }) => ({ tenant: keys.tenant }),
    prompt: (asked) => asked.find((one) => one === "login"),
    formPost: true,
    issuer: (issuer, found) => issuer !== "" && issuer === found.issuer,
    extra: ({ keys }) => ({ domain_hint: typeof keys.domain_hint === "string" ? keys.domain_hint : undefined }),
    account: (_ctx, { claims }) => ({ subjectId: claims.sub, rawProfile: claims, claims: b2cClaims(claims) }),
  });
}

/** Name and email of an account of Azure AD B2C. */
export function b2cClaims(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const emails = Array.isArray(raw.emails) ? raw.emails : [];
  const email = emails.findLast((one) => typeof one === "string" && one !== "") ?? raw["signInNames.emailAddress"];
  return { email, name: raw.name, given_name: raw.given_name, family_name: raw.family_name };
}
