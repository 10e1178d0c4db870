import { existsSync } from "node:fs";
import path from "node:path";
import fastifyStatic from "@fastify/static";
import { notFound } from "@gatehouse/domain-errors";
import type { EnvConfig } from "@gatehouse/platform-env";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "@gatehouse/platform-http";

const API = /^\/(?:api|operator)(?:\/|$)/;
/** Names with a content hash: they never change. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

/** Content-Security-Policy of the front end: own scripts only; it talks to its own API and to the project that signs developers in. Styles may be inline, as the component library and the editor write them. */
function portalContentSecurityPolicy(env: Pick<EnvConfig, "portalAuthgearEndpoint">): string {
  const signIn = new URL(env.portalAuthgearEndpoint).origin;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${signIn}`,
    `frame-src ${signIn}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function sendPage(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const route = (request.raw.url ?? "/").split("?")[0] as string;
  if (API.test(route)) throw notFound();
  if (path.extname(route) === "") return reply.header("cache-control", "no-cache").sendFile("index.html");
  if (HASHED.test(route)) reply.removeHeader("pragma").header("cache-control", "public, max-age=31536000, immutable");
  else reply.header("cache-control", "no-cache");
  return reply.sendFile(decodeURIComponent(route.slice(1)));
}

/** Serves the built front end: files as they are, its page for every other path, never for the APIs. */
export async function configurePortal(fastify: FastifyInstance, env: EnvConfig): Promise<void> {
  const policy = portalContentSecurityPolicy(env);
  fastify.addHook("onRequest", async (_request, reply) => {
    reply.headers({ "content-security-policy": policy, "x-frame-options": "DENY", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin-allow-popups" });
  });
  const root = env.portalWebDir && path.resolve(env.portalWebDir);
  if (!root || !existsSync(path.join(root, "index.html"))) return;
  await fastify.register(fastifyStatic, { root, serve: false, cacheControl: false, index: false });
  fastify.route({ method: ["GET", "HEAD"], url: "/*", handler: sendPage });
}
