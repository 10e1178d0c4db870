import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { randomString } from "@gatehouse/platform-ids";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { SESSION_CACHE_SECONDS, SessionCache } from "./session-cache.js";
import { reviveDates } from "./session-user.js";

/** A cookie session made from a refresh token (spec: sessions and tokens §2.6). */
export interface AppSession {
  grantId: string;
  initialRefreshTokenHash: string;
  expireAt: Date;
}

/** The rows of `app_session`, found by the SHA-256 of their token; cached for a minute. */
@Injectable()
export class AppSessionStore {
  constructor(
    private readonly db: Database,
    private readonly cache: SessionCache,
  ) {}

  /** Returns the token: 32 characters. */
  async create(ctx: ProjectContext, tx: Tx, session: AppSession): Promise<string> {
    const token = randomString(32);
    await tx.query("insert into app_session (project_id, token_hash, grant_id, initial_refresh_token_hash, created_at, expire_at) values ($1, $2, $3, $4, $5, $6)", [
      ctx.project.id,
      sha256Hex(token),
      session.grantId,
      session.initialRefreshTokenHash,
      ctx.now(),
      session.expireAt,
    ]);
    return token;
  }

  /** The unexpired session of a cookie. Its grant may be gone: whoever asks looks that up. */
  async byToken(ctx: ProjectContext, token: string): Promise<AppSession | undefined> {
    const id = sha256Hex(token);
    const cached = await this.cache.read(ctx, "app_session", id);
    if (cached === "revoked") return undefined;
    const found = cached ? (JSON.parse(cached.value, reviveDates) as AppSession) : await this.load(ctx, id);
    return found && found.expireAt >= ctx.now() ? found : undefined;
  }

  private async load(ctx: ProjectContext, id: string): Promise<AppSession | undefined> {
    const sql = "select grant_id, initial_refresh_token_hash, expire_at from app_session where project_id = $1 and token_hash = $2";
    const row = await this.db.read((tx) => tx.queryOne(sql, [ctx.project.id, id]));
    if (!row) return undefined;
    const found = { grantId: row.grant_id as string, initialRefreshTokenHash: row.initial_refresh_token_hash as string, expireAt: row.expire_at as Date };
    await this.cache.fill(ctx, { kind: "app_session", id, value: JSON.stringify(found), seconds: SESSION_CACHE_SECONDS });
    return found;
  }
}
