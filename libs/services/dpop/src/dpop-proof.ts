import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, errors, type JWK, type JWTPayload, jwtVerify } from "jose";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { constantTimeEqual } from "@gatehouse/platform-crypto";

const ALGORITHMS = ["ES256", "RS256"];
const MAX_JTI = 43;
const MAX_PROOF = 8192;
const SKEW_SECONDS = 300;

/** What the `DPoP` header of a request says: nothing, whose key it proves (RFC 7638 thumbprint), or why it proves nothing. */
export type DpopReading = { kind: "absent" } | { kind: "proven"; jkt: string } | { kind: "bad"; error: OAuthError };

const bad = (description: string): DpopReading => ({ kind: "bad", error: new OAuthError("invalid_dpop_proof", description) });

/**
 * Reads a proof. `method` and `path` are the request's; the origin is the project's. Whoever needs the proof decides what a bad one means.
 * Throws `invalid_request` for several headers, which no request may have (spec: oauth-oidc §15).
 */
export async function readDpopProof(ctx: ProjectContext, { headers, method, path }: { headers: readonly string[]; method: string; path: string }): Promise<DpopReading> {
  const [proof, second] = headers;
  if (proof === undefined) return { kind: "absent" };
  if (second !== undefined) throw new OAuthError("invalid_request", "multiple DPoP headers are not allowed");
  if (proof.length > MAX_PROOF) return bad("malformed DPoP jwt");
  const header = headerOf(proof);
  if (!header) return bad("malformed DPoP jwt");
  if (header.typ !== "dpop+jwt") return bad("invalid DPoP jwt typ");
  if (!ALGORITHMS.includes(header.alg ?? "")) return bad("unsupported alg in DPoP jwt");
  const jkt = await thumbprint(header.jwk);
  if (!jkt) return bad("invalid DPoP jwk");
  const payload = await verified(ctx, proof);
  if (typeof payload === "string") return bad(payload);
  const wrong = claimProblem(ctx, payload, { method, path });
  return wrong ? bad(wrong) : { kind: "proven", jkt };
}

function headerOf(proof: string): { typ?: unknown; alg?: string; jwk?: unknown } | undefined {
  try {
    return decodeProtectedHeader(proof);
  } catch {
    return undefined;
  }
}

/** Undefined for keys that are not public, or not of the two algorithms. */
async function thumbprint(jwk: unknown): Promise<string | undefined> {
  if (typeof jwk !== "object" || jwk === null || "d" in jwk || "k" in jwk) return undefined;
  return calculateJwkThumbprint(jwk as JWK, "sha256").catch(() => undefined);
}

async function verified(ctx: ProjectContext, proof: string): Promise<JWTPayload | string> {
  try {
    // Some clients add `exp` and `nbf`, which nobody asks for: they count with the same leeway as `iat`.
    const { payload } = await jwtVerify(proof, EmbeddedJWK, { algorithms: ALGORITHMS, currentDate: ctx.now(), clockTolerance: SKEW_SECONDS });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return "DPoP proof expired";
    if (error instanceof errors.JWSSignatureVerificationFailed) return "invalid DPoP jwt signature";
    if (error instanceof errors.JWTClaimValidationFailed) return "invalid DPoP jwt payload";
    return error instanceof errors.JWSInvalid && error.message.includes("jwk") ? "invalid DPoP jwk" : "invalid DPoP jwt";
  }
}

function claimProblem(ctx: ProjectContext, { jti, htm, htu, iat }: JWTPayload, { method, path }: { method: string; path: string }): string | undefined {
  if (typeof jti !== "string" || jti.length === 0 || jti.length > MAX_JTI || typeof htm !== "string" || typeof htu !== "string" || typeof iat !== "number")
    return "invalid DPoP jwt payload";
  if (Math.abs(ctx.now().getTime() / 1000 - iat) > SKEW_SECONDS) return "DPoP proof expired";
  if (htm.toUpperCase() !== method.toUpperCase()) return "htm in the DPoP proof does not match request method";
  if (!URL.canParse(htu)) return "htu in the DPoP proof is not a valid URI";
  const asked = new URL(path, ctx.project.config.http.public_origin);
  const named = new URL(htu);
  return named.origin === asked.origin && named.pathname === asked.pathname ? undefined : "htu in the DPoP proof does not match request uri";
}

const MISMATCH = "Invalid DPoP key binding";

/**
 * Checks that a request may use an object bound to a key. Throws `invalid_dpop_proof` when the proof is missing or of another key, and for a bad proof even if
 * nothing is bound. A client with `x_dpop_disabled` passes, with a line in the log.
 */
export function checkDpopBinding(ctx: ProjectContext, client: OAuthClientConfig, { reading, jkt }: { reading: DpopReading; jkt: string | null }): void {
  const sound = reading.kind === "bad" ? false : jkt === null || (reading.kind === "proven" && constantTimeEqual(reading.jkt, jkt));
  if (sound) return;
  if (!client.x_dpop_disabled) throw new OAuthError("invalid_dpop_proof", MISMATCH);
  ctx.log.warn({ clientId: client.client_id }, "a DPoP check failed and is disabled");
}

/** The key to bind to: null without a proof. Throws the specific cause for a bad one, unless the client has `x_dpop_disabled`. */
export function requireSoundProof(ctx: ProjectContext, client: OAuthClientConfig, reading: DpopReading): string | null {
  if (reading.kind === "bad") {
    if (!client.x_dpop_disabled) throw reading.error;
    ctx.log.warn({ clientId: client.client_id }, "a DPoP check failed and is disabled");
  }
  return reading.kind === "proven" ? reading.jkt : null;
}
