import { Injectable } from "@nestjs/common";
import { findClient } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accessWindow, type IdpSession, idpSessionExpiry, type OfflineGrant, offlineGrantExpiry, type RefreshTokenFacts, type SessionKind } from "@gatehouse/domain-session";
import { accountStatusError } from "@gatehouse/domain-user";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { isUuid } from "@gatehouse/platform-ids";
import { Database, type Row } from "@gatehouse/platform-postgres";
import { type AccessGrant, toAccessGrant } from "./access-grant.store.js";
import { lifetimes } from "./lifetimes.js";
import { ParsedTexts } from "./parsed-texts.js";
import { type CacheAnswer, SessionCache } from "./session-cache.js";
import { storedAccess, toGrantTokens, toIdpSession, toOfflineGrant } from "./session-rows.js";
import { ACCESS_GRANT, GRANT, IDP_SESSION } from "./session-statements.js";
import { type SessionUser, toSessionUser } from "./session-user.js";

/** A live session with what every caller asks of its user. */
export interface LiveSession extends SessionUser {
  kind: SessionKind;
  session: IdpSession | OfflineGrant;
  /** The refresh tokens of a grant; none for an IdP session. */
  tokens: readonly RefreshTokenFacts[];
}

/** A session that is there: live, or of a user who may not sign in now. */
export type FoundSession = { blocked: false; live: LiveSession } | { blocked: true };

/** A session found by an access token, with the refresh token record it belongs to. */
export interface SessionOfToken {
  grant: AccessGrant;
  found: FoundSession;
  token?: RefreshTokenFacts;
}

type Cached = LiveSession & {
  /** Of an IdP session. */
  tokenHash?: string;
  /** The IdP session of a grant with shared sign-on. */
  shared?: { createdAt: Date; lastAccess: { time: Date } };
};

/** Seconds: a window in which every access has been noted already. */
const ALWAYS = 1e9;
/** Sessions that a process keeps in parsed form. */
const PARSED_ENTRIES = 2000;

/** Reads sessions: from the cache, else in one statement that also notes the access, now and then (spec: sessions and tokens §6). */
@Injectable()
export class SessionReader {
  private readonly parsed = new ParsedTexts<Cached>(PARSED_ENTRIES);
  private readonly accessGrants = new ParsedTexts<AccessGrant>(PARSED_ENTRIES);

  constructor(
    private readonly db: Database,
    private readonly cache: SessionCache,
  ) {}

  /** The IdP session of a cookie token, when it is live and its user may sign in. */
  async byToken(ctx: ProjectContext, token: string): Promise<LiveSession | undefined> {
    const found = await this.lookUpToken(ctx, token);
    return found && !found.blocked ? found.live : undefined;
  }

  /** A live session by id; a grant with shared sign-on is live only as long as its IdP session. */
  async byId(ctx: ProjectContext, kind: SessionKind, id: string): Promise<LiveSession | undefined> {
    const found = await this.lookUp(ctx, kind, id);
    return found && !found.blocked ? found.live : undefined;
  }

  /** A live session that somebody names who has not proven that it is his, as by an ID token: no access is noted, for nothing stays alive by being asked about. */
  async byHint(ctx: ProjectContext, kind: SessionKind, id: string): Promise<LiveSession | undefined> {
    if (!isUuid(id)) return undefined;
    const answer = await this.cache.read(ctx, kind, id);
    const known = answer ? await this.use(ctx, { kind, id }, answer) : await this.loadQuietly(ctx, kind, id);
    const found = known && this.judge(ctx, known);
    return found && !found.blocked ? found.live : undefined;
  }

  /** The IdP session of a cookie token, whoever it is. */
  async lookUpToken(ctx: ProjectContext, token: string): Promise<FoundSession | undefined> {
    const [id, secret, rest] = token.split(".");
    if (!id || !secret || rest !== undefined || !isUuid(id)) return undefined;
    const tokenHash = sha256Hex(token);
    const answer = await this.cache.read(ctx, "idp", id);
    const known = answer ? await this.use(ctx, { kind: "idp", id }, answer) : await this.loadByToken(ctx, id, tokenHash);
    return known?.tokenHash && constantTimeEqual(known.tokenHash, tokenHash) ? this.judge(ctx, known) : undefined;
  }

