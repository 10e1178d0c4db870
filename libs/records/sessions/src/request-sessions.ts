import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, verifyJwt } from "@gatehouse/platform-crypto";
import { type AccessGrant, AccessGrants } from "./access-grants.js";
import { cookieName } from "./session-cookies.js";
import { type LiveSession, SessionReader } from "./session-reader.js";

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
  /** The client of an access token; absent for the cookie. */
  clientId?: string;
  accessGrant?: AccessGrant;
}

/** Whose request it is: `invalid` for a bad session cookie, `none` without any credential. */
export type Resolution = { outcome: "valid"; session: RequestSession } | { outcome: "invalid" } | { outcome: "none" };

const COOKIE_SCOPES = ["https://authgear.com/scopes/full-access", "https://authgear.com/scopes/pre-authenticated-url"];
const BEARER = /^Bearer +([^\s]+) *$/i;

/** Finds the session of a request: the bearer token before the cookie (spec: sessions and tokens §6). */
@Injectable()
export class RequestSessions {
  constructor(
    private readonly sessions: SessionReader,
    private readonly grants: AccessGrants,
  ) {}

  /** A bad bearer token is skipped in silence; a bad session cookie makes the outcome `invalid`. */
  async resolve(ctx: ProjectContext, { authorization, cookies }: Credentials): Promise<Resolution> {
    const bearer = BEARER.exec(authorization ?? "")?.[1];
    const byToken = bearer ? await this.byAccessToken(ctx, bearer) : undefined;
    if (byToken) return { outcome: "valid", session: byToken };
    const cookie = cookies[cookieName(ctx, "session")];
    if (!cookie) return { outcome: "none" };
    const live = await this.sessions.byToken(ctx, cookie);
    return live ? { outcome: "valid", session: { live, scopes: COOKIE_SCOPES } } : { outcome: "invalid" };
  }

  /** The IdP session of the cookie alone. */
  async fromCookie(ctx: ProjectContext, cookies: Credentials["cookies"]): Promise<LiveSession | undefined> {
    const cookie = cookies[cookieName(ctx, "session")];
    return cookie ? this.sessions.byToken(ctx, cookie) : undefined;
  }

  private async byAccessToken(ctx: ProjectContext, token: string): Promise<RequestSession | undefined> {
    const grant = (await this.byJwt(ctx, token)) ?? (await this.grants.byToken(ctx, token));
    const live = grant && (await this.sessions.byId(ctx, grant.sessionKind, grant.sessionId));
    return live && live.user.id === grant.userId ? { live, scopes: grant.scopes, clientId: grant.clientId, accessGrant: grant } : undefined;
  }

  private async byJwt(ctx: ProjectContext, token: string): Promise<AccessGrant | undefined> {
    if (!token.startsWith("eyJ")) return undefined;
    const keys = (ctx.project.secrets.oauth?.keys ?? []) as KeyJwk[];
    const claims = await verifyJwt(keys, token, { audience: ctx.project.config.http.public_origin, currentDate: ctx.now() });
    return typeof claims?.jti === "string" ? this.grants.byHash(ctx, claims.jti) : undefined;
  }
}
