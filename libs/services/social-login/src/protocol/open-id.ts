import { createLocalJWKSet, errors, type JWTPayload, jwtVerify, type LocalJWKSet } from "jose";
import { invalidConfiguration, oauthProtocolError } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { DocumentCache } from "./document-cache.js";
import type { ProviderHttp } from "./provider-http.js";

const MINUTES = 60_000;
const MAX_AGE_MS = 5 * MINUTES;
/** A key set younger than this is not fetched again for the sake of an unknown key. */
const ROTATION_PAUSE_MS = 10_000;
const SKEW_SECONDS = 300;
/** What a provider may sign with: never `none`, never a shared secret. */
const ASYMMETRIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

/** What is needed of a discovery document (OpenID Connect Discovery 1.0 §3). */
export interface Discovery {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  jwksUri: string;
  userinfoEndpoint?: string;
  /** Asymmetric algorithms of ID tokens. */
  algorithms: readonly string[];
}

/** Who issued an ID token, and for whom. */
export interface IdTokenCheck {
  idToken: unknown;
  clientId: string;
  jwksUri: string;
  /** The issuer's, if it says; asymmetric ones otherwise. */
  algorithms?: readonly string[];
}

const isWebUrl = (value: unknown): value is string => typeof value === "string" && /^https?:\/\//i.test(value) && URL.canParse(value);

function readDiscovery(json: Record<string, unknown>): Discovery {
  const url = (name: string): string => {
    const value = json[name];
    if (!isWebUrl(value)) throw oauthProtocolError(`the discovery document has no valid ${name}`);
    return value;
  };
  const { issuer, userinfo_endpoint, id_token_signing_alg_values_supported: listed } = json;
  return {
    issuer: typeof issuer === "string" ? issuer : "",
    authorizationEndpoint: url("authorization_endpoint"),
    tokenEndpoint: url("token_endpoint"),
    jwksUri: url("jwks_uri"),
    ...(isWebUrl(userinfo_endpoint) ? { userinfoEndpoint: userinfo_endpoint } : {}),
    algorithms: Array.isArray(listed) ? ASYMMETRIC.filter((alg) => listed.includes(alg)) : ASYMMETRIC,
  };
}

/** Discovery documents, key sets and ID tokens of OpenID providers. Documents are kept for five minutes. */
export class OpenId {
  private readonly discoveries = new DocumentCache<Discovery>();
  private readonly keySets = new DocumentCache<LocalJWKSet>();

  constructor(private readonly http: ProviderHttp) {}

  /** The discovery document at a URL. Throws InvalidConfiguration when it does not exist, OAuthProtocolError when it cannot be read. */
  discovery(ctx: ProjectContext, url: string): Promise<Discovery> {
    const load = async () => {
      const { status, json, size } = await this.http.send(ctx, { url });
      if (status === 404) throw invalidConfiguration("the provider's discovery document does not exist");
      if (status !== 200 || !json) throw oauthProtocolError("the provider's discovery document cannot be read");
      return { value: readDiscovery(json), size };
    };
    return this.discoveries.get(ctx, { url, maxAgeMs: MAX_AGE_MS, load });
  }

  /**
   * Claims of an ID token whose signature, audience and times are right (OpenID Connect Core 1.0 §3.1.3.7; five minutes of skew). The issuer is left to the caller.
   * An unknown key makes the key set be fetched once more: the provider may have rotated. Throws OAuthProtocolError.
   */
  async verify(ctx: ProjectContext, check: IdTokenCheck): Promise<JWTPayload> {
    const keys = await this.keySet(ctx, check.jwksUri, MAX_AGE_MS);
    const first = await this.attempt(ctx, check, keys);
    if (!(first instanceof errors.JWKSNoMatchingKey)) return accepted(first);
    const fresh = await this.keySet(ctx, check.jwksUri, ROTATION_PAUSE_MS);
    return accepted(fresh === keys ? first : await this.attempt(ctx, check, fresh));
  }

  private async attempt(ctx: ProjectContext, { idToken, clientId, algorithms = ASYMMETRIC }: IdTokenCheck, keys: LocalJWKSet): Promise<JWTPayload | Error> {
    if (typeof idToken !== "string") return new errors.JWTInvalid("there is none");
    const now = ctx.now();
    const options = { algorithms: [...algorithms], audience: clientId, clockTolerance: SKEW_SECONDS, currentDate: now, requiredClaims: ["exp", "iat"] };
    try {
      const { payload } = await jwtVerify(idToken, keys, options);
      if ((payload.iat ?? 0) > now.getTime() / 1000 + SKEW_SECONDS) return new errors.JWTInvalid("it was issued in the future");
      return payload;
    } catch (error) {
      return error as Error;
    }
  }

  private keySet(ctx: ProjectContext, url: string, maxAgeMs: number): Promise<LocalJWKSet> {
    const load = async () => {
      const { status, json, size } = await this.http.send(ctx, { url });
      if (status !== 200 || !json) throw oauthProtocolError("the provider's key set cannot be read");
      try {
        return { value: createLocalJWKSet(json as never), size };
      } catch {
        throw oauthProtocolError("the provider's key set is malformed");
      }
    };
    return this.keySets.get(ctx, { url, maxAgeMs, load });
  }
}

function accepted(outcome: JWTPayload | Error): JWTPayload {
  if (!(outcome instanceof Error)) return outcome;
  throw oauthProtocolError(`invalid ID token: ${outcome instanceof errors.JOSEError ? outcome.message : "its key cannot be used"}`);
}
