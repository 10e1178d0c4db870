import { randomBytes } from "node:crypto";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { FastifyReply, FastifyRequest } from "@gatehouse/platform-http";
import { verifyAdminToken } from "./verify-admin-token.js";

/** A request at the door. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  /** Whether everyone may enter. */
  open: boolean;
}

/** A request that got in: its context, and the nonce its page may use in scripts. */
export type AdmittedRequest = FastifyRequest & { gatehouseCtx?: ProjectContext; scriptNonce?: string };

const CONTENT_TYPE = /^application\/(json|graphql)\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i;

/**
 * Runs before a body is read: every route but unknown ones wants a token (403 without), bodies must be JSON or GraphQL (415), and the headers of the
 * Admin API are set (spec: admin API §1, §2). The context gets what the token and the query say of the caller.
 */
export async function admitRequest(ctx: ProjectContext, { request, reply, open }: Exchange): Promise<void> {
  const admitted = request as AdmittedRequest;
  admitted.scriptNonce = randomBytes(16).toString("base64");
  reply.headers({
    "x-frame-options": "DENY",
    "content-security-policy": `script-src 'self' https: 'nonce-${admitted.scriptNonce}' 'strict-dynamic'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`,
  });
  if (request.is404) return;
  const token = open ? {} : await verifyAdminToken(ctx, request.headers.authorization);
  if (!token) return void (await reply.status(403).type("text/plain; charset=utf-8").send("Forbidden\n"));
  if (request.method !== "GET" && request.method !== "HEAD" && !CONTENT_TYPE.test(request.headers["content-type"] ?? ""))
    return void (await reply.status(415).type("text/plain; charset=utf-8").send("Unsupported Media Type\n"));
  admitted.gatehouseCtx = Object.freeze({ ...ctx, actor: { type: "admin_api" as const, ...token }, ...eventContext(request.query) });
}

/** Query parameters that go into the context of events. */
function eventContext(query: unknown): Pick<ProjectContext, "clientId" | "oauthState"> {
  const text = (name: string): string | undefined => {
    const value = (query as Record<string, unknown>)[name];
    return typeof value === "string" && value !== "" ? value.slice(0, 1024) : undefined;
  };
  const [clientId, state, x_state] = [text("client_id"), text("state"), text("x_state")];
  return { ...(clientId ? { clientId } : {}), ...(state || x_state ? { oauthState: { state, x_state } } : {}) };
}
