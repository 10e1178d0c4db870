import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { RefreshTokenFacts } from "@gatehouse/domain-session";
import { type KeyJwk, sha256Hex, verifyJwt } from "@gatehouse/platform-crypto";
import type { AccessGrant } from "./access-grant.store.js";
import { AppSessionStore } from "./app-session.store.js";
import { cookieName } from "./session-cookies.js";
import { type FoundSession, type LiveSession, SessionReader } from "./session-reader.js";

/** What a request proves itself with. */
export interface Credentials {
  /** The `Authorization` header. */
  authorization?: string;
  cookies: Readonly<Record<string, string | undefined>>;
}

/** A session of the request with the scopes it may be used for. */
export interface RequestSession {
  live: LiveSession;
  scopes: readonly string[];
  /** What proved it. */
  via: "bearer" | "app_session" | "app_access_token" | "session";
  /** The client of a token; absent for the IdP session's cookie. */
  clientId?: string;
  accessGrant?: AccessGrant;
  /** The refresh token record behind a token. */
  token?: RefreshTokenFacts;
}

/** Whose request it is: `invalid` for a bad session cookie or a user who may not sign in, `none` without any credential. */
export type Resolution = { outcome: "valid"; session: RequestSession } | { outcome: "invalid" } | { outcome: "none" };

const COOKIE_SCOPES = ["https://authgear.com/scopes/full-access", "https://authgear.com/scopes/pre-authenticated-url"];
const BEARER = /^Bearer +([^\s]+) *$/i;

/** A credential that names a session. */
type Proven = Omit<RequestSession, "live"> & { found: FoundSession };

/** Finds the session of a request: bearer token, app session, access token cookie, session cookie; the first that is good wins (spec: sessions and tokens §6). */
@Injectable()
export class RequestSessions {
  constructor(
    private readonly sessions: SessionReader,
    private readonly appSessions: AppSessionStore,
  ) {}

  /** A bad token is skipped in silence; a bad session cookie makes the outcome `invalid`, and so does a user who may not sign in. */
  async resolve(ctx: ProjectContext, { authorization, cookies }: Credentials): Promise<Resolution> {
    const value = (suffix: string) => cookies[cookieName(ctx, suffix)];
    const bearer = BEARER.exec(authorization ?? "")?.[1];
    const [appSession, appAccessToken, session] = [value("app_session"), value("app_access_token"), value("session")];
    const proven =
      (bearer && (await this.byAccessToken(ctx, bearer, "bearer"))) ||
      (appSession && (await this.byAppSession(ctx, appSession))) ||
      (appAccessToken && (await this.byAccessToken(ctx, appAccessToken, "app_access_token"))) ||
      (session && (await this.bySessionCookie(ctx, session)));
    if (!proven) return { outcome: session ? "invalid" : "none" };
    const { found, ...rest } = proven;
    return found.blocked ? { outcome: "invalid" } : { outcome: "valid", session: { ...rest, live: found.live } };
  }

  /** The IdP session of the cookie alone. */
  async fromCookie(ctx: ProjectContext, cookies: Credentials["cookies"]): Promise<LiveSession | undefined> {
    const cookie = cookies[cookieName(ctx, "session")];
    return cookie ? this.sessions.byToken(ctx, cookie) : undefined;
  }

  private async bySessionCookie(ctx: ProjectContext, cookie: string): Promise<Proven | undefined> {
    const found = await this.sessions.lookUpToken(ctx, cookie);
    return found && { found, scopes: COOKIE_SCOPES, via: "session" };
  }

  private async byAppSession(ctx: ProjectContext, cookie: string): Promise<Proven | undefined> {
    const session = await this.appSessions.byToken(ctx, cookie);
    const found = session && (await this.sessions.lookUp(ctx, "offline_grant", session.grantId));
    if (!found || found.blocked) return found && { found, scopes: [], via: "app_session" };
    const token = found.live.tokens.find(({ initialHash }) => initialHash === session.initialRefreshTokenHash);
    return token && { found, scopes: token.scopes, via: "app_session", clientId: token.clientId, token };
  }

  private async byAccessToken(ctx: ProjectContext, text: string, via: "bearer" | "app_access_token"): Promise<Proven | undefined> {
    const jti = await this.jti(ctx, text);
    const known = await this.sessions.byAccessToken(ctx, jti ?? sha256Hex(text));
    if (!known) return undefined;
    const { grant, found, token } = known;
    return { found, via, scopes: token?.scopes ?? grant.scopes, clientId: token?.clientId ?? grant.clientId, accessGrant: grant, ...(token ? { token } : {}) };
  }

  /** The hash that a JWT access token of ours names; anything else is an opaque token. */
  private async jti(ctx: ProjectContext, token: string): Promise<string | undefined> {
    if (!token.startsWith("eyJ")) return undefined;
    const keys = (ctx.project.secrets.oauth?.keys ?? []) as KeyJwk[];
    const claims = await verifyJwt(keys, token, { audience: ctx.project.config.http.public_origin, currentDate: ctx.now(), typ: "at+jwt" });
    return typeof claims?.jti === "string" ? claims.jti : undefined;
  }
}
