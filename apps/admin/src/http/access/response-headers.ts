import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "@gatehouse/platform-http";

const NONCE = Symbol("nonce of scripts");
type WithNonce = FastifyRequest & { [NONCE]?: string };

/** The nonce by which the scripts of a request's page run. */
export function scriptNonceOf(request: FastifyRequest): string {
  const known = request as WithNonce;
  known[NONCE] ??= randomBytes(16).toString("base64");
  return known[NONCE];
}

/** The headers that every answer of the Admin API has beside those of all services, refusals and errors too (spec: admin API §1). */
export function addResponseHeaders(fastify: FastifyInstance): void {
  fastify.addHook("onSend", async (request, reply) => {
    reply.headers({
      "x-frame-options": "DENY",
      "content-security-policy": `script-src 'self' https: 'nonce-${scriptNonceOf(request)}' 'strict-dynamic'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`,
    });
  });
}
