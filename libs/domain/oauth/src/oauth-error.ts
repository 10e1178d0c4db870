/** Error codes of the OAuth endpoints (RFC 6749 §4.1.2.1, §5.2; OpenID Connect Core §3.1.2.6; spec: oauth-oidc §4, §7). */
export const OAUTH_ERRORS = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "unsupported_response_type",
  "invalid_scope",
  "access_denied",
  "login_required",
  "request_not_supported",
  "request_uri_not_supported",
  "server_error",
  "invalid_dpop_proof",
  "invalid_target",
  "insufficient_scope",
  "invalid_client_metadata",
  "invalid_redirect_uri",
  "invalid_token",
  "authorization_pending",
  "slow_down",
  "expired_token",
  "x_rate_limited",
] as const;
/** A code of the list. */
export type OAuthErrorCode = (typeof OAUTH_ERRORS)[number];

/** A refusal in the words of OAuth: `{error, error_description}`. */
export class OAuthError extends Error {
  constructor(
    readonly code: OAuthErrorCode,
    readonly description: string,
    /** HTTP status where the error is not carried by a redirect. */
    readonly status = 400,
  ) {
    super(`${code}: ${description}`);
    this.name = "OAuthError";
  }

  /** The wire form. */
  toJSON(): { error: string; error_description: string } {
    return { error: this.code, error_description: this.description };
  }
}