  /** A session by id, whoever it is. */
  async lookUp(ctx: ProjectContext, kind: SessionKind, id: string): Promise<FoundSession | undefined> {
    const cached = isUuid(id) ? await this.find(ctx, kind, id) : undefined;
    return cached && this.judge(ctx, cached);
  }

  /** The session of an access token, by the token's hash; it must not have expired, nor its refresh token be gone. */
  async byAccessToken(ctx: ProjectContext, tokenHash: string): Promise<SessionOfToken | undefined> {
    const { access, sessionAnswer } = await this.readAccess(ctx, tokenHash);
    if (access === "revoked") return undefined;
    const known = access ? { grant: this.accessGrants.parse(`${ctx.project.id}:${tokenHash}`, access.value), session: undefined } : await this.loadAccess(ctx, tokenHash);
    if (!known || known.grant.expireAt < ctx.now()) return undefined;
    const { grant } = known;
    const { sessionKind: kind, sessionId: id } = grant;
    const session = known.session ?? (sessionAnswer ? await this.use(ctx, { kind, id }, sessionAnswer) : await this.find(ctx, kind, id));
    if (!session || session.user.id !== grant.userId) return undefined;
    const token = session.tokens.find(({ initialHash }) => initialHash === grant.initialRefreshTokenHash);
    if (grant.initialRefreshTokenHash !== null && !token) return undefined;
    const found = this.judge(ctx, session);
    return found && { grant, found, ...(token ? { token } : {}) };
  }

  /** An access token in the cache; when this process has seen it before, its session with it: a token never changes its session. */
  private async readAccess(ctx: ProjectContext, tokenHash: string): Promise<{ access: CacheAnswer; sessionAnswer?: CacheAnswer }> {
    const before = this.accessGrants.last(`${ctx.project.id}:${tokenHash}`);
    if (!before) return { access: await this.cache.read(ctx, "access_grant", tokenHash) };
    const [access, sessionAnswer] = await this.cache.readBoth(ctx, [
      { kind: "access_grant", id: tokenHash },
      { kind: before.sessionKind, id: before.sessionId },
    ]);
    return { access, sessionAnswer };
  }

  private async find(ctx: ProjectContext, kind: SessionKind, id: string): Promise<Cached | undefined> {
    return this.use(ctx, { kind, id }, await this.cache.read(ctx, kind, id));
  }

  /** What the cache answered for a session, or the session of the database where it knows none. */
  private async use(ctx: ProjectContext, { kind, id }: { kind: SessionKind; id: string }, cached: CacheAnswer): Promise<Cached | undefined> {
    if (cached === "revoked") return undefined;
    return cached ? this.parsed.parse(`${ctx.project.id}:${kind}:${id}`, cached.value) : this.load(ctx, kind, id);
  }

  private async load(ctx: ProjectContext, kind: SessionKind, id: string): Promise<Cached | undefined> {
    const row = await this.read(ctx, { kind, id });
    return row && this.keep(ctx, toCached(kind, row));
  }

  /** The IdP session of a token; with a wrong one nothing is noted or cached. */
  private async loadByToken(ctx: ProjectContext, id: string, tokenHash: string): Promise<Cached | undefined> {
    const row = await this.read(ctx, { kind: "idp", id, tokenHash });
    return row && constantTimeEqual(row.token_hash as string, tokenHash) ? this.keep(ctx, toCached("idp", row)) : undefined;
  }

  private async loadQuietly(ctx: ProjectContext, kind: SessionKind, id: string): Promise<Cached | undefined> {
    const row = await this.read(ctx, { kind, id, window: ALWAYS });
    return row && toCached(kind, row);
  }

