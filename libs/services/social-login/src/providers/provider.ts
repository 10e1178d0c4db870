import type { ProjectConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OpenId } from "../protocol/open-id.js";
import type { ProviderHttp } from "../protocol/provider-http.js";
import type { ProviderAddresses } from "../provider-endpoints.js";

/** A provider of `identity.oauth.providers`; an open object. */
export type ProviderConfig = NonNullable<ProjectConfig["identity"]["oauth"]["providers"]>[number];

/** A provider of the project with the credentials to be used. */
export interface ProviderSettings {
  alias: string;
  type: string;
  clientId: string;
  clientSecret: string;
  /** Keys of the type: of the project's provider, or of the demo credentials. */
  keys: Readonly<Record<string, unknown>>;
  /** The project's provider: its switches hold whatever the credentials. */
  own: ProviderConfig;
}

/** What an authorization URL is made for. */
export interface AuthorizationInput {
  redirectUri: string;
  state?: string;
  responseMode?: "form_post" | "query";
  /** As the client of the project asked; each provider takes what it knows. */
  prompt: readonly string[];
}

/** A callback that carries a code. */
export interface CallbackInput {
  redirectUri: string;
  code: string;
  /** All parameters of the callback. They come from the browser: nothing in them is proven. */
  params: URLSearchParams;
}

/** An account as the provider describes it. */
export interface ProviderAccount {
  /** Any value: it is checked later. */
  subjectId: unknown;
  rawProfile: Record<string, unknown>;
  /** By the names of standard claims, not yet checked or normalised. */
  claims: Record<string, unknown>;
}

/** One type of provider. Each has one file; all pass one contract suite. */
export interface Provider {
  readonly type: string;
  /** WeChat knows no addresses: a required email has no effect there. */
  readonly hasEmail: boolean;
  /** Its users may hide their address; the error of a missing one then names the type. */
  readonly hidesEmail: boolean;
  /** What tells two providers of the type apart (spec: providers §A.3). */
  providerKeys(settings: ProviderSettings): Record<string, unknown>;
  /** Throws OAuthProtocolError or InvalidConfiguration when the provider's metadata cannot be had. */
  authorizationUrl(ctx: ProjectContext, settings: ProviderSettings, input: AuthorizationInput): Promise<string>;
  /** Exchanges the code and reads the account. Throws OAuthError, OAuthProtocolError or InvalidConfiguration. */
  account(ctx: ProjectContext, settings: ProviderSettings, input: CallbackInput): Promise<ProviderAccount>;
}

/** What providers are made with. */
export interface ProviderParts {
  addresses: ProviderAddresses;
  http: ProviderHttp;
  openId: OpenId;
}
