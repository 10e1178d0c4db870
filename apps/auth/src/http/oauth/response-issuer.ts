import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthorizationAnswer } from "@gatehouse/feature-oauth";

type ToClient = Extract<AuthorizationAnswer, { kind: "to_client" }>;

/** Answers to a client name who gave them where the project wants it, so that a client of several servers cannot be confused (RFC 9207). */
export function withIssuer(ctx: ProjectContext, answer: ToClient): ToClient {
  const { http, oauth } = ctx.project.config;
  return oauth.authorization_response_iss_enabled ? { ...answer, params: { ...answer.params, iss: http.public_origin } } : answer;
}