  private read(ctx: ProjectContext, { kind, id, tokenHash, window }: { kind: SessionKind; id: string; tokenHash?: string; window?: number }): Promise<Row | undefined> {
    const about = [ctx.project.id, id, ...accessOf(ctx, window)];
    return this.db.read((tx) => (kind === "idp" ? tx.preparedOne(IDP_SESSION, [...about, tokenHash ?? null]) : tx.preparedOne(GRANT, about)));
  }

  /** An access token that the cache does not know, with its session: one statement for tokens of a grant. */
  private async loadAccess(ctx: ProjectContext, tokenHash: string): Promise<{ grant: AccessGrant; session?: Cached } | undefined> {
    const row = await this.db.read((tx) => tx.preparedOne(ACCESS_GRANT, [ctx.project.id, tokenHash, ...accessOf(ctx)]));
    if (!row) return undefined;
    const grant = toAccessGrant(row);
    const seconds = Math.min(accessWindow(ctx.project.config), Math.ceil((grant.expireAt.getTime() - ctx.now().getTime()) / 1000));
    if (seconds > 0) await this.cache.fill(ctx, { kind: "access_grant", id: tokenHash, value: JSON.stringify(grant), seconds });
    return { grant, ...(row.id ? { session: await this.keep(ctx, toCached("offline_grant", row)) } : {}) };
  }

  /** Caches a session that is alive, with the access that the statement has noted. */
  private async keep(ctx: ProjectContext, found: Cached): Promise<Cached> {
    if (!isAlive(ctx, found)) return found;
    const time = ctx.now();
    const seconds = accessWindow(ctx.project.config);
    const stale = (last: Date): boolean => last.getTime() < time.getTime() - seconds * 1000;
    const { session, shared } = found;
    const lastAccess = stale(session.lastAccess.time) ? { time, ip: ctx.request.ip, userAgent: ctx.request.userAgent } : session.lastAccess;
    const touched = { ...found, session: { ...session, lastAccess }, ...(shared && stale(shared.lastAccess.time) ? { shared: { ...shared, lastAccess: { time } } } : {}) };
    await this.cache.fill(ctx, { kind: found.kind, id: session.id, value: JSON.stringify(touched), seconds });
    return touched;
  }

  private judge(ctx: ProjectContext, found: Cached): FoundSession | undefined {
    if (!isAlive(ctx, found)) return undefined;
    return accountStatusError(found.user.status, ctx.now()) ? { blocked: true } : { blocked: false, live: found };
  }
}

/** Parameters of the statements that note an access. */
const accessOf = (ctx: ProjectContext, window = accessWindow(ctx.project.config)): unknown[] => {
  const time = ctx.now();
  return [time, storedAccess({ time, ip: ctx.request.ip, userAgent: ctx.request.userAgent }), window, lifetimes(ctx.project.config)];
};

function toCached(kind: SessionKind, row: Row): Cached {
  const user = toSessionUser(row);
  if (kind === "idp") return { ...user, kind, session: toIdpSession(row), tokens: [], tokenHash: row.token_hash as string };
  const shared = row.shared_created_at ? { shared: { createdAt: row.shared_created_at as Date, lastAccess: { time: row.shared_last_access_at as Date } } } : {};
  return { ...user, kind, session: toOfflineGrant(row), tokens: toGrantTokens(row), ...shared };
}

/** By today's configuration: a grant lives as long as its first client allows, and with shared sign-on only while its IdP session lives. */
function isAlive(ctx: ProjectContext, { kind, session, shared }: Cached): boolean {
  const now = ctx.now();
  const { config } = ctx.project;
  if (kind === "idp") return idpSessionExpiry(config, session) >= now;
  const grant = session as OfflineGrant;
  const client = findClient(config, grant.initialClientId);
  if (!client || offlineGrantExpiry(client, grant) < now) return false;
  return !grant.ssoEnabled || (shared !== undefined && idpSessionExpiry(config, shared) >= now);
}
