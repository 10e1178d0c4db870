import type { ProjectContext } from "@gatehouse/domain-project";
import { acceptsSameSiteNone } from "@gatehouse/domain-session";

/** A cookie to set on the response; `value` "" clears it. The transport writes it. */
export interface ResponseCookie {
  name: string;
  value: string;
  /** Absent where the browser would misread "none". */
  sameSite?: "lax" | "strict" | "none";
  domain?: string;
  path: string;
  httpOnly: boolean;
  secure: boolean;
  /** Seconds; absent for a cookie of the browser session. */
  maxAge?: number;
}

/** The name of a cookie of this project: its prefix and the suffix. */
export const cookieName = (ctx: ProjectContext, suffix: string): string => `${ctx.project.config.http.cookie_prefix ?? ""}${suffix}`;

function cookie(ctx: ProjectContext, { suffix, value, ...more }: { suffix: string; value: string } & Partial<ResponseCookie>): ResponseCookie {
  return { name: cookieName(ctx, suffix), value, sameSite: "lax", path: "/", httpOnly: true, secure: ctx.request.publicOrigin.startsWith("https://"), ...more };
}

const domain = ({ project }: ProjectContext): Pick<ResponseCookie, "domain"> => (project.config.http.cookie_domain ? { domain: project.config.http.cookie_domain } : {});

const shared = (ctx: ProjectContext): Partial<ResponseCookie> => {
  const { use_session_cookie, lifetime_seconds } = ctx.project.config.session;
  return { ...domain(ctx), ...(use_session_cookie ? {} : { maxAge: lifetime_seconds ?? 31_449_600 }) };
};

/** The cookies of a finished sign-in: the session token and the same-site marker (spec: sessions and tokens §5). */
export function sessionCookies(ctx: ProjectContext, token: string): ResponseCookie[] {
  return [cookie(ctx, { suffix: "session", value: token, ...shared(ctx) }), sameSiteMarker(ctx)];
}

/** The marker that tells requests of the project's own site. */
export const sameSiteMarker = (ctx: ProjectContext): ResponseCookie => cookie(ctx, { suffix: "same_site_strict", value: "true", ...shared(ctx), sameSite: "strict" });

/** Clears the session cookie (and nothing else: the same-site marker says nothing about a session). */
export function clearedSessionCookies(ctx: ProjectContext): ResponseCookie[] {
  return [cookie(ctx, { suffix: "session", value: "", ...shared(ctx), maxAge: 0 })];
}

/** Clears what a sign-out ends: the session cookie and the same-site marker. */
export const clearedSignOutCookies = (ctx: ProjectContext): ResponseCookie[] => [
  ...clearedSessionCookies(ctx),
  cookie(ctx, { suffix: "same_site_strict", value: "", ...shared(ctx), sameSite: "strict", maxAge: 0 }),
];

/** A session of a token in a browser: its own secret, or an access token. It ends with the browser's session. */
export const tokenCookie = (ctx: ProjectContext, { suffix, value }: { suffix: "app_session" | "app_access_token"; value: string }): ResponseCookie =>
  cookie(ctx, { suffix, value, ...domain(ctx) });

/** A cookie of the pages, sent in frames of other sites too: `SameSite=None` where it is secure and the browser knows what that means, else nothing. */
export function uiCookie(ctx: ProjectContext, { suffix, value, maxAge }: { suffix: string; value: string; maxAge?: number }): ResponseCookie {
  const { sameSite: _lax, ...made } = cookie(ctx, { suffix, value, ...(maxAge === undefined ? {} : { maxAge }) });
  return made.secure && acceptsSameSiteNone(ctx.request.userAgent) ? { ...made, sameSite: "none" } : made;
}

/** A cookie that outlives the browser session and is sent to this site alone. `maxAge` in seconds. */
export const persistentCookie = (ctx: ProjectContext, { suffix, value, maxAge }: { suffix: string; value: string; maxAge: number }): ResponseCookie =>
  cookie(ctx, { suffix, value, maxAge, sameSite: "strict" });

/** Clears a cookie of `persistentCookie`. */
export const clearedCookie = (ctx: ProjectContext, suffix: string): ResponseCookie => cookie(ctx, { suffix, value: "", maxAge: 0, sameSite: "strict" });
