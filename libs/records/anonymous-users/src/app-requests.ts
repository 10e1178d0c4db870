import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isStorableDeviceInfo } from "@gatehouse/domain-session";
import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, importJWK, type JWK } from "jose";
import { type ChallengePurpose, Challenges } from "./challenges.js";

/** Public key of a device, as a JWK with its `kid`; nothing else of it is kept. */
export type DeviceKey = Record<string, unknown> & { kid: string };

/** A JWT of an app's key, read but not verified. */
export interface AppRequest {
  purpose: ChallengePurpose;
  jwt: string;
  /** Which key it claims to be signed by. */
  kid: string;
  /** The key itself, where the JWT brings it. */
  key?: DeviceKey;
  /** What it asks for. */
  action: string;
}

/** What a verified JWT says beside its action. */
export interface AppRequestClaims {
  challenge: string;
  deviceInfo?: Record<string, unknown>;
}

/** What is wrong with a JWT. */
export type AppRequestFault = "payload" | "challenge" | "signature";

/** A JWT that proves nothing. */
export class AppRequestError extends Error {
  constructor(readonly fault: AppRequestFault) {
    super(`invalid app request: ${fault}`);
    this.name = "AppRequestError";
  }
}

const TYPES: Readonly<Record<ChallengePurpose, string>> = {
  anonymous_request: "vnd.authgear.anonymous-request",
  biometric_request: "vnd.authgear.biometric-request",
  app2app_request: "vnd.authgear.app2app-request",
};
const KID = /^[-\w]{8,64}$/;
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
/** The members of public keys; private ones are refused (RFC 7518 §6, RFC 8037 §2). */
const MEMBERS: Readonly<Record<string, readonly string[]>> = { RSA: ["n", "e"], EC: ["crv", "x", "y"], OKP: ["crv", "x"] };
const MAX_JWT = 16_384;
const MAX_CHALLENGE = 128;
const MAX_ACTION = 64;
const SKEW_SECONDS = 300;

/** JWTs that apps sign with keys of their device: anonymous users, biometric login, app2app (spec: oauth-oidc §13, §14). */
@Injectable()
export class AppRequests {
  constructor(private readonly challenges: Challenges) {}

  /** Reads a JWT of a purpose. Throws AppRequestError (`payload`) when it is malformed, of another purpose, or its key is none. */
  read(jwt: string, purpose: ChallengePurpose): AppRequest {
    const header = jwt.length > MAX_JWT ? undefined : headerOf(jwt);
    if (header?.typ !== TYPES[purpose] || !ALGORITHMS.includes(header.alg ?? "")) throw new AppRequestError("payload");
    const jwk = header.jwk as Record<string, unknown> | undefined;
    const kid = jwk?.kid ?? header.kid;
    if (typeof kid !== "string" || !KID.test(kid) || (header.kid !== undefined && header.kid !== kid)) throw new AppRequestError("payload");
    const key = jwk === undefined ? undefined : publicKey(jwk, kid);
    return { purpose, jwt, kid, action: claimedAction(jwt), ...(key ? { key } : {}) };
  }

  /** Verifies a JWT by a key, and that its challenge is good; the challenge stays so. Throws AppRequestError. */
  async verify(ctx: ProjectContext, request: AppRequest, key: Record<string, unknown>): Promise<AppRequestClaims> {
    const claims = await this.claims(ctx, request, key);
    if (!(await this.challenges.isGood(ctx, claims.challenge, request.purpose))) throw new AppRequestError("challenge");
    return claims;
  }

  /** Verifies a JWT by a key and, when all else is right, takes its challenge: it is good once. Throws AppRequestError. */
  async consume(ctx: ProjectContext, request: AppRequest, key: Record<string, unknown>): Promise<AppRequestClaims> {
    const claims = await this.claims(ctx, request, key);
    if (!(await this.challenges.consume(ctx, claims.challenge, request.purpose))) throw new AppRequestError("challenge");
    return claims;
  }

  private async claims(ctx: ProjectContext, { jwt }: AppRequest, key: Record<string, unknown>): Promise<AppRequestClaims> {
    const now = ctx.now().getTime() / 1000;
    const payload = await verified(jwt, key);
    const { challenge, device_info: deviceInfo, iat, exp } = payload;
    const times = typeof iat === "number" && typeof exp === "number" && iat <= now + SKEW_SECONDS && exp >= now - SKEW_SECONDS;
    if (!times || typeof challenge !== "string" || challenge === "" || challenge.length > MAX_CHALLENGE) throw new AppRequestError("payload");
    return { challenge, ...(isObject(deviceInfo) && isStorableDeviceInfo(deviceInfo) ? { deviceInfo } : {}) };
  }
}

/** Whether two keys are the same (RFC 7638). */
export async function isSameKey(one: Record<string, unknown>, other: Record<string, unknown>): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((key) => calculateJwkThumbprint(key as unknown as JWK, "sha256")));
  return first === second;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function headerOf(jwt: string): { typ?: unknown; alg?: string; kid?: unknown; jwk?: unknown } | undefined {
  try {
    const header = decodeProtectedHeader(jwt);
    return header.jwk === undefined || isObject(header.jwk) ? header : undefined;
  } catch {
    return undefined;
  }
}

function claimedAction(jwt: string): string {
  const payload = parsed(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8"));
  if (!payload) throw new AppRequestError("payload");
  return typeof payload.action === "string" ? payload.action.slice(0, MAX_ACTION) : "";
}

function publicKey(jwk: Record<string, unknown>, kid: string): DeviceKey {
  const names = typeof jwk.kty === "string" && Object.hasOwn(MEMBERS, jwk.kty) ? MEMBERS[jwk.kty] : undefined;
  if (!names || "d" in jwk || names.some((name) => typeof jwk[name] !== "string")) throw new AppRequestError("payload");
  return { kty: jwk.kty, ...Object.fromEntries(names.map((name) => [name, jwk[name]])), kid };
}

/** The payload of a JWT that the key has signed; its times are judged by our own clock and rules. */
async function verified(jwt: string, key: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { alg } = decodeProtectedHeader(jwt);
  const bytes = await importJWK(key as unknown as JWK, alg)
    .then((verifier) => compactVerify(jwt, verifier, { algorithms: ALGORITHMS }))
    .then(({ payload }) => payload)
    .catch(() => undefined);
  if (!bytes) throw new AppRequestError("signature");
  const payload = parsed(new TextDecoder().decode(bytes));
  if (!payload) throw new AppRequestError("payload");
  return payload;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
