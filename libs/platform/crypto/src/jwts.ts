import { sign } from "node:crypto";
import { promisify } from "node:util";
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from "jose";
import { type KeyJwk, signatureAlgorithm, signingKey, verificationKey } from "./json-web-keys.js";

const signAsync = promisify(sign);
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Digests of the algorithms that native crypto signs with off the event loop; Ed25519 has its own (RFC 7518 §3.1, RFC 8037 §3.1). */
const NATIVE_DIGESTS: Readonly<Record<string, string | null>> = { RS256: "sha256", ES256: "sha256", ES384: "sha384", ES512: "sha512", EdDSA: null };

/** What takes less than handing it to another thread does. */
const QUICK: ReadonlySet<string> = new Set(["ES256", "EdDSA"]);

/**
 * A signed JWT (RFC 7519) with `kid` and the given `typ` in its header.
 * RSA PKCS #1, ECDSA and EdDSA sign with native crypto, those that take long off the event loop; other algorithms go through jose.
 */
export async function signJwt(jwk: KeyJwk, claims: Readonly<Record<string, unknown>>, typ = "JWT"): Promise<string> {
  const header = { alg: signatureAlgorithm(jwk), kid: jwk.kid, typ };
  const digest = NATIVE_DIGESTS[header.alg];
  if (digest === undefined) return new SignJWT(claims as JWTPayload).setProtectedHeader(header).sign(signingKey(jwk));
  const input = `${base64url(header)}.${base64url(claims)}`;
  const key = { key: signingKey(jwk), dsaEncoding: "ieee-p1363" as const };
  const signature = QUICK.has(header.alg) ? sign(digest, Buffer.from(input), key) : await signAsync(digest, Buffer.from(input), key);
  return `${input}.${signature.toString("base64url")}`;
}

/** Claims of a JWT that one of the keys signed, or undefined when the signature, the algorithm or a checked claim is wrong. Algorithm `none` never passes. */
export async function verifyJwt(keys: readonly KeyJwk[], token: string, options: JWTVerifyOptions = {}): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(
      token,
      (header) => {
        const candidates = keys.filter((key) => signatureAlgorithm(key) === header.alg);
        const key = header.kid === undefined ? candidates[0] : candidates.find(({ kid }) => kid === header.kid);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return verificationKey(key);
      },
      options,
    );
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}
