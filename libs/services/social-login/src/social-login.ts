import { Injectable, type OnApplicationShutdown, Optional, type Type } from "@nestjs/common";
import { oauthProviderNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient } from "@gatehouse/platform-outbound";
import { readCallback } from "./protocol/authorization-code.js";
import { OpenId } from "./protocol/open-id.js";
import { ProviderHttp } from "./protocol/provider-http.js";
import { ProviderEndpoints } from "./provider-endpoints.js";
import { offeredProviders, providerSettings, settingsOfKeys, type SocialProvider, socialProvider } from "./provider-settings.js";
import type { Provider, ProviderSettings } from "./providers/provider.js";
import { providerMap } from "./providers/provider-map.js";
import { socialAccountKey, type SocialProfile, socialProfile } from "./social-profile.js";

/** Bytes of a provider's answer. */
const MAX_ANSWER = 262_144;

/** What an authorization URL is asked for. */
export interface AuthorizationUrlInput {
  alias: string;
  redirectUri: string;
  /** Left out of the URL when undefined. */
  state?: string;
  responseMode?: "form_post" | "query";
  /** `prompt` of the client's authorization request. */
  prompt?: readonly string[];
}

/** A callback of a provider. */
export interface ProfileInput {
  alias: string;
  /** The one of the authorization URL. */
  redirectUri: string;
  /** Raw query, or form body of a `form_post`; a leading `?` is tolerated. */
  query: string;
}

/** The project as a relying party of social login providers (spec: providers §A). State, nonce and PKCE are not its matter: callers keep the state. */
@Injectable()
export class SocialLogin implements OnApplicationShutdown {
  private readonly outbound: OutboundClient;
  private readonly types: ReadonlyMap<string, Provider>;

  constructor(env: EnvConfig, @Optional() endpoints?: ProviderEndpoints) {
    const { addresses } = endpoints ?? new ProviderEndpoints();
    this.outbound = new OutboundClient({ allowLoopback: env.devMode, maxResponseBytes: MAX_ANSWER });
    const http = new ProviderHttp(this.outbound);
    this.types = providerMap({ addresses, http, openId: new OpenId(http) });
  }

  /** Providers that may be offered, in configuration order; types that the plan disables are left out. */
  providers(ctx: ProjectContext): SocialProvider[] {
    return offeredProviders(ctx).map((own) => socialProvider(ctx, own));
  }

  /**
   * Where to send the browser. Throws OAuthProviderNotFound, OAuthProviderMissingCredentials, InvalidConfiguration,
   * and OAuthProtocolError when the provider's metadata cannot be read.
   */
  async authorizationUrl(ctx: ProjectContext, { alias, prompt = [], ...input }: AuthorizationUrlInput): Promise<string> {
    const settings = providerSettings(ctx, alias);
    return this.typeOf(settings).authorizationUrl(ctx, settings, { ...input, prompt });
  }

  /**
   * The account that a callback stands for; the code is used up. Throws OAuthError, OAuthProtocolError, InvalidConfiguration, StandardAttributesEmailRequired,
   * OAuthProviderNotFound, OAuthProviderMissingCredentials, and a plain error (500) for an email or phone number that does not parse.
   */
  async profile(ctx: ProjectContext, { alias, redirectUri, query }: ProfileInput): Promise<SocialProfile> {
    const settings = providerSettings(ctx, alias);
    const provider = this.typeOf(settings);
    const account = await provider.account(ctx, settings, { redirectUri, ...readCallback(settings.type, query) });
    return socialProfile(ctx, settings, { provider, account });
  }

  /** The unique key of a provider's account, whether the provider is offered now or not; undefined for an alias that the project does not have. */
  accountKey(ctx: ProjectContext, { alias, subjectId }: { alias: string; subjectId: string }): string | undefined {
    const settings = settingsOfKeys(ctx, alias);
    return settings && socialAccountKey({ type: settings.type, keys: this.typeOf(settings).providerKeys(settings), subjectId });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  private typeOf({ type }: ProviderSettings): Provider {
    const provider = this.types.get(type);
    if (!provider) throw oauthProviderNotFound();
    return provider;
  }
}

/** What a module lists to have social login. Other addresses than the real ones: give `ProviderEndpoints` in a global module. */
export const SOCIAL_LOGIN_PROVIDERS: readonly Type[] = [SocialLogin];
