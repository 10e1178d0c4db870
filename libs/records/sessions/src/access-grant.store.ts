import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { SessionKind } from "@gatehouse/domain-session";
import type { Row, Tx } from "@gatehouse/platform-postgres";
import { SessionCache } from "./session-cache.js";

/** The server side of an access token (spec: sessions and tokens §2.5). Found by the SHA-256 of the token, which is also the `jti` of a JWT access token. */
export interface AccessGrant {
  tokenHash: string;
  userId: string;
  clientId: string;
  authorizationId: string;
  sessionId: string;
  sessionKind: SessionKind;
  scopes: string[];
  createdAt: Date;
  expireAt: Date;
  /** The refresh token record whose scopes, client and key the token takes; absent where there is none. */
  initialRefreshTokenHash: string | null;
}

export const ACCESS_GRANT_COLUMNS =
  "a.token_hash as access_token_hash, a.user_id as access_user_id, a.client_id as access_client_id, a.authorization_id as access_authorization_id, a.session_id as access_session_id, a.session_kind as access_session_kind, a.scopes as access_scopes, a.created_at as access_created_at, a.expire_at as access_expire_at, a.initial_refresh_token_hash as access_refresh_token_hash";

export const toAccessGrant = (row: Row): AccessGrant => ({
  tokenHash: row.access_token_hash as string,
  userId: row.access_user_id as string,
  clientId: row.access_client_id as string,
  authorizationId: row.access_authorization_id as string,
  sessionId: row.access_session_id as string,
  sessionKind: row.access_session_kind as SessionKind,
  scopes: row.access_scopes as string[],
  createdAt: row.access_created_at as Date,
  expireAt: row.access_expire_at as Date,
  initialRefreshTokenHash: row.access_refresh_token_hash as string | null,
});

/** The rows of `access_grant`. `SessionReader` reads them. */
@Injectable()
export class AccessGrantStore {
  constructor(private readonly cache: SessionCache) {}

  async insert(ctx: ProjectContext, tx: Tx, grant: AccessGrant): Promise<void> {
    await tx.query(
      `insert into access_grant (project_id, token_hash, user_id, client_id, authorization_id, session_id, session_kind, initial_refresh_token_hash, scopes, created_at, expire_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ctx.project.id,
        grant.tokenHash,
        grant.userId,
        grant.clientId,
        grant.authorizationId,
        grant.sessionId,
        grant.sessionKind,
        grant.initialRefreshTokenHash,
        grant.scopes,
        grant.createdAt,
        grant.expireAt,
      ],
    );
  }

  /** Ends an access token; true when there was one. */
  async revoke(ctx: ProjectContext, tx: Tx, tokenHash: string): Promise<boolean> {
    const rows = await tx.query("delete from access_grant where project_id = $1 and token_hash = $2 returning token_hash", [ctx.project.id, tokenHash]);
    tx.afterCommit(() => this.cache.bury(ctx, "access_grant", [tokenHash]));
    return rows.length > 0;
  }

  /** Ends the access tokens of an authorization. */
  async revokeOfAuthorization(ctx: ProjectContext, tx: Tx, authorizationId: string): Promise<void> {
    const rows = await tx.query("delete from access_grant where project_id = $1 and authorization_id = $2 returning token_hash", [ctx.project.id, authorizationId]);
    tx.afterCommit(() =>
      this.cache.bury(
        ctx,
        "access_grant",
        rows.map(({ token_hash }) => token_hash as string),
      ),
    );
  }
}
