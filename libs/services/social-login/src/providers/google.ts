import { openIdProvider } from "./open-id-provider.js";
import type { Provider, ProviderParts } from "./provider.js";

const PROMPTS: readonly string[] = ["consent", "select_account"];

/** Google. Without a prompt it would take the only account it knows in silence, so the choice is asked for. */
export function google(parts: ProviderParts): Provider {
  const { discovery, issuers } = parts.addresses.google;
  return openIdProvider(parts, {
    type: "google",
    scope: "openid profile email",
    discoveryUrl: () => discovery,
    providerKeys: () => ({}),
    prompt: (asked) => PROMPTS.filter((one) => asked.includes(one)).join(" ") || "select_account",
    formPost: true,
    issuer: (issuer) => issuers.includes(issuer),
    account: (_ctx, { claims }) => ({ subjectId: claims.sub, rawProfile: claims, claims }),
  });
}
