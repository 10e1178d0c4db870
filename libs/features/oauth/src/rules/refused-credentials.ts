import { rateLimited } from "@gatehouse/domain-errors";
import { OAuthError } from "@gatehouse/domain-oauth";
import { isApiError } from "@gatehouse/platform-errors-core";
import { AppRequestError } from "@gatehouse/record-anonymous-users";

/** The refusal of a key's JWT. SDKs delete the key on exactly this description. */
export const invalidCredentials = (): OAuthError => new OAuthError("invalid_grant", "InvalidCredentials");

/** Whether a JWT was refused, rather than something broke. */
export const isRefusal = (error: unknown): boolean => error instanceof AppRequestError || error instanceof OAuthError;

/** Whether somebody has a key of this id by now. */
export const isTaken = (error: unknown): boolean => isApiError(error) && (error.info?.cause as { kind?: string } | undefined)?.kind === "DuplicatedIdentity";

/** Other errors in the words of the grants for keys of devices: the reason of an API error is the description (spec: oauth-oidc §14). */
export function asGrantError(error: unknown): unknown {
  if (error instanceof AppRequestError) return invalidCredentials();
  if (!isApiError(error) || error.status >= 500) return error;
  if (rateLimited.is(error)) return new OAuthError("x_rate_limited", "rate limit exceeded, please try again later.", 429);
  return new OAuthError("unauthorized_client", error.reason);
}
