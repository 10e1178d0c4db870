import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type IdpSession, idpSessionExpiry, type OfflineGrant, offlineGrantExpiry, type SessionKind } from "@gatehouse/domain-session";
import { accountStatusError } from "@gatehouse/domain-user";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { isUuid } from "@gatehouse/platform-ids";
import { Database, type Row } from "@gatehouse/platform-postgres";
import { SESSION_CACHE_SECONDS, SessionCache } from "./session-cache.js";
import { GRANT_COLUMNS, IDP_COLUMNS, storedAccess, toIdpSession, toOfflineGrant } from "./session-rows.js";
import { reviveDates, SESSION_USER_COLUMNS, type SessionUser, toSessionUser } from "./session-user.js";

/** A live session with what every caller asks of its user. */
export interface LiveSession extends SessionUser {
  kind: SessionKind;
  session: IdpSession | OfflineGrant;
}

type Cached = LiveSession & { tokenHash?: string };

/** Reads sessions: from the cache, else in one statement that also notes the access, at most once a minute. */
@Injectable()
export class SessionReader {
  constructor(
    private readonly db: Database,
    private readonly cache: SessionCache,
  ) {}

  /** The IdP session of a cookie token, when it is live and its user may sign in. */
  async byToken(ctx: ProjectContext, token: string): Promise<LiveSession | undefined> {
    const [id, secret, rest] = token.split(".");
    if (!id || !secret || rest !== undefined || !isUuid(id)) return undefined;
    const found = await this.find(ctx, "idp", id);
    return found?.tokenHash && constantTimeEqual(found.tokenHash, sha256Hex(token)) ? found : undefined;
  }

  /** A live session by id; a grant with shared sign-on is live only as long as its IdP session. */
  async byId(ctx: ProjectContext, kind: SessionKind, id: string): Promise<LiveSession | undefined> {
    return isUuid(id) ? this.find(ctx, kind, id) : undefined;
  }

  private async find(ctx: ProjectContext, kind: SessionKind, id: string): Promise<Cached | undefined> {
    const cached = await this.cache.read(ctx, kind, id);
    if (cached === "revoked") return undefined;
    const found = cached ? (JSON.parse(cached.value, reviveDates) as Cached) : await this.load(ctx, kind, id);
    return found && this.isLive(ctx, found) ? found : undefined;
  }

  private async load(ctx: ProjectContext, kind: SessionKind, id: string): Promise<Cached | undefined> {
    const now = ctx.now();
    const access = storedAccess({ time: now, ip: ctx.request.ip, userAgent: ctx.request.userAgent });
    const row = await this.db.read((tx) => tx.queryOne(kind === "idp" ? IDP_SQL : GRANT_SQL, [ctx.project.id, id, now, access, SESSION_CACHE_SECONDS]));
    if (!row) return undefined;
    const found = this.toCached(kind, row);
    await this.cache.fill(ctx, { kind, id, value: JSON.stringify(found) });
    return found;
  }

  private toCached(kind: SessionKind, row: Row): Cached {
    return { ...toSessionUser(row), kind, session: kind === "idp" ? toIdpSession(row) : toOfflineGrant(row), tokenHash: row.token_hash as string | undefined };
  }

  private isLive(ctx: ProjectContext, found: LiveSession): boolean {
    const now = ctx.now();
    if (accountStatusError(found.user.status, now)) return false;
    if (found.kind === "idp") return idpSessionExpiry(ctx.project.config, found.session) > now;
    const grant = found.session as OfflineGrant;
    const client = ctx.project.config.oauth.clients?.find(({ client_id }) => client_id === grant.initialClientId);
    return client !== undefined && offlineGrantExpiry(client, grant) > now;
  }
}

const touched = (table: string) => `with touched as (
  update ${table} set last_access = $4, last_access_at = $3 where project_id = $1 and id = $2 and last_access_at < $3::timestamptz - make_interval(secs => $5))`;

const IDP_SQL = `${touched("idp_session")}
select ${IDP_COLUMNS}, s.token_hash, ${SESSION_USER_COLUMNS}
from idp_session s join auth_user u on u.project_id = s.project_id and u.id = s.user_id
where s.project_id = $1 and s.id = $2`;

const GRANT_SQL = `${touched("offline_grant")}
select ${GRANT_COLUMNS}, ${SESSION_USER_COLUMNS}
from offline_grant s join auth_user u on u.project_id = s.project_id and u.id = s.user_id
where s.project_id = $1 and s.id = $2
  and (not s.sso_enabled or exists (select 1 from idp_session i where i.project_id = s.project_id and i.id = s.idp_session_id))`;
