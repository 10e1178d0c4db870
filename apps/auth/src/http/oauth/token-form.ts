import { OAuthError } from "@gatehouse/domain-oauth";
import { isApiError } from "@gatehouse/platform-errors-core";
import type { FastifyReply, FastifyRequest } from "@gatehouse/platform-http";
import { basicCredentials, formParameters, withValues } from "./parameters.js";

/** Whether the body is a form. */
export const isForm = ({ headers }: FastifyRequest): boolean => /^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "");

/** The form of a token request; the body alone counts. */
export function formOf(request: FastifyRequest): Record<string, string> {
  if (!isForm(request)) throw new OAuthError("invalid_request", "request content type is invalid");
  return withValues(formParameters(request));
}

const badCredentials = (): OAuthError => new OAuthError("invalid_request", "invalid client credentials");

/** At the token endpoint Basic credentials count only when the body has neither id nor secret (spec: oauth-oidc §7). */
export function credentialsOf(request: FastifyRequest, params: Record<string, string>): Record<string, string> {
  if (params.client_id !== undefined || params.client_secret !== undefined) return {};
  const found = basicCredentials(request.headers.authorization);
  if (found === "malformed") throw badCredentials();
  return found ?? {};
}

/** At the other endpoints, ours, the body may name the client as well, as a pushed request must (RFC 9126 §2.1); a secret in the body wins, another name is refused. */
export function provenCredentials(request: FastifyRequest, params: Record<string, string>): Record<string, string> {
  if (params.client_secret !== undefined) return {};
  const found = basicCredentials(request.headers.authorization);
  if (found === "malformed" || (found && params.client_id !== undefined && params.client_id !== found.client_id)) throw badCredentials();
  return found ?? {};
}

/** Errors of these endpoints are OAuth's; anything unexpected is masked. */
export async function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<void> {
  if (error instanceof OAuthError && error.status === 401 && error.code === "invalid_client") reply.header("www-authenticate", 'Basic realm="client"');
  if (error instanceof OAuthError && error.code === "invalid_token") reply.header("www-authenticate", 'Bearer error="invalid_token"');
  if (error instanceof OAuthError) return void (await reply.status(error.status).send(error.toJSON()));
  if (isApiError(error)) return void (await reply.status(error.status >= 500 ? 500 : 400).send(new OAuthError("invalid_request", error.message).toJSON()));
  const { statusCode = 500 } = error as { statusCode?: number };
  if (statusCode >= 400 && statusCode < 500) return void (await reply.status(statusCode).send(new OAuthError("invalid_request", "the request cannot be read").toJSON()));
  request.log.error({ err: error }, "token endpoint failed");
  await reply.status(500).send(new OAuthError("server_error", "internal server error", 500).toJSON());
}
