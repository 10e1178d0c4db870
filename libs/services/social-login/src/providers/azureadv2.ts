import { openIdProvider } from "./open-id-provider.js";
import { pathKey } from "./place-keys.js";
import type { Provider, ProviderParts } from "./provider.js";

const PROMPTS: readonly string[] = ["login", "consent", "select_account"];

/** Azure AD v2 (Entra ID). `iss` names the person's own tenant, so it is not looked at; `oid` is the same in every application, `sub` is not. */
export function azureadv2(parts: ProviderParts): Provider {
  const { discovery } = parts.addresses.azureadv2;
  return openIdProvider(parts, {
    type: "azureadv2",
    scope: "openid profile email",
    discoveryUrl: (settings) => discovery.replaceAll("{tenant}", pathKey(settings, "tenant")),
    providerKeys: ({ keys }) => ({ tenant: keys.tenant }),
    prompt: (asked) => asked.find((one) => PROMPTS.includes(one)),
    formPost: true,
    account: (_ctx, { claims }) => ({ subjectId: claims.oid, rawProfile: claims, claims }),
  });
}
