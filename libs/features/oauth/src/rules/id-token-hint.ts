import { decodeSid, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { SessionKind } from "@gatehouse/domain-session";
import { type KeyJwk, verifyJwt } from "@gatehouse/platform-crypto";

/** Whom and which session an ID token names. */
export interface IdTokenHint {
  sub?: string;
  sid?: { kind: SessionKind; id: string };
  audiences: readonly string[];
  isExpired: boolean;
  /** SHA-256 of the device secret that was issued with it (`ds_hash`). */
  deviceSecretHash?: string;
}

/** Reads an ID token of this project, however old; undefined when it is not one. Its signature counts; expiry, issuer and audience do not (spec: oauth-oidc §4.4). */
export async function readIdToken(ctx: ProjectContext, token: string): Promise<IdTokenHint | undefined> {
  const keys = (ctx.project.secrets.oauth?.keys ?? []) as KeyJwk[];
  const claims = await verifyJwt(keys, token, { typ: "JWT", currentDate: new Date(0) });
  if (!claims) return undefined;
  const sid = decodeSid(claims.sid);
  const isExpired = typeof claims.exp !== "number" || claims.exp * 1000 < ctx.now().getTime();
  return {
    ...(claims.sub ? { sub: claims.sub } : {}),
    ...(sid ? { sid } : {}),
    audiences: [claims.aud ?? []].flat(),
    isExpired,
    ...(typeof claims.ds_hash === "string" ? { deviceSecretHash: claims.ds_hash } : {}),
  };
}

/** The `id_token_hint` of an authorization request. Throws `invalid_request` for one that this project has not signed. */
export async function readIdTokenHint(ctx: ProjectContext, token: string | undefined): Promise<IdTokenHint | undefined> {
  if (!token) return undefined;
  const hint = await readIdToken(ctx, token);
  if (!hint) throw new OAuthError("invalid_request", "invalid id_token_hint");
  return hint;
}
