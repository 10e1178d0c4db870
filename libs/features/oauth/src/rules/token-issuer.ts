import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { oidcIdTokenPreCreate, oidcJwtPreCreate } from "@gatehouse/domain-events";
import { type ClaimSource, coreClaims, encodeSid, OAuthError, personalClaims } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { IdpSession, SessionKind } from "@gatehouse/domain-session";
import { identityModel, userModel } from "@gatehouse/domain-user";
import { type KeyJwk, sha256Hex, signJwt } from "@gatehouse/platform-crypto";
import { isApiError } from "@gatehouse/platform-errors-core";
import { randomString } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { AccessGrants } from "@gatehouse/record-sessions";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";

const ID_TOKEN_SECONDS = 300;

/** What tokens are issued for. */
export interface TokenSubject {
  client: OAuthClientConfig;
  session: { kind: SessionKind; value: IdpSession };
  source: ClaimSource;
  authorizationId: string;
  scopes: readonly string[];
  initialRefreshTokenHash?: string;
}

/** Makes access tokens and ID tokens (spec: sessions and tokens §11); asks the blocking hooks only where some are configured. */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly grants: AccessGrants,
    private readonly hooks: BlockingHooks,
  ) {}

  /** An access token, opaque or JWT as the client wants it, with its grant kept. */
  async accessToken(ctx: ProjectContext, subject: TokenSubject): Promise<{ access_token: string; token_type: "Bearer"; expires_in: number }> {
    const { client, session, source } = subject;
    const now = Math.floor(ctx.now().getTime() / 1000);
    const expires_in = client.access_token_lifetime_seconds ?? 1800;
    const secret = randomString(32);
    const token = client.issue_jwt_access_token ? await this.jwt(ctx, subject, { jti: sha256Hex(secret), now, expires_in }) : secret;
    await this.grants.save(ctx, secret, {
      userId: source.user.id,
      clientId: client.client_id,
      authorizationId: subject.authorizationId,
      sessionId: session.value.id,
      sessionKind: session.kind,
      scopes: [...subject.scopes],
      createdAt: now,
      expireAt: now + expires_in,
      initialRefreshTokenHash: subject.initialRefreshTokenHash,
    });
    return { access_token: token, token_type: "Bearer", expires_in };
  }

  /** An ID token, valid for 5 minutes. */
  async idToken(ctx: ProjectContext, subject: TokenSubject, nonce?: string): Promise<string> {
    const { client, session, source, scopes } = subject;
    const now = Math.floor(ctx.now().getTime() / 1000);
    const claims = {
      iss: ctx.project.config.http.public_origin,
      sub: source.user.id,
      aud: [client.client_id],
      iat: now,
      exp: now + ID_TOKEN_SECONDS,
      ...sessionClaims(session.value),
      sid: encodeSid(session.kind, session.value.id),
      ...(nonce ? { nonce } : {}),
      ...coreClaims(ctx.project.config, source),
      ...personalClaims(ctx.project.config, source, { client, scopes }),
    };
    return signJwt(signingJwk(ctx), await this.ask(ctx, subject, { kind: "id_token", claims }), "JWT");
  }

  private async jwt(ctx: ProjectContext, subject: TokenSubject, { jti, now, expires_in }: { jti: string; now: number; expires_in: number }): Promise<string> {
    const { client, session, source, scopes } = subject;
    const origin = ctx.project.config.http.public_origin;
    const claims = {
      iss: origin,
      aud: [origin],
      iat: now,
      exp: now + expires_in,
      client_id: client.client_id,
      scope: scopes.join(" "),
      ...sessionClaims(session.value),
      jti,
      sub: source.user.id,
      ...coreClaims(ctx.project.config, source),
      ...personalClaims(ctx.project.config, source, { client, scopes }),
    };
    return signJwt(signingJwk(ctx), await this.ask(ctx, subject, { kind: "jwt", claims }), "at+jwt");
  }

  private async ask(ctx: ProjectContext, subject: TokenSubject, token: { kind: "jwt" | "id_token"; claims: Record<string, unknown> }): Promise<Record<string, unknown>> {
    const type = token.kind === "jwt" ? oidcJwtPreCreate : oidcIdTokenPreCreate;
    if (!this.hooks.hasHandlers(ctx, type.entry.type)) return token.claims;
    const [facts] = await this.db.read((tx) => this.accounts.facts(ctx, tx, [subject.source.user.id]));
    if (!facts) return token.claims;
    const about = { user: userModel(ctx.project.config, facts, ctx.now()), identities: facts.identities.map(identityModel) };
    const event = token.kind === "jwt" ? oidcJwtPreCreate({ ...about, jwt: { payload: token.claims } }) : oidcIdTokenPreCreate({ ...about, id_token: { payload: token.claims } });
    try {
      return { ...((await this.hooks.run(ctx, event)).claims ?? token.claims) };
    } catch (error) {
      if (!isApiError(error)) throw error;
      const refused = error.reason === "HookDisallowed";
      throw new OAuthError("server_error", refused ? "access token generation is disallowed by hook" : error.message, 500);
    }
  }
}

const sessionClaims = ({ authenticatedAt, amr }: IdpSession): Record<string, unknown> => ({
  auth_time: Math.floor(authenticatedAt.getTime() / 1000),
  ...(amr.length > 0 ? { amr } : {}),
});

/** The key at index 0 signs; all keys verify. */
function signingJwk(ctx: ProjectContext): KeyJwk {
  const key = ctx.project.secrets.oauth?.keys[0];
  if (!key) throw new Error("the project has no signing key");
  return key as KeyJwk;
}
