import type { JWTPayload } from "jose";
import { oauthProtocolError } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { codeParameters, exchangeCode, withParameters } from "../protocol/authorization-code.js";
import type { Discovery } from "../protocol/open-id.js";
import type { Provider, ProviderAccount, ProviderParts, ProviderSettings } from "./provider.js";

/** What a verified login gave. */
export interface OpenIdLogin {
  /** Of the ID token. */
  claims: JWTPayload;
  discovery: Discovery;
  /** The answer of the token endpoint. */
  tokens: Readonly<Record<string, unknown>>;
}

/** How one OpenID provider differs from another. */
export interface OpenIdTraits {
  type: string;
  scope: string;
  discoveryUrl(settings: ProviderSettings): string;
  providerKeys(settings: ProviderSettings): Record<string, unknown>;
  /** `prompt` of the URL out of what the client asked for. */
  prompt(asked: readonly string[]): string | undefined;
  /** Whether the provider can answer by a form. */
  formPost: boolean;
  /** Whether `iss` is right; absent: it is not looked at. */
  issuer?(issuer: string, discovery: Discovery): boolean;
  /** More parameters of the URL. */
  extra?(settings: ProviderSettings): Record<string, string | undefined>;
  account(ctx: ProjectContext, login: OpenIdLogin): ProviderAccount | Promise<ProviderAccount>;
}

/** A provider that has a discovery document and gives ID tokens. */
export function openIdProvider({ http, openId }: ProviderParts, traits: OpenIdTraits): Provider {
  return {
    type: traits.type,
    hasEmail: true,
    hidesEmail: false,
    providerKeys: traits.providerKeys,
    async authorizationUrl(ctx, settings, input) {
      const { authorizationEndpoint } = await openId.discovery(ctx, traits.discoveryUrl(settings));
      return withParameters(authorizationEndpoint, {
        ...codeParameters(settings, input, traits.scope),
        response_mode: traits.formPost ? input.responseMode : undefined,
        prompt: traits.prompt(input.prompt),
        ...traits.extra?.(settings),
      });
    },
    async account(ctx, settings, callback) {
      const discovery = await openId.discovery(ctx, traits.discoveryUrl(settings));
      const tokens = await exchangeCode(ctx, http, { settings, callback, endpoint: discovery.tokenEndpoint });
      const { jwksUri, algorithms } = discovery;
      const claims = await openId.verify(ctx, { idToken: tokens.id_token, clientId: settings.clientId, jwksUri, algorithms });
      if (traits.issuer && !traits.issuer(claims.iss ?? "", discovery)) throw oauthProtocolError("iss is not the provider's");
      return traits.account(ctx, { claims, discovery, tokens });
    },
  };
}
