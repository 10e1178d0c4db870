import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { oidcIdTokenPreCreate, oidcJwtPreCreate } from "@gatehouse/domain-events";
import { type ClaimSource, coreClaims, encodeSid, OAuthError, personalClaims } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { IdpSession, OfflineGrant, SessionKind } from "@gatehouse/domain-session";
import { identityModel, type UserFacts, userModel } from "@gatehouse/domain-user";
import { type KeyJwk, sha256Hex, signJwt } from "@gatehouse/platform-crypto";
import { isApiError } from "@gatehouse/platform-errors-core";
import { randomString } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import type { AccessGrant } from "@gatehouse/record-sessions";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";

const ID_TOKEN_SECONDS = 300;
const ACCESS_TOKEN_SECONDS = 1800;

/** What tokens are issued for. */
export interface TokenSubject {
  client: OAuthClientConfig;
  session: { kind: SessionKind; value: IdpSession | OfflineGrant };
  source: ClaimSource;
  authorizationId: string;
  scopes: readonly string[];
  /** The refresh token record the access token belongs to. */
  initialRefreshTokenHash: string | null;
  /** The API resources its access token is for (RFC 8707): a JWT, whatever the client's setting. */
  resources?: readonly string[];
  /** The whole user, for hooks, where he is not written yet. */
  facts?: UserFacts;
}

/** An access token that is not written yet. */
export interface PreparedAccess {
  secret: string;
  tokenHash: string;
  createdAt: Date;
  expireAt: Date;
}

/** What an ID token says beside the usual. */
export interface IdTokenOptions {
  nonce?: string;
  /** Scopes that decide on personal attributes; the subject's where absent. `[]` for none. */
  personalScopes?: readonly string[];
  /** More claims, such as asserted social identities. */
  claims?: Readonly<Record<string, unknown>>;
}

/** Signed tokens with the row that must be written for them. */
export interface IssuedTokens {
  response: { access_token: string; token_type: "Bearer"; expires_in: number; id_token?: string };
  access: AccessGrant;
}

/** Makes access tokens and ID tokens (spec: sessions and tokens §11); asks the blocking hooks only where some are configured. Writes nothing. */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly hooks: BlockingHooks,
  ) {}

  /** A new access token of a client. */
  prepareAccess(ctx: ProjectContext, client: OAuthClientConfig): PreparedAccess {
    const secret = randomString(32);
    const createdAt = ctx.now();
    return { secret, tokenHash: sha256Hex(secret), createdAt, expireAt: new Date(createdAt.getTime() + (client.access_token_lifetime_seconds ?? ACCESS_TOKEN_SECONDS) * 1000) };
  }

  /** An access token, opaque or JWT as the client wants it, and an ID token when `openid` was granted. Throws OAuthError when a hook refuses. */
  async tokens(ctx: ProjectContext, subject: TokenSubject, { access, idToken }: { access?: PreparedAccess; idToken?: IdTokenOptions } = {}): Promise<IssuedTokens> {
    const prepared = access ?? this.prepareAccess(ctx, subject.client);
    const access_token = subject.client.issue_jwt_access_token || subject.resources ? await this.jwt(ctx, subject, prepared) : prepared.secret;
    const id_token = subject.scopes.includes("openid") ? await this.idToken(ctx, subject, idToken) : undefined;
    const expires_in = Math.round((prepared.expireAt.getTime() - prepared.createdAt.getTime()) / 1000);
    return {
      response: { access_token, token_type: "Bearer", expires_in, ...(id_token ? { id_token } : {}) },
      access: {
        tokenHash: prepared.tokenHash,
        userId: subject.source.user.id,
        clientId: subject.client.client_id,
        authorizationId: subject.authorizationId,
        sessionId: subject.session.value.id,
        sessionKind: subject.session.kind,
        scopes: [...subject.scopes],
        createdAt: prepared.createdAt,
        expireAt: prepared.expireAt,
        initialRefreshTokenHash: subject.initialRefreshTokenHash,
      },
    };
  }

  /** An ID token, valid for 5 minutes. */
  async idToken(ctx: ProjectContext, subject: Omit<TokenSubject, "authorizationId" | "initialRefreshTokenHash">, options: IdTokenOptions = {}): Promise<string> {
    const { client, session, source } = subject;
    const now = Math.floor(ctx.now().getTime() / 1000);
    const deviceSecretHash = "deviceSecretHash" in session.value ? session.value.deviceSecretHash : null;
    const claims = {
      iss: ctx.project.config.http.public_origin,
      sub: source.user.id,
      aud: [client.client_id],
      iat: now,
      exp: now + ID_TOKEN_SECONDS,
      ...sessionClaims(session.value),
      sid: encodeSid(session.kind, session.value.id),
      ...(options.nonce ? { nonce: options.nonce } : {}),
      ...(deviceSecretHash ? { ds_hash: deviceSecretHash } : {}),
      ...coreClaims(ctx.project.config, source),
      ...personalClaims(ctx.project.config, source, { client, scopes: options.personalScopes ?? subject.scopes }),
      ...options.claims,
    };
    return signJwt(signingJwk(ctx), await this.ask(ctx, subject, { kind: "id_token", claims }), "JWT");
  }

  private async jwt(ctx: ProjectContext, subject: TokenSubject, access: PreparedAccess): Promise<string> {
    const { client, session, source, scopes } = subject;
    const origin = ctx.project.config.http.public_origin;
    const claims = {
      iss: origin,
      aud: [...(subject.resources ?? [origin])],
      iat: Math.floor(access.createdAt.getTime() / 1000),
      exp: Math.floor(access.expireAt.getTime() / 1000),
      client_id: client.client_id,
      scope: scopes.join(" "),
      ...sessionClaims(session.value),
      jti: access.tokenHash,
      sub: source.user.id,
      ...coreClaims(ctx.project.config, source),
      ...personalClaims(ctx.project.config, source, { client, scopes }),
    };
    return signJwt(signingJwk(ctx), await this.ask(ctx, subject, { kind: "jwt", claims }), "at+jwt");
  }

  private async ask(
    ctx: ProjectContext,
    { source, facts: known }: Pick<TokenSubject, "source" | "facts">,
    token: { kind: "jwt" | "id_token"; claims: Record<string, unknown> },
  ): Promise<Record<string, unknown>> {
    const type = token.kind === "jwt" ? oidcJwtPreCreate : oidcIdTokenPreCreate;
    if (!this.hooks.hasHandlers(ctx, type.entry.type)) return token.claims;
    const [facts] = known ? [known] : await this.db.read((tx) => this.accounts.facts(ctx, tx, [source.user.id]));
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
export function signingJwk(ctx: ProjectContext): KeyJwk {
  const key = ctx.project.secrets.oauth?.keys[0];
  if (!key) throw new Error("the project has no signing key");
  return key as KeyJwk;
}
