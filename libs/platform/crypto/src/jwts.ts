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
  const key = signingKey(jwk);
  const signature = QUICK.has(header.alg) ? sign(digest, Buffer.from(input), key) : await signAsync(digest, Buffer.from(input), key);
  const bytes = COORDINATE_BYTES[header.alg];
  return `${input}.${(bytes ? joinedCoordinates(signature, bytes) : signature).toString("base64url")}`;
}

/** Bytes of each coordinate in a signature of ECDSA (RFC 7518 §3.4). */
const COORDINATE_BYTES: Readonly<Record<string, number>> = { ES256: 32, ES384: 48, ES512: 66 };

/**
 * R and S side by side (RFC 7518 §3.4), of the DER sequence that native crypto makes: asking it for them side by side takes twice as long as signing.
 * DER leaves zeros before a number out, and puts one where its first bit is set (X.690 §8.3).
 */
function joinedCoordinates(der: Buffer, bytes: number): Buffer {
  const joined = Buffer.alloc(bytes * 2);
  let at = (der[1] as number) < 0x80 ? 2 : 3;
  for (const end of [bytes, bytes * 2]) {
    const length = der[at + 1] as number;
    const number = der.subarray(at + 2, at + 2 + length);
    const digits = length > bytes ? number.subarray(length - bytes) : number;
    digits.copy(joined, end - digits.length);
    at += 2 + length;
  }
  return joined;
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
