import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPair, type JsonWebKeyInput, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { promisify } from "node:util";

/** A JSON Web Key (RFC 7517) with a key id. */
export interface KeyJwk {
  kid: string;
  kty: string;
  [member: string]: unknown;
}

/** A new RSA 2048 key for RS256, as a private JWK with `created_at` in Unix seconds, as Authgear's secrets files hold it. */
export async function generateRsaJwk(): Promise<KeyJwk> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return { ...(privateKey.export({ format: "jwk" }) as object), kid: randomUUID(), kty: "RSA", alg: "RS256", use: "sig", created_at: Math.floor(Date.now() / 1000) };
}

/** Algorithms that a project may sign its tokens with. */
export const SIGNING_ALGORITHMS = ["RS256", "ES256", "EdDSA"] as const;
/** One of them. */
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** A new key for signing tokens: RSA 2048, P-256 or Ed25519 by the algorithm. */
export async function generateSigningJwk(algorithm: SigningAlgorithm): Promise<KeyJwk> {
  if (algorithm === "RS256") return generateRsaJwk();
  const { privateKey } = algorithm === "ES256" ? await promisify(generateKeyPair)("ec", { namedCurve: "P-256" }) : await promisify(generateKeyPair)("ed25519");
  const jwk = privateKey.export({ format: "jwk" }) as { kty: string };
  return { ...jwk, kid: randomUUID(), alg: algorithm, use: "sig", created_at: Math.floor(Date.now() / 1000) };
}

/** A new symmetric key of 32 bytes as a JWK; `k` is base64url. */
export function generateOctJwk(): KeyJwk {
  return { kid: randomUUID(), kty: "oct", k: randomBytes(32).toString("base64url"), created_at: Math.floor(Date.now() / 1000) };
}

/** Bytes of a symmetric JWK. Throws for other key types. */
export function octKeyBytes(jwk: { kty: string; k?: unknown }): Buffer {
  if (jwk.kty !== "oct" || typeof jwk.k !== "string") throw new Error("the key is not symmetric");
  return Buffer.from(jwk.k, "base64url");
}

/** The public half of a JWK: what a JWKS document may show. Symmetric keys have none. */
export function publicJwk(jwk: KeyJwk): KeyJwk | undefined {
  if (jwk.kty === "oct") return undefined;
  const key = verificationKey(jwk).export({ format: "jwk" });
  const alg = signatureAlgorithm(jwk);
  return { ...key, kid: jwk.kid, kty: jwk.kty, ...(alg ? { alg } : {}), use: typeof jwk.use === "string" ? jwk.use : "sig" };
}

const EC_ALGORITHMS: Readonly<Record<string, string>> = { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" };

/** The JWS algorithm of a key: its `alg`, else the usual one of its type. */
export function signatureAlgorithm(jwk: KeyJwk): string {
  if (typeof jwk.alg === "string") return jwk.alg;
  if (jwk.kty === "RSA") return "RS256";
  if (jwk.kty === "EC") return EC_ALGORITHMS[String(jwk.crv)] ?? "ES256";
  return jwk.kty === "oct" ? "HS256" : "EdDSA";
}

const imported = new WeakMap<object, { private?: KeyObject; public?: KeyObject }>();

/** The private (or symmetric) key object of a JWK; imported once for as long as the JWK object lives. */
export function signingKey(jwk: KeyJwk): KeyObject {
  const keys = imported.get(jwk) ?? {};
  keys.private ??= jwk.kty === "oct" ? createSecretKey(octKeyBytes(jwk)) : createPrivateKey({ key: jwk, format: "jwk" } as JsonWebKeyInput);
  imported.set(jwk, keys);
  return keys.private;
}

/** The public (or symmetric) key object of a JWK; imported once for as long as the JWK object lives. */
export function verificationKey(jwk: KeyJwk): KeyObject {
  const keys = imported.get(jwk) ?? {};
  keys.public ??= jwk.kty === "oct" ? createSecretKey(octKeyBytes(jwk)) : createPublicKey({ key: jwk, format: "jwk" } as JsonWebKeyInput);
  imported.set(jwk, keys);
  return keys.public;
}
