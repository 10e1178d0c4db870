import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { externalJwtFailedToFetchJwks, externalJwtInvalidJwt } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient } from "@gatehouse/platform-outbound";
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";

/** What another issuer says of somebody (spec: authentication flow §12). */
export interface ExternalIdentity {
  email?: string;
  phone_number?: string;
  preferred_username?: string;
  emailVerified: boolean;
  phoneNumberVerified: boolean;
  issuer: string;
}

interface Keys {
  set: ReturnType<typeof createLocalJWKSet>;
  /** Milliseconds of the process' clock. */
  fetchedAt: number;
}

const SKEW_SECONDS = 300;
const FETCH_TIMEOUT_MS = 5_000;
const KEYS_LIVE_MS = 5 * 60_000;
/** An unknown key id asks for fresh keys, at most this often. */
const REFETCH_AFTER_MS = 10_000;
/** Secrets that two parties share prove nothing here. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

/** JWTs of trusted issuers, by which people sign up with an address that was proven elsewhere. */
@Injectable()
export class ExternalJwt implements OnApplicationShutdown {
  private readonly outbound: OutboundClient;
  private readonly keys = new LRUCache<string, Keys>({ max: 500, ttl: KEYS_LIVE_MS });

  constructor(env: EnvConfig) {
    this.outbound = new OutboundClient({ allowLoopback: env.devMode, maxResponseBytes: 262_144 });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  /** What a JWT says. Throws `ExternalJWTInvalidJWT`, and `ExternalJWTFailedToFetchJWKs` when the issuer's keys cannot be had. */
  async verify(ctx: ProjectContext, jwt: string): Promise<ExternalIdentity> {
    const iss = issuerOf(jwt);
    const issuer = iss === undefined ? undefined : ctx.project.config.external_jwt.issuers?.find((one) => one.iss === iss);
    if (!issuer) throw externalJwtInvalidJwt();
    const options = { issuer: issuer.iss, ...(issuer.aud ? { audience: issuer.aud } : {}), algorithms: ALGORITHMS, clockTolerance: SKEW_SECONDS, currentDate: ctx.now() };
    const check = async (keys: Keys) => (await jwtVerify(jwt, keys.set, options)).payload;
    const known = await this.keysOf(issuer.jwks_uri, KEYS_LIVE_MS);
    try {
      return identityOf(issuer.iss, await check(known));
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw externalJwtInvalidJwt();
    }
    const fresh = await this.keysOf(issuer.jwks_uri, REFETCH_AFTER_MS);
    try {
      return identityOf(issuer.iss, await check(fresh));
    } catch {
      throw externalJwtInvalidJwt();
    }
  }

  /** The keys behind a URL, not older than `maxAgeMs`. */
  private async keysOf(url: string, maxAgeMs: number): Promise<Keys> {
    const known = this.keys.get(url);
    if (known && performance.now() - known.fetchedAt < maxAgeMs) return known;
    try {
      const { status, body } = await this.outbound.send({ method: "GET", url, headers: { accept: "application/json" }, timeoutMs: FETCH_TIMEOUT_MS });
      if (status !== 200) throw new Error(`status ${status}`);
      const keys = { set: createLocalJWKSet(JSON.parse(body.toString("utf8")) as JSONWebKeySet), fetchedAt: performance.now() };
      this.keys.set(url, keys);
      return keys;
    } catch {
      throw externalJwtFailedToFetchJwks();
    }
  }
}

function issuerOf(jwt: string): string | undefined {
  try {
    return decodeJwt(jwt).iss;
  } catch {
    return undefined;
  }
}

function identityOf(issuer: string, claims: JWTPayload): ExternalIdentity {
  const text = (name: string) => (typeof claims[name] === "string" && claims[name] !== "" ? { [name]: claims[name] } : {});
  return {
    ...text("email"),
    ...text("phone_number"),
    ...text("preferred_username"),
    emailVerified: claims.email_verified === true,
    phoneNumberVerified: claims.phone_number_verified === true,
    issuer,
  };
}
