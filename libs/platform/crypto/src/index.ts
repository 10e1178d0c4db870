export { canonicalJson } from "./canonical-json.js";
export { constantTimeEqual, hmacSha256, hmacSha256Hex, sha256Base64Url, sha256Hex } from "./digests.js";
export {
  generateOctJwk,
  generateRsaJwk,
  generateSigningJwk,
  type KeyJwk,
  octKeyBytes,
  publicJwk,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  signatureAlgorithm,
  signingKey,
  verificationKey,
} from "./json-web-keys.js";
export { signJwt, verifyJwt } from "./jwts.js";
export { PasswordHasher, type PasswordHasherOptions } from "./password-hasher.js";
export { type FirebaseParameters, type ForeignHashType, foreignHashTypes, readForeignHash } from "./foreign-hashes.js";
