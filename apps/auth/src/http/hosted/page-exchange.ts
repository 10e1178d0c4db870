import type { ProjectContext } from "@gatehouse/domain-project";
import { type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { cookieName } from "@gatehouse/record-sessions";
import { parameters } from "../oauth/parameters.js";
import { isCrossSitePost, pageHeaders, renderCrossSitePage } from "../pages/index.js";
import { nonceOf } from "../pages/nonce.js";

/** A page request and its answer. */
export interface PageExchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Writes a page with the headers every page has; frames are allowed to the origins of custom UIs alone. */
export async function sendPage(ctx: ProjectContext, reply: FastifyReply, page: string, status = 200): Promise<void> {
  const custom = (ctx.project.config.oauth.clients ?? []).flatMap(({ x_custom_ui_uri: uri }) => (uri && URL.canParse(uri) ? [new URL(uri).origin] : []));
  await reply
    .status(status)
    .headers(pageHeaders(nonceOf(reply), custom))
    .send(page);
}

/** Goes on with a GET. */
export async function redirectTo(reply: FastifyReply, location: string): Promise<void> {
  await reply.status(302).header("location", location).send();
}

/** Refuses forms of other sites with a page; true when it did. */
export async function refusedCrossSite(ctx: ProjectContext, { request, reply }: PageExchange): Promise<boolean> {
  const { headers, method } = request;
  if (!isCrossSitePost({ method, host: headers.host, secFetchSite: headers["sec-fetch-site"] as string | undefined, origin: headers.origin })) return false;
  await sendPage(ctx, reply, renderCrossSitePage(ctx.project.id));
  return true;
}

/** Path and query, with a prefix of parameters dropped. */
export function ownUrl(path: string, query: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): string {
  const kept = Object.entries(query).filter(([name]) => !name.startsWith("q_") && name !== "x_step" && name !== "x_ref");
  const params = new URLSearchParams([...kept, ...Object.entries(more)]);
  return params.size > 0 ? `${path}?${params}` : path;
}

/** Query parameters, the first value of a repeated name. */
export const queryOf = (request: FastifyRequest): Record<string, string> => parameters({ query: request.query, body: {} } as FastifyRequest);
/** Form fields, the first value of a repeated name. */
export const formOf = (request: FastifyRequest): Record<string, string> => parameters({ query: {}, body: request.body } as FastifyRequest);

const WEB_SESSION = "authgear_web_session";

/** The web session's id in the request's cookie. */
export const webSessionId = (ctx: ProjectContext, request: FastifyRequest): string | undefined => request.cookies[cookieName(ctx, WEB_SESSION)];

/** Sets the cookie of a web session. Cross-site frames of a custom UI need `SameSite=None`, which only https may have. */
export function writeWebSession(ctx: ProjectContext, reply: FastifyReply, id: string): void {
  const secure = ctx.request.publicOrigin.startsWith("https://");
  writeCookies(reply, [{ name: cookieName(ctx, WEB_SESSION), value: id, httpOnly: true, secure, path: "/", ...(secure ? { sameSite: "none" as const } : {}) }]);
}
