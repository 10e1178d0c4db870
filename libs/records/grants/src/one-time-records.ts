import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo, AuthorizationSession, SessionKind } from "@gatehouse/domain-session";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC, CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";

const AUTHORIZATION_SESSION_SECONDS = 1500;
const AUTHENTICATION_INFO_SECONDS = 300;
const AUTHORIZATION_CODE_SECONDS = 300;

/** Authorization requests while the user signs in, by `x_ref`. */
@Injectable()
export class AuthorizationSessions {
  constructor(private readonly redis: RedisConnection) {}

  async create(ctx: ProjectContext, request: Record<string, string>): Promise<AuthorizationSession> {
    const session = { id: randomString(32, CROCKFORD), request, createdAt: ctx.now().getTime() };
    await this.redis.client.set(this.key(ctx, session.id), JSON.stringify(session), "EX", AUTHORIZATION_SESSION_SECONDS);
    return session;
  }

  /** Undefined when unknown, expired, or of another project. */
  async get(ctx: ProjectContext, id: string): Promise<AuthorizationSession | undefined> {
    if (!/^[0-9A-Z]{32}$/.test(id)) return undefined;
    const stored = await this.redis.client.get(this.key(ctx, id));
    return stored ? (JSON.parse(stored) as AuthorizationSession) : undefined;
  }

  async delete(ctx: ProjectContext, id: string): Promise<void> {
    await this.redis.client.del(this.key(ctx, id));
  }

  private key(ctx: ProjectContext, id: string): string {
    return projectKey(ctx, "authorization-session", id);
  }
}

/** Results of finished authentications, handed to the consent endpoint once. */
@Injectable()
export class AuthenticationInfos {
  constructor(private readonly redis: RedisConnection) {}

  /** Returns the code that stands for the result: 32 characters. */
  async create(ctx: ProjectContext, info: AuthenticationInfo): Promise<string> {
    const code = randomString(32, CROCKFORD);
    await this.redis.client.set(this.key(ctx, code), JSON.stringify(info), "EX", AUTHENTICATION_INFO_SECONDS);
    return code;
  }

  /** Takes a result; a second call finds nothing. */
  async consume(ctx: ProjectContext, code: string): Promise<AuthenticationInfo | undefined> {
    const stored = await this.redis.client.getdel(this.key(ctx, code));
    return stored ? (JSON.parse(stored) as AuthenticationInfo) : undefined;
  }

  /** Reads a result and leaves it for the consent form's answer. */
  async get(ctx: ProjectContext, code: string): Promise<AuthenticationInfo | undefined> {
    const stored = await this.redis.client.get(this.key(ctx, code));
    return stored ? (JSON.parse(stored) as AuthenticationInfo) : undefined;
  }

  private key(ctx: ProjectContext, code: string): string {
    return projectKey(ctx, "authentication-info", sha256Hex(code));
  }
}

/** What an authorization code stands for. */
export interface AuthorizationCode {
  clientId: string;
  redirectUri: string;
  authorizationId: string;
  info: AuthenticationInfo;
  scopes: string[];
  nonce?: string;
  codeChallenge?: string;
  codeChallengeMethod?: string;
  /** Whether the grant shares the sign-on of the IdP session. */
  ssoEnabled: boolean;
  /** What it may be exchanged for. */
  purpose: "tokens" | "settings_action";
  /** Thumbprint of the key that `dpop_jkt` bound it to (RFC 9449 §10). */
  dpopJkt?: string;
  /** The session of the request's `id_token_hint`. */
  hint?: { kind: SessionKind; id: string };
  /** The API resources its access tokens are for (RFC 8707). */
  resources?: string[];
  /** Claims of the ID token that only the login knows. */
  idTokenClaims?: Record<string, unknown>;
}

/** What a code was exchanged for; a second use ends it. */
export interface IssuedForCode {
  accessTokenHash: string;
  refreshToken?: { grantId: string; initialHash: string };
}

/** Authorization codes: 5 minutes, once, hashed at rest. */
@Injectable()
export class AuthorizationCodes {
  constructor(private readonly redis: RedisConnection) {}

  async create(ctx: ProjectContext, entry: AuthorizationCode): Promise<string> {
    const code = randomString(32, ALPHANUMERIC);
    await this.redis.client.set(this.key(ctx, code), JSON.stringify(entry), "EX", AUTHORIZATION_CODE_SECONDS);
    return code;
  }

  /** Reads a code without taking it, so that a wrong attempt does not burn it. */
  async get(ctx: ProjectContext, code: string): Promise<AuthorizationCode | undefined> {
    const stored = await this.redis.client.get(this.key(ctx, code));
    return stored ? (JSON.parse(stored) as AuthorizationCode) : undefined;
  }

  /** Takes a code; of many at once one does. */
  async redeem(ctx: ProjectContext, code: string): Promise<boolean> {
    return (await this.redis.client.getdel(this.key(ctx, code))) !== null;
  }

  /** Makes a code good again whose redemption failed through no fault of the client's. */
  async giveBack(ctx: ProjectContext, code: string, entry: AuthorizationCode): Promise<void> {
    await this.redis.client.set(this.key(ctx, code), JSON.stringify(entry), "EX", AUTHORIZATION_CODE_SECONDS, "NX").catch(() => undefined);
  }

  /** Remembers what a redeemed code was exchanged for, as long as it would have lived. */
  async noteIssued(ctx: ProjectContext, code: string, issued: IssuedForCode): Promise<void> {
    await this.redis.client.set(this.issuedKey(ctx, code), JSON.stringify(issued), "EX", AUTHORIZATION_CODE_SECONDS).catch(() => undefined);
  }

  /** What a code was exchanged for; told once. */
  async issuedFor(ctx: ProjectContext, code: string): Promise<IssuedForCode | undefined> {
    const stored = await this.redis.client.getdel(this.issuedKey(ctx, code));
    return stored ? (JSON.parse(stored) as IssuedForCode) : undefined;
  }

  private key(ctx: ProjectContext, code: string): string {
    return projectKey(ctx, "authorization-code", sha256Hex(code));
  }

  private issuedKey(ctx: ProjectContext, code: string): string {
    return projectKey(ctx, "issued-for-code", sha256Hex(code));
  }
}
