import { validationFailed } from "@gatehouse/domain-errors";

const LONGEST = 100;
const HTTPS = /^https:\/\/[^/?#@\s\\]+(?:\/[^?#\s\\]*)?$/;
/** Control characters, and halves of surrogate pairs. */
const UNWRITTEN = /[\p{Cc}\p{Cs}]/u;
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/;
/** Scopes with a meaning of their own; those under `https://authgear.com` are refused by their beginning. */
const BUILT_IN: readonly string[] = ["openid", "profile", "email", "phone", "address", "offline_access", "device_sso"];

function refuse(kind: string, details: Record<string, unknown>): never {
  throw validationFailed([{ location: "", kind, details }]);
}

function checkLength(text: string): void {
  const actual = [...text].length;
  if (actual < 1) refuse("minLength", { expected: 1, actual });
  if (actual > LONGEST) refuse("maxLength", { expected: LONGEST, actual });
}

/** The URI of a resource: https, a host, nothing but a path after it, no control characters, 1 to 100 characters. Throws ValidationFailed. */
export function checkResourceUri(uri: string): void {
  checkLength(uri);
  if (!HTTPS.test(uri) || UNWRITTEN.test(uri) || !URL.canParse(uri)) refuse("format", { format: "x_resource_uri" });
}

/** The name of a scope: 1 to 100 characters of a scope token (RFC 6749 §3.3), and none of the built-in ones. Throws ValidationFailed. */
export function checkScopeName(scope: string): void {
  checkLength(scope);
  if (!SCOPE.test(scope) || BUILT_IN.includes(scope) || scope.startsWith("https://authgear.com")) refuse("format", { format: "x_resource_scope" });
}
