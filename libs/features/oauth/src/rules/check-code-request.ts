import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthorizationCode } from "@gatehouse/record-grants";
import { checkDpopBinding } from "@gatehouse/service-dpop";
import type { TokenParams, TokenRequest } from "../use-cases/token-response.js";
import { checkPkce } from "./check-pkce.js";
import { checkClientSecret } from "./client-secret.js";

/** Whether a request has a code and all that goes with it. Throws `invalid_request`, `invalid_client`. */
export function requireCode(client: OAuthClientConfig, params: TokenParams): void {
  if (!params.code) throw new OAuthError("invalid_request", "code is required");
  const { confidential } = clientTraits(client);
  if (!confidential && !params.code_verifier) throw new OAuthError("invalid_request", "PKCE code verifier is required");
  if (confidential && !params.client_secret) throw new OAuthError("invalid_client", "client secret is required");
}

/** Whether a request may redeem a code of its client: key, redirect URI, PKCE, secret, in this order (spec: oauth-oidc §7.2). Throws OAuthError. */
export function checkCodeRequest(ctx: ProjectContext, client: OAuthClientConfig, { entry, request: { params, dpop } }: { entry: AuthorizationCode; request: TokenRequest }): void {
  checkDpopBinding(ctx, client, { reading: dpop, jkt: entry.dpopJkt ?? null });
  if (params.redirect_uri !== entry.redirectUri && !(params.redirect_uri === undefined && client.redirect_uris?.length === 1))
    throw new OAuthError("invalid_request", "invalid redirect URI");
  const isPublic = !clientTraits(client).confidential;
  checkPkce(entry.codeChallenge, params.code_verifier, isPublic);
  if (!isPublic) checkClientSecret(ctx, client, params.client_secret as string);
}
