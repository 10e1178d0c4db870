import { OAuthError } from "@gatehouse/domain-oauth";
import type { Resolution } from "@gatehouse/record-sessions";

/** The request has no session that may do what it asks for: `invalid_grant` with status 401 (spec: oauth-oidc §7.4, §14.5). */
export class SessionRequired extends OAuthError {
  constructor(
    /** What its credentials came to; a bad session cookie is to be cleared. */
    readonly outcome: Resolution["outcome"],
  ) {
    super("invalid_grant", "valid session is required", 401);
  }
}
