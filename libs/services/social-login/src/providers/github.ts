import { accessTokenOf, withParameters } from "../protocol/authorization-code.js";
import type { Provider, ProviderParts } from "./provider.js";

/** GitHub: OAuth alone, no `response_type`, no `grant_type`. Only the public address of the profile is read; people may keep it private. */
export function github({ addresses, http }: ProviderParts): Provider {
  const { authorization, token, user } = addresses.github;
  return {
    type: "github",
    hasEmail: true,
    hidesEmail: true,
    providerKeys: () => ({}),
    authorizationUrl: async (_ctx, { clientId }, { redirectUri, state }) =>
      withParameters(authorization, { client_id: clientId, redirect_uri: redirectUri, scope: "read:user user:email", state }),
    async account(ctx, { clientId, clientSecret }, { code, redirectUri }) {
      const form = { client_id: clientId, client_secret: clientSecret, code, redirect_uri: redirectUri };
      const bearer = accessTokenOf(await http.object(ctx, { type: "github", url: token, form }));
      const rawProfile = await http.object(ctx, { type: "github", url: user, bearer });
      return { subjectId: typeof rawProfile.id === "number" ? String(rawProfile.id) : rawProfile.id, rawProfile, claims: githubClaims(rawProfile) };
    },
  };
}

/** Standard claims of a GitHub profile; the login stands for the name. */
export function githubClaims({ email, login, avatar_url, html_url }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { email, name: login, given_name: login, picture: avatar_url, profile: html_url };
}
