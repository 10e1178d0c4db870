import type { ProjectContext } from "@gatehouse/domain-project";
import { type FastifyReply, type FastifyRequest, markGraphql } from "@gatehouse/platform-http";
import { FILES_ROUTE } from "../files/files.controller.js";
import { verifyAdminToken } from "./verify-admin-token.js";

/** A request at the door. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  /** Whether everyone may enter. */
  open: boolean;
}

/** A request that got in, with its context. */
export type AdmittedRequest = FastifyRequest & { gatehouseCtx?: ProjectContext };

/** JSON or GraphQL in UTF-8; parameters other than `charset` are nobody's business here. */
function isTaken(contentType = ""): boolean {
  const [, parameters] = /^application\/(?:json|graphql)\s*((?:;.*)?)$/i.exec(contentType) ?? [];
  if (parameters === undefined) return false;
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(parameters) ?? [];
  return /^utf-?8$/i.test(charset);
}

/**
 * Runs before a body is read: every route but unknown ones and signed links wants a token (403 without), bodies must be JSON or GraphQL (415)
 * (spec: admin API §1, §2). The context gets what the token and the query say of the caller.
 */
export async function admitRequest(ctx: ProjectContext, { request, reply, open }: Exchange): Promise<void> {
  const admitted = request as AdmittedRequest;
  if (request.routeOptions.url?.endsWith("/graphql")) markGraphql(request);
  if (request.is404 || request.routeOptions.url === FILES_ROUTE) return;
  const token = open ? {} : await verifyAdminToken(ctx, request.headers.authorization);
  if (!token) return void (await reply.status(403).type("text/plain; charset=utf-8").send("Forbidden\n"));
  if (request.method !== "GET" && request.method !== "HEAD" && !isTaken(request.headers["content-type"]))
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
