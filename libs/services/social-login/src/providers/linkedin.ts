import { oauthProtocolError } from "@gatehouse/domain-errors";
import { accessTokenOf } from "../protocol/authorization-code.js";
import { openIdProvider } from "./open-id-provider.js";
import type { Provider, ProviderParts } from "./provider.js";

/** LinkedIn: the ID token says who, the user info endpoint says what is known of them. */
export function linkedin(parts: ProviderParts): Provider {
  const { discovery } = parts.addresses.linkedin;
  return openIdProvider(parts, {
    type: "linkedin",
    scope: "openid profile email",
    discoveryUrl: () => discovery,
    providerKeys: ({ clientId }) => ({ client_id: clientId }),
    prompt: () => undefined,
    formPost: false,
    issuer: (issuer, found) => issuer !== "" && issuer === found.issuer,
    async account(ctx, { claims, discovery: found, tokens }) {
      if (found.userinfoEndpoint === undefined) throw oauthProtocolError("the discovery document has no valid userinfo_endpoint");
      const profile = await parts.http.object(ctx, { type: "linkedin", url: found.userinfoEndpoint, bearer: accessTokenOf(tokens) });
      if (profile.sub !== claims.sub) throw oauthProtocolError("sub of the user info is not that of the ID token"); // OpenID Connect Core 1.0 §5.3.2
      return { subjectId: claims.sub, rawProfile: profile, claims: profile };
    },
  });
}
