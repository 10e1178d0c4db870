import type { FastifyReply, FastifyRequest } from "@gatehouse/platform-http";
import { isForm, refuse } from "./token-form.js";

const FORM_ENDPOINTS = /^\/oauth2\/(?:token|revoke|introspect|par|device_authorization)$/;
const REVOKE = "/oauth2/revoke";

/** A route that is being added. */
interface Route {
  url: string;
  errorHandler?: unknown;
}

/** What cannot be read is refused in the words of OAuth by the endpoints that speak it (RFC 6749 §5.2); to revocation it holds no token, which is no fault (spec: oauth-oidc §9.1). */
export function answerUnreadableBodies(route: Route): void {
  if (!FORM_ENDPOINTS.test(route.url)) return;
  route.errorHandler = async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (route.url === REVOKE && !isForm(request)) return void (await reply.status(200).send());
    await refuse(request, reply, error);
  };
}
