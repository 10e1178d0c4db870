import type { FastifyReply } from "fastify";

/** A cookie a use case wants set or cleared. `name` is complete (prefix included). */
export interface CookieToSet {
  name: string;
  /** Empty clears the cookie. */
  value: string;
  httpOnly?: boolean;
  secure?: boolean;
  sameSite?: "lax" | "strict" | "none";
  domain?: string;
  path?: string;
  /** Seconds; absent means until the browser closes. */
  maxAge?: number;
}

/** Adds `Set-Cookie` headers. Values are written as they are, not percent-encoded. */
export function writeCookies(reply: FastifyReply, cookies: readonly CookieToSet[]): void {
  for (const cookie of cookies) {
    const { name, value, ...options } = cookie;
    // What is left out of `sameSite`, the plug-in would fill in as "lax".
    const attributes = { path: "/", httpOnly: true, sameSite: undefined, ...options, encode: (text: string) => text };
    if (value === "")
      reply.clearCookie(name, { path: attributes.path, domain: attributes.domain, sameSite: attributes.sameSite, secure: attributes.secure, httpOnly: attributes.httpOnly });
    else reply.setCookie(name, value, attributes);
  }
}
