import { importPKCS8, SignJWT } from "jose";
import { invalidConfiguration, oauthProtocolError } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { codeParameters, exchangeCode, withParameters } from "../protocol/authorization-code.js";
import { textKey } from "./place-keys.js";
import type { Provider, ProviderParts, ProviderSettings } from "./provider.js";

const SECRET_SECONDS = 300;

/** Sign in with Apple. The client secret is a JWT; the name comes once, at the first consent, through the browser. */
export function apple({ addresses, http, openId }: ProviderParts): Provider {
  const { authorization, token, keys, issuer } = addresses.apple;
  return {
    type: "apple",
    hasEmail: true,
    hidesEmail: false,
    providerKeys: (settings) => ({ team_id: settings.keys.team_id }),
    authorizationUrl: async (_ctx, settings, input) => withParameters(authorization, { ...codeParameters(settings, input, "name email"), response_mode: input.responseMode }),
    async account(ctx, settings, callback) {
      const name = firstConsentName(callback.params.get("user"));
      const clientSecret = await appleClientSecret(ctx, settings, issuer);
      const tokens = await exchangeCode(ctx, http, { settings, callback, endpoint: token, clientSecret });
      const claims = await openId.verify(ctx, { idToken: tokens.id_token, clientId: settings.clientId, jwksUri: keys });
      if (!claims.iss?.includes(issuer)) throw oauthProtocolError("iss is not the provider's");
      const rawProfile = { ...claims, ...name };
      return { subjectId: claims.sub, rawProfile, claims: { ...rawProfile, given_name: rawProfile.given_name || claims.name } };
    },
  };
}

/** Apple's client secret: an ES256 JWT of five minutes, signed with the P8 key. Throws InvalidConfiguration when the key cannot be used. */
async function appleClientSecret(ctx: ProjectContext, settings: ProviderSettings, audience: string): Promise<string> {
  const now = Math.floor(ctx.now().getTime() / 1000);
  try {
    const key = await importPKCS8(settings.clientSecret, "ES256");
    return await new SignJWT({ iss: textKey(settings, "team_id"), sub: settings.clientId, aud: audience, iat: now, exp: now + SECRET_SECONDS })
      .setProtectedHeader({ alg: "ES256", kid: textKey(settings, "key_id") })
      .sign(key);
  } catch {
    throw invalidConfiguration("the private key of the provider of type apple cannot be used");
  }
}

/** The name in the form field `user` of a first consent. Its email is not proven and left aside. Throws OAuthProtocolError when the field does not parse. */
export function firstConsentName(field: string | null): { given_name?: string; family_name?: string } {
  if (!field) return {};
  const name = parseName(field);
  const part = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const [given, family] = [part(name.firstName), part(name.lastName)];
  return { ...(given === undefined ? {} : { given_name: given }), ...(family === undefined ? {} : { family_name: family }) };
}

function parseName(field: string): Record<string, unknown> {
  try {
    const { name } = JSON.parse(field) as { name?: Record<string, unknown> };
    return name ?? {};
  } catch {
    throw oauthProtocolError("the field `user` is not valid");
  }
}
