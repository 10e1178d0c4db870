import { missingWechatRedirectUri, wechatRedirectUriNotAllowed } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { cookieName, uiCookie } from "@gatehouse/record-sessions";
import { type PageExchange, queryOf } from "./page-exchange.js";

const PLATFORMS: readonly string[] = ["ios", "android"];
/** Parameters of a request and the cookies that keep them (spec: auth UI §2). */
const KEPT = { x_platform: "platform", x_wechat_redirect_uri: "wechat_redirect_uri" } as const;

/** What a cookie can hold (RFC 6265 §4.1.1). */
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/** The app that shows the pages, which can open WeChat's own. */
export interface NativeApp {
  wechatRedirectUri?: string;
}

/** Whether an `x_platform` is that of an app. */
export const isNativePlatform = (platform: string | undefined): boolean => PLATFORMS.includes(platform ?? "");

/** Keeps what a page's address tells of the app. Throws `Invalid` for an address of WeChat answers that no provider lists (spec: providers §A.3, WeChat). */
export function keepNativeApp(ctx: ProjectContext, { request, reply }: PageExchange): void {
  const query = queryOf(request);
  requireListed(ctx, query.x_wechat_redirect_uri);
  for (const [name, suffix] of Object.entries(KEPT)) {
    const value = query[name];
    if (value && COOKIE_VALUE.test(value)) writeCookies(reply, [uiCookie(ctx, { suffix, value })]);
  }
}

/** The app that a page is shown in, by the page's address, the authorization request, or what was kept; undefined in browsers. */
export function nativeApp(ctx: ProjectContext, request: FastifyRequest, asked: Readonly<Record<string, string>> = {}): NativeApp | undefined {
  const query = queryOf(request);
  const told = (name: keyof typeof KEPT) => query[name] || asked[name] || request.cookies[cookieName(ctx, KEPT[name])] || undefined;
  if (!isNativePlatform(told("x_platform"))) return undefined;
  const wechatRedirectUri = told("x_wechat_redirect_uri");
  return wechatRedirectUri ? { wechatRedirectUri } : {};
}

/** Where an app takes a state to ask WeChat with. Throws `Invalid` when it does not say where, or may not. */
export function wechatAppUrl(ctx: ProjectContext, { wechatRedirectUri }: NativeApp, state: string): string {
  if (!wechatRedirectUri) throw missingWechatRedirectUri();
  requireListed(ctx, wechatRedirectUri);
  const url = new URL(wechatRedirectUri);
  url.searchParams.set("state", state);
  return url.href;
}

/** Addresses of scripts are no addresses of apps, whoever lists them. */
function requireListed(ctx: ProjectContext, uri: string | undefined): void {
  if (!uri) return;
  const listed = (ctx.project.config.identity.oauth.providers ?? []).flatMap(({ type, wechat_redirect_uris: uris }) => (type === "wechat" && Array.isArray(uris) ? uris : []));
  if (!listed.includes(uri) || !URL.canParse(uri) || /^(?:javascript|data|vbscript):/i.test(uri)) throw wechatRedirectUriNotAllowed();
}
