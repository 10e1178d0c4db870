import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { m2mTokenCreated } from "@gatehouse/domain-events";
import { GRANT_TYPE, OAuthError, resourceList, spaceList } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { signJwt } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { ClientResourceStore } from "@gatehouse/record-resources";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { checkClientSecret } from "../rules/client-secret.js";
import { limitTokens, machineTokenBuckets } from "../rules/token-buckets.js";
import { signingJwk } from "../rules/token-issuer.js";
import type { TokenGrant, TokenParams, TokenRequest, TokenResponse } from "./token-response.js";

const ACCESS_TOKEN_SECONDS = 1800;

/** `grant_type=client_credentials` (RFC 6749 §4.4, RFC 8707; spec: oauth-oidc §7.6): a JWT for one API resource. Nothing is stored. */
@Injectable()
export class ClientCredentials implements TokenGrant {
  readonly grantType = GRANT_TYPE.clientCredentials;

  constructor(
    private readonly db: Database,
    private readonly clientResources: ClientResourceStore,
    private readonly limiter: RateLimiter,
    private readonly outbox: EventOutbox,
  ) {}

  requirePresent(params: TokenParams): void {
    if (!params.resource) throw new OAuthError("invalid_target", "resource is required");
    if (!params.client_secret) throw new OAuthError("invalid_client", "client secret is required");
  }

  async run(ctx: ProjectContext, client: OAuthClientConfig, { params }: TokenRequest): Promise<TokenResponse> {
    const { client_secret: secret = "" } = params;
    const [resource = ""] = resourceList(params.resource);
    await limitTokens(this.limiter, ctx, machineTokenBuckets(client.client_id));
    checkClientSecret(ctx, client, secret);
    if (resource.startsWith(ctx.project.config.http.public_origin)) throw new OAuthError("invalid_target", "resource URI must not be a prefixed by authgear endpoint");
    const scope = await this.grantedScope(ctx, client, { resource, asked: spaceList(params.scope) });
    const answer = await machineToken(ctx, client, { resource, scope });
    await this.outbox.appendNow(ctx, [m2mTokenCreated({ client_id: client.client_id, client_secret: maskSecret(secret) })]);
    return answer;
  }

  /** Asked scopes in their order, or all of the client's, ascending. */
  private async grantedScope(ctx: ProjectContext, client: OAuthClientConfig, { resource, asked }: { resource: string; asked: readonly string[] }): Promise<string> {
    const access = await this.db.read((tx) => this.clientResources.access(ctx, tx, { resourceUri: resource, clientId: client.client_id }));
    if (!access) throw new OAuthError("invalid_target", "resource not found");
    if (!access.associated) throw new OAuthError("invalid_target", "client is not associated with the resource");
    const foreign = asked.find((scope) => !access.scopes.includes(scope));
    if (foreign !== undefined) throw new OAuthError("invalid_scope", `specified scope is not allowed: ${foreign}`);
    return (asked.length > 0 ? asked : access.scopes).join(" ");
  }
}

/** The token of spec: sessions and tokens §11.2. */
async function machineToken(ctx: ProjectContext, client: OAuthClientConfig, { resource, scope }: { resource: string; scope: string }): Promise<TokenResponse> {
  const iat = Math.floor(ctx.now().getTime() / 1000);
  const expires_in = client.access_token_lifetime_seconds ?? ACCESS_TOKEN_SECONDS;
  const { client_id } = client;
  const claims = { jti: ctx.newId(), iss: ctx.project.config.http.public_origin, aud: [resource], iat, exp: iat + expires_in, client_id, scope, sub: `client_id_${client_id}` };
  return { access_token: await signJwt(signingJwk(ctx), claims, "at+jwt"), token_type: "Bearer", expires_in, scope };
}

/** What logs may show of a secret: its first 4 characters, or the first half of a short one. */
function maskSecret(secret: string): string {
  const shown = secret.length >= 8 ? 4 : secret.length > 1 ? Math.floor(secret.length / 2) : 0;
  return `${secret.slice(0, shown)}******`;
}
