import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { externalJwtInvalidJwt } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient } from "@gatehouse/platform-outbound";
import { decodeJwt, errors, type JWTPayload, jwtVerify, type JWTVerifyOptions, type LocalJWKSet } from "jose";
import { ASK_AGAIN_MS, KEYS_LIVE_MS, KeySets, MAX_KEY_SET } from "./key-sets.js";

/** What another issuer says of somebody (spec: authentication flow §12). */
export interface ExternalIdentity {
  email?: string;
  phone_number?: string;
  preferred_username?: string;
  /** The issuer has proven the address. */
  emailVerified: boolean;
  /** The issuer has proven the number. */
  phoneNumberVerified: boolean;
  issuer: string;
}

const SKEW_SECONDS = 300;
const MAX_JWT = 16_384;
/** Secrets that two parties share prove nothing here. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

/** JWTs of trusted issuers, by which people sign up with an address that was proven elsewhere. */
@Injectable()
export class ExternalJwt implements OnApplicationShutdown {
  private readonly outbound: OutboundClient;
  private readonly keySets: KeySets;

  constructor(env: EnvConfig) {
    this.outbound = new OutboundClient({ allowLoopback: env.devMode, maxResponseBytes: MAX_KEY_SET });
    this.keySets = new KeySets(this.outbound);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  /**
   * What a JWT of one of `external_jwt.issuers` says. Its keys come from the issuer's `jwks_uri` alone, never from the JWT.
   * Throws `ExternalJWTInvalidJWT`, and `ExternalJWTFailedToFetchJWKs` when the issuer's keys cannot be had.
   */
  async verify(ctx: ProjectContext, jwt: string): Promise<ExternalIdentity> {
    const iss = jwt.length > MAX_JWT ? undefined : issuerOf(jwt);
    const issuer = iss === undefined ? undefined : ctx.project.config.external_jwt.issuers?.find((one) => one.iss === iss);
    if (!issuer) throw externalJwtInvalidJwt();
    const options = { issuer: issuer.iss, ...(issuer.aud ? { audience: issuer.aud } : {}), algorithms: ALGORITHMS, clockTolerance: SKEW_SECONDS, currentDate: ctx.now() };
    const keysOf = (maxAgeMs: number) => this.keySets.get(ctx, { url: issuer.jwks_uri, maxAgeMs });
    const claims = (await claimsOf(jwt, await keysOf(KEYS_LIVE_MS), options)) ?? (await claimsOf(jwt, await keysOf(ASK_AGAIN_MS), options));
    if (!claims || (claims.iat ?? 0) > ctx.now().getTime() / 1000 + SKEW_SECONDS) throw externalJwtInvalidJwt();
    return identityOf(issuer.iss, claims);
  }
}

function issuerOf(jwt: string): string | undefined {
  try {
    return decodeJwt(jwt).iss;
  } catch {
    return undefined;
  }
}

/** The claims of a JWT; undefined when its key is none of these. Throws `ExternalJWTInvalidJWT`. */
async function claimsOf(jwt: string, keys: LocalJWKSet, options: JWTVerifyOptions): Promise<JWTPayload | undefined> {
  try {
    return (await jwtVerify(jwt, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    throw externalJwtInvalidJwt();
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
