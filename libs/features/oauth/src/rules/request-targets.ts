import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { type AuthorizeParams, type AuthorizeRequest, checkAuthorizeRequest, isBuiltInScope, isRegistered, OAuthError, spaceList } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { type ClientAccess, ClientResourceStore, TokenResourceStore } from "@gatehouse/record-resources";

const refuse = (description: string): OAuthError => new OAuthError("invalid_target", description);

/** What the access tokens of a refresh token are for. */
export interface RefreshTarget {
  resource?: string;
  scopes: readonly string[];
}

/**
 * Resource indicators (RFC 8707), ours: an authorization may be for one API resource that is associated with the client, with scopes assigned to it there;
 * its access tokens are JWTs with that audience. Without `oauth.resource_indicators_enabled`, `resource` means nothing here.
 */
@Injectable()
export class RequestTargets {
  constructor(
    private readonly db: Database,
    private readonly clientResources: ClientResourceStore,
    private readonly tokenResources: TokenResourceStore,
  ) {}

  /** Checks an authorization request together with its resource. Throws OAuthError. */
  async check(ctx: ProjectContext, client: OAuthClientConfig, params: AuthorizeParams): Promise<AuthorizeRequest> {
    const { config } = ctx.project;
    const { resource } = params;
    if (!config.oauth.resource_indicators_enabled || !resource) return checkAuthorizeRequest(config, client, params);
    const access = await this.access(ctx, client, resource);
    const scopes = spaceList(params.scope);
    const request = checkAuthorizeRequest(config, client, { ...params, scope: scopes.filter((scope) => !access?.associated || !access.scopes.includes(scope)).join(" ") });
    if (!access) throw refuse("resource not found");
    if (!access.associated) throw refuse("client is not associated with the resource");
    if (request.responseType !== "code") throw refuse("resource is for authorization codes alone");
    return { ...request, scopes, resource };
  }

  /** A token request may repeat the resource of its code, and name no other. Throws `invalid_target`. */
  checkSame(ctx: ProjectContext, asked: string | undefined, granted: string | undefined): void {
    if (ctx.project.config.oauth.resource_indicators_enabled && asked && asked !== granted) throw refuse("resource was not granted");
  }

  /** What a refresh token gives access tokens for today; scopes that were taken away meanwhile are left out. Throws `invalid_target`. */
  async ofRefresh(
    ctx: ProjectContext,
    { client, grantId, initialHash, scopes }: { client: OAuthClientConfig; grantId: string; initialHash: string; scopes: readonly string[] },
    asked: string | undefined,
  ): Promise<RefreshTarget> {
    if (!ctx.project.config.oauth.resource_indicators_enabled) return { scopes };
    const resource = await this.db.read((tx) => this.tokenResources.ofToken(ctx, tx, { grantId, initialHash }));
    this.checkSame(ctx, asked, resource);
    if (!resource) return { scopes };
    const access = await this.access(ctx, client, resource);
    if (!access?.associated) throw refuse("client is not associated with the resource");
    return { resource, scopes: scopes.filter((scope) => isBuiltInScope(scope) || access.scopes.includes(scope)) };
  }

  /** What a client may do with a resource today: what it was given, or for one that described itself, what is open to all of these. */
  private access(ctx: ProjectContext, client: OAuthClientConfig, resource: string): Promise<ClientAccess | undefined> {
    const open = isRegistered(client) && ctx.project.config.oauth.registered_client_resources?.includes(resource);
    return this.db.read((tx) =>
      open ? this.clientResources.wholeAccess(ctx, tx, resource) : this.clientResources.access(ctx, tx, { resourceUri: resource, clientId: client.client_id }),
    );
  }
}
