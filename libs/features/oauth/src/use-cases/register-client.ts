import { Injectable } from "@nestjs/common";
import { GRANT_TYPE, OAuthError, readClientMetadata } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { randomString } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { ProjectRegistry, RegisteredClientStore, type RegisteredClientRow } from "@gatehouse/service-project-registry";
import { type Bucket, RateLimiter } from "@gatehouse/service-rate-limit";
import { limitTokens } from "../rules/token-buckets.js";

const registrations = (ctx: ProjectContext): Bucket[] => [
  { name: "OAuthRegistrationPerIP", args: [ctx.request.ip], config: { enabled: true, period: "1h", burst: 10 } },
  { name: "OAuthRegistrationPerProject", args: [], config: { enabled: true, period: "1h", burst: 100 } },
];

/** What is told of a registered client (RFC 7591 §3.2.1, RFC 7592 §3). */
export type ClientInformation = Readonly<Record<string, unknown>>;

/** Dynamic client registration (RFC 7591) and its management (RFC 7592), ours: third parties alone, with a secret or without, a bounded number. Throws OAuthError. */
@Injectable()
export class RegisterClient {
  constructor(
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly clients: RegisteredClientStore,
    private readonly limiter: RateLimiter,
  ) {}

  /** A new client with the token that manages it, and its secret unless it is public; only their hashes are kept. */
  async run(ctx: ProjectContext, document: unknown): Promise<ClientInformation> {
    await limitTokens(this.limiter, ctx, registrations(ctx));
    if (typeof document !== "object" || document === null || Array.isArray(document)) throw new OAuthError("invalid_client_metadata", "the metadata must be an object");
    const { device_authorization_enabled: devices, dynamic_client_registration: limits } = ctx.project.config.oauth;
    const metadata = readClientMetadata(document as Record<string, unknown>, { secrets: true, grantTypes: devices ? [GRANT_TYPE.deviceCode] : [] });
    const clientId = `reg-${ctx.newId()}`;
    const token = randomString(43);
    const secret = metadata.token_endpoint_auth_method ? randomString(43) : undefined;
    const row = { clientId, metadata, tokenHash: sha256Hex(token), secretHash: secret ? sha256Hex(secret) : null, maximum: limits.maximum };
    const written = await this.db.transaction((tx) => this.clients.put(ctx, tx, row));
    if (!written) throw new OAuthError("access_denied", "no more clients may be registered", 403);
    await this.registry.invalidate(ctx.project.id);
    const shownOnce = secret ? { client_secret: secret, client_secret_expires_at: 0 } : {};
    return { ...describe(ctx, { clientId, metadata, createdAt: ctx.now() }), ...shownOnce, registration_access_token: token };
  }

  /** What is known of a client, for who holds its token. */
  async read(ctx: ProjectContext, clientId: string, token: string | undefined): Promise<ClientInformation> {
    return describe(ctx, await this.own(ctx, clientId, token));
  }

  /** Ends a client; its refresh tokens end with it. */
  async remove(ctx: ProjectContext, clientId: string, token: string | undefined): Promise<void> {
    await this.own(ctx, clientId, token);
    await this.db.read((tx) => this.clients.delete(ctx, tx, clientId));
    await this.registry.invalidate(ctx.project.id);
  }

  private async own(ctx: ProjectContext, clientId: string, token: string | undefined): Promise<RegisteredClientRow> {
    const found = await this.db.read((tx) => this.clients.byId(ctx, tx, clientId));
    const right = constantTimeEqual(found?.tokenHash ?? "", sha256Hex(token ?? ""));
    if (!found || !right) throw new OAuthError("invalid_token", "the registration access token is wrong", 401);
    return found;
  }
}

function describe(ctx: ProjectContext, { clientId, metadata, createdAt }: Pick<RegisteredClientRow, "clientId" | "metadata" | "createdAt">): ClientInformation {
  return {
    client_id: clientId,
    client_id_issued_at: Math.floor(createdAt.getTime() / 1000),
    registration_client_uri: `${ctx.project.config.http.public_origin}/oauth2/register/${clientId}`,
    ...metadata,
    token_endpoint_auth_method: metadata.token_endpoint_auth_method ?? "none",
    grant_types: ["authorization_code", "refresh_token", ...(metadata.grant_types ?? [])],
    response_types: ["code"],
  };
}
