import { OAuthError } from "@gatehouse/domain-oauth";
import { constantTimeEqual, sha256Base64Url } from "@gatehouse/platform-crypto";

const VERIFIER = /^[-._~A-Za-z0-9]{43,128}$/;

/** Checks a code verifier against the challenge of the request (RFC 7636 §4.6, S256 only). Throws `invalid_grant`. */
export function checkPkce(challenge: string | undefined, verifier: string | undefined, isPublic: boolean): void {
  if (!isPublic && !challenge && !verifier) return;
  const right = challenge && verifier && VERIFIER.test(verifier) && constantTimeEqual(sha256Base64Url(verifier), challenge);
  if (!right) throw new OAuthError("invalid_grant", "invalid authorization code");
}
