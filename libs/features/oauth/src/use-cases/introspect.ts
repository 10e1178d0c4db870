import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits, findClient, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, sha256Hex, verifyJwt } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { OfflineGrantStore, SessionReader } from "@gatehouse/record-sessions";
import { authenticateClient } from "../rules/authenticate-client.js";
import { isGrantUsable, parseRefreshToken, refreshTokenEnd } from "../rules/presented-refresh-token.js";
import type { TokenParams } from "./token-response.js";

const LONGEST_TOKEN = 16_384;
const inactive = { active: false } as const;

/** What a resource server is told of a token (RFC 7662 §2.2). */
export type Introspection = typeof inactive | ({ active: true; client_id: string; scope: string; sub: string } & Record<string, unknown>);

type JwtClaims = NonNullable<Awaited<ReturnType<typeof verifyJwt>>>;

/**
 * Token introspection (RFC 7662), ours: access tokens of users and of machines, opaque or JWT, and refresh tokens. A client proves itself with its secret; a
 * third-party client learns of its own tokens alone, and of refresh tokens, which no API ever sees, everybody does. Whatever is unknown, over, or another
 * project's is not active. `token_type_hint` means nothing: a token's form tells its type. No statement for an access token whose session is cached.
 */
@Injectable()
export class IntrospectToken {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionReader,
    private readonly grants: OfflineGrantStore,
  ) {}

  async run(ctx: ProjectContext, params: TokenParams): Promise<Introspection> {
    const caller = authenticateClient(ctx, params);
    if (!params.token) throw new OAuthError("invalid_request", "token is required");
    const presented = parseRefreshToken(params.token);
    if (presented) return this.ofRefreshToken(ctx, presented, caller);
    const found = params.token.length > LONGEST_TOKEN ? inactive : await this.look(ctx, params.token);
    const mayKnow = clientTraits(caller).firstParty || (found.active && found.client_id === caller.client_id);
    return mayKnow ? found : inactive;
  }

  private async look(ctx: ProjectContext, token: string): Promise<Introspection> {
    const issuer = ctx.project.config.http.public_origin;
    if (!token.startsWith("eyJ")) return this.ofUser(ctx, sha256Hex(token), { aud: [issuer] });
    const claims = await verifyJwt((ctx.project.secrets.oauth?.keys ?? []) as KeyJwk[], token, { issuer, typ: "at+jwt", currentDate: ctx.now(), requiredClaims: ["exp"] });
    if (!claims) return inactive;
    if (claims.sub === `client_id_${String(claims.client_id)}`) return ofMachine(findClient(ctx.project.config, claims.client_id as string), claims);
    return typeof claims.jti === "string" && /^[0-9a-f]{64}$/.test(claims.jti)
      ? this.ofUser(ctx, claims.jti, { aud: claims.aud, jti: claims.jti, scope: String(claims.scope ?? "") })
      : inactive;
  }

  /** Asking is no use of a token: it keeps nothing alive. One that has been replaced is over, although a repeated refresh may still find its successor. */
  private async ofRefreshToken(ctx: ProjectContext, presented: { grantId: string; hash: string }, caller: OAuthClientConfig): Promise<Introspection> {
    const known = await this.db.read((tx) => this.grants.peek(ctx, tx, presented));
    if (!known || known.token.clientId !== caller.client_id || !isGrantUsable(ctx, known)) return inactive;
    const { grant, token, owner } = known;
    const issuer = ctx.project.config.http.public_origin;
    return {
      active: true,
      iss: issuer,
      aud: [issuer],
      sub: owner.user.id,
      client_id: token.clientId,
      scope: token.scopes.join(" "),
      iat: Math.floor(token.createdAt.getTime() / 1000),
      exp: Math.floor(refreshTokenEnd(ctx, known).getTime() / 1000),
      auth_time: Math.floor(grant.authenticatedAt.getTime() / 1000),
      ...(token.dpopJkt ? { cnf: { jkt: token.dpopJkt } } : {}),
    };
  }

  private async ofUser(ctx: ProjectContext, tokenHash: string, about: { aud: unknown; jti?: string; scope?: string }): Promise<Introspection> {
    const known = await this.sessions.byAccessToken(ctx, tokenHash);
    if (!known || known.found.blocked) return inactive;
    const { grant, token, found } = known;
    return {
      active: true,
      iss: ctx.project.config.http.public_origin,
      sub: found.live.user.id,
      client_id: token?.clientId ?? grant.clientId,
      scope: (token?.scopes ?? grant.scopes).join(" "),
      token_type: "Bearer",
      iat: Math.floor(grant.createdAt.getTime() / 1000),
      exp: Math.floor(grant.expireAt.getTime() / 1000),
      auth_time: Math.floor(found.live.session.authenticatedAt.getTime() / 1000),
      ...about,
    };
  }
}

/** A machine's token is known by its signature alone; it ends with its client. */
function ofMachine(client: OAuthClientConfig | undefined, { iss, sub, aud, iat, exp, jti, scope }: JwtClaims): Introspection {
  if (!client) return inactive;
  return { active: true, iss, sub: sub as string, client_id: client.client_id, scope: String(scope ?? ""), token_type: "Bearer", iat, exp, aud, jti };
}
