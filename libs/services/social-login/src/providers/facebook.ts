import { hmacSha256Hex } from "@gatehouse/platform-crypto";
import { accessTokenOf, codeParameters, exchangeCode, withParameters } from "../protocol/authorization-code.js";
import type { Provider, ProviderParts } from "./provider.js";

const FIELDS = "id,email,first_name,last_name,middle_name,name,name_format,picture,short_name";

/** Facebook. Account ids differ from app to app. `appsecret_proof` shows that the token's user is the app itself. */
export function facebook({ addresses, http }: ProviderParts): Provider {
  const { authorization, token, user } = addresses.facebook;
  return {
    type: "facebook",
    hasEmail: true,
    hidesEmail: false,
    providerKeys: ({ clientId }) => ({ client_id: clientId }),
    authorizationUrl: async (_ctx, settings, input) => withParameters(authorization, codeParameters(settings, input, "email public_profile")),
    async account(ctx, settings, callback) {
      const bearer = accessTokenOf(await exchangeCode(ctx, http, { settings, callback, endpoint: token }));
      const url = withParameters(user, { fields: FIELDS, appsecret_proof: hmacSha256Hex(settings.clientSecret, bearer) });
      const rawProfile = await http.object(ctx, { type: "facebook", url, bearer });
      return { subjectId: rawProfile.id, rawProfile, claims: facebookClaims(rawProfile) };
    },
  };
}

/** Standard claims of a Facebook profile. */
export function facebookClaims(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { email, name, first_name, last_name, short_name } = raw;
  const picture = (raw.picture as { data?: { url?: unknown } } | null | undefined)?.data?.url;
  return { email, name, given_name: first_name, family_name: last_name, nickname: short_name, picture };
}
