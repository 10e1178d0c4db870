import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type FastifyReply, type FastifyRequest, locationHeader, writeCookies } from "@gatehouse/platform-http";
import { cookieName, uiCookie } from "@gatehouse/record-sessions";
import { parameters } from "../oauth/parameters.js";
import { isCrossSitePost, pageHeaders, publicHost, renderCrossSitePage } from "../pages/index.js";
import { nonceOf } from "../pages/nonce.js";

/** A page request and its answer. */
export interface PageExchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** A page, or one that is made with the nonce of its scripts. */
export type PageToSend = string | ((nonce: string) => string);

/** Writes a page with the headers every page has; frames are allowed to the origins of custom UIs alone. `foreignStyles`: the page holds the widget of another site. */
export async function sendPage(
  ctx: ProjectContext,
  reply: FastifyReply,
  page: PageToSend,
  { status = 200, foreignStyles = false }: { status?: number; foreignStyles?: boolean } = {},
): Promise<void> {
  const custom = (ctx.project.config.oauth.clients ?? []).flatMap(({ x_custom_ui_uri: uri }) => (uri && URL.canParse(uri) ? [new URL(uri).origin] : []));
  const nonce = nonceOf(reply);
  await reply
    .status(status)
    .headers(pageHeaders(nonce, custom, foreignStyles))
    .send(typeof page === "string" ? page : page(nonce));
}

/** What a script does with an address: it opens it as the next page, in place of the current one, or leaves the site for it. */
export type NextAction = "advance" | "replace" | "redirect";

/** Goes on with a GET; scripts that ask for it get the address as JSON (spec: auth UI §4). */
export async function goOn({ request, reply }: PageExchange, location: string, action: NextAction = "advance"): Promise<void> {
  if (request.headers["x-authgear-xhr"] === "true") return void (await reply.status(200).send({ redirect_uri: location, action }));
  await redirectTo(reply, location);
}

/** Goes on with a GET. */
export async function redirectTo(reply: FastifyReply, location: string): Promise<void> {
  await reply.status(302).header("location", locationHeader(location)).send();
}

/** A short answer in words. */
export async function sendText(reply: FastifyReply, status: number, text: string): Promise<void> {
  await reply.status(status).type("text/plain; charset=utf-8").send(text);
}

/** Refuses forms of other sites with a page; true when it did. */
export async function refusedCrossSite(ctx: ProjectContext, { request, reply }: PageExchange): Promise<boolean> {
  const { headers, method } = request;
  if (!isCrossSitePost({ method, host: publicHost(ctx), secFetchSite: headers["sec-fetch-site"] as string | undefined, origin: headers.origin })) return false;
  await sendPage(ctx, reply, renderCrossSitePage(projectName(ctx)));
  return true;
}

/** Parameters that belong to one page and are not carried to the next. */
const OF_ONE_PAGE: readonly string[] = ["x_step", "x_ref", "code", "x_can_back_to_login"];

/** Path and query, with what belongs to one page dropped. */
export function ownUrl(path: string, query: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): string {
  const kept = Object.entries(query).filter(([name]) => !name.startsWith("q_") && !OF_ONE_PAGE.includes(name));
  const params = new URLSearchParams([...kept, ...Object.entries(more)]);
  return params.size > 0 ? `${path}?${params}` : path;
}

/** The path of a request. */
export const pathOfRequest = (request: FastifyRequest): string => request.url.split("?")[0] || "/";
/** All behind the path, with its question mark; a query may hold further ones (RFC 3986 §3.4). Empty when there is none. */
export const searchOfRequest = ({ url }: FastifyRequest): string => (url.includes("?") ? url.slice(url.indexOf("?")) : "");

/** Query parameters, the first value of a repeated name. */
export const queryOf = (request: FastifyRequest): Record<string, string> => parameters({ query: request.query, body: {} } as FastifyRequest);
/** Form fields, the first value of a repeated name. */
export const formOf = (request: FastifyRequest): Record<string, string> => parameters({ query: {}, body: request.body } as FastifyRequest);

const WEB_SESSION = "authgear_web_session";
const FLASH = "flash_message_type";

/** The web session's id in the request's cookie. */
export const webSessionId = (ctx: ProjectContext, request: FastifyRequest): string | undefined => request.cookies[cookieName(ctx, WEB_SESSION)];

const writeBrowserCookie = (ctx: ProjectContext, reply: FastifyReply, { name, value }: { name: string; value: string }): void =>
  writeCookies(reply, [uiCookie(ctx, { suffix: name, value })]);

/** Sets the cookie of a web session. Cross-site frames of a custom UI need `SameSite=None`, which only https may have. */
export const writeWebSession = (ctx: ProjectContext, reply: FastifyReply, id: string): void => writeBrowserCookie(ctx, reply, { name: WEB_SESSION, value: id });

/** Leaves a short notice for the next page. */
export const writeFlash = (ctx: ProjectContext, reply: FastifyReply, type: "resend_code_success"): void => writeBrowserCookie(ctx, reply, { name: FLASH, value: type });

/** The notice that waits for this page; it is shown once. */
export function takeFlash(ctx: ProjectContext, { request, reply }: PageExchange): string | undefined {
  const type = request.cookies[cookieName(ctx, FLASH)];
  if (type) writeCookies(reply, [{ name: cookieName(ctx, FLASH), value: "" }]);
  return type;
}
