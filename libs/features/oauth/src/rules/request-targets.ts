import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { type AuthorizeParams, type AuthorizeRequest, checkAuthorizeRequest, isBuiltInScope, isRegistered, OAuthError, resourceList, spaceList } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { type ClientAccess, ClientResourceStore, TokenResourceStore } from "@gatehouse/record-resources";

const MAX_RESOURCES = 10;
const refuse = (description: string): OAuthError => new OAuthError("invalid_target", description);

/** What access tokens are for. */
export interface TokenTarget {
  /** API resources; absent for tokens of this server's own endpoints. */
  resources?: readonly string[];
  scopes: readonly string[];
}

/** The resources that a request names, with what the client may do there. */
interface Asked {
  resources: string[];
  /** Scopes of the APIs that the client has. */
  scopes: ReadonlySet<string>;
  /** Throws `invalid_target` when one is unknown or not the client's. */
  check(): void;
}

/**
 * Resource indicators (RFC 8707), ours: an authorization may be for API resources that are associated with the client, with scopes assigned to it there;
 * its access tokens are JWTs with these audiences, and a token request may ask for some of them. Without `oauth.resource_indicators_enabled`, `resource`
 * means nothing here.
 */
@Injectable()
export class RequestTargets {
  constructor(
    private readonly db: Database,
    private readonly clientResources: ClientResourceStore,
    private readonly tokenResources: TokenResourceStore,
  ) {}

  /** Checks an authorization request together with its resources. Throws OAuthError. */
  async check(ctx: ProjectContext, client: OAuthClientConfig, params: AuthorizeParams): Promise<AuthorizeRequest> {
    const asked = await this.asked(ctx, client, params.resource);
    if (!asked) return checkAuthorizeRequest(ctx.project.config, client, params);
    const scopes = spaceList(params.scope);
    const request = checkAuthorizeRequest(ctx.project.config, client, { ...params, scope: scopes.filter((scope) => !asked.scopes.has(scope)).join(" ") });
    asked.check();
    if (request.responseType !== "code") throw refuse("resource is for authorization codes alone");
    return { ...request, scopes, resources: asked.resources };
  }

  /** Checks the scopes and resources of a request without a redirect; `checkOwn` checks the scopes that are no API's. Throws OAuthError. */
  async checkScopes(
    ctx: ProjectContext,
    client: OAuthClientConfig,
    { resource, scopes, checkOwn }: { resource?: string; scopes: string[]; checkOwn(scopes: string[]): void },
  ): Promise<string[] | undefined> {
    const asked = await this.asked(ctx, client, resource);
    checkOwn(asked ? scopes.filter((scope) => !asked.scopes.has(scope)) : scopes);
    asked?.check();
    return asked?.resources;
  }

  /** What the access token of a code is for: all that was granted, or those of its resources that the token request names. Throws `invalid_target`. */
  async ofCode(ctx: ProjectContext, client: OAuthClientConfig, { granted, resource }: { granted: TokenTarget; resource: string | undefined }): Promise<TokenTarget> {
    const { resources: all = [], scopes } = granted;
    const chosen = this.chosen(ctx, resource, all);
    if (chosen.length === all.length) return all.length > 0 ? { resources: all, scopes } : { scopes };
    return { resources: chosen, scopes: ofApis(scopes, await this.access(ctx, client, chosen)) };
  }

  /** What a refresh token gives access tokens for today; scopes and APIs that were taken away meanwhile are left out. Throws `invalid_target`. */
  async ofRefresh(
    ctx: ProjectContext,
    { client, grantId, initialHash, scopes }: { client: OAuthClientConfig; grantId: string; initialHash: string; scopes: readonly string[] },
    resource: string | undefined,
  ): Promise<TokenTarget> {
    if (!ctx.project.config.oauth.resource_indicators_enabled) return { scopes };
    const granted = await this.db.read((tx) => this.tokenResources.ofToken(ctx, tx, { grantId, initialHash }));
    const chosen = this.chosen(ctx, resource, granted);
    if (chosen.length === 0) return { scopes };
    const access = await this.access(ctx, client, chosen);
    const left = chosen.filter((uri) => access.get(uri)?.associated);
    if (left.length === 0 || (resource && left.length < chosen.length)) throw refuse("client is not associated with the resource");
    return { resources: left, scopes: ofApis(scopes, access) };
  }

  /** A token request may name resources of its grant, and no others. */
  private chosen(ctx: ProjectContext, resource: string | undefined, granted: readonly string[]): readonly string[] {
    const asked = ctx.project.config.oauth.resource_indicators_enabled ? resourceList(resource) : [];
    if (asked.some((uri) => !granted.includes(uri))) throw refuse("resource was not granted");
    return asked.length > 0 ? asked : granted;
  }

  private async asked(ctx: ProjectContext, client: OAuthClientConfig, resource: string | undefined): Promise<Asked | undefined> {
    const resources = resourceList(resource);
    if (!ctx.project.config.oauth.resource_indicators_enabled || resources.length === 0) return undefined;
    if (resources.length > MAX_RESOURCES) throw refuse("too many resources");
    const access = await this.access(ctx, client, resources);
    const check = (): void => {
      const all = resources.map((uri) => access.get(uri));
      if (all.includes(undefined)) throw refuse("resource not found");
      if (all.some((one) => !one?.associated)) throw refuse("client is not associated with the resource");
    };
    return { resources, scopes: scopesOf(access), check };
  }

  /** What a client may do with resources today: what it was given, or for one that described itself, what is open to all of these. */
  private access(ctx: ProjectContext, client: OAuthClientConfig, resourceUris: readonly string[]): Promise<Map<string, ClientAccess>> {
    const open = isRegistered(client) ? (ctx.project.config.oauth.registered_client_resources ?? []) : [];
    const openUris = resourceUris.filter((uri) => open.includes(uri));
    return this.db.read((tx) => this.clientResources.accessToAll(ctx, tx, { resourceUris, clientId: client.client_id, openUris }));
  }
}

const scopesOf = (access: ReadonlyMap<string, ClientAccess>): ReadonlySet<string> => new Set([...access.values()].flatMap(({ associated, scopes }) => (associated ? scopes : [])));

/** Those of some scopes that mean something to these APIs, or everywhere. */
function ofApis(scopes: readonly string[], access: ReadonlyMap<string, ClientAccess>): string[] {
  const known = scopesOf(access);
  return scopes.filter((scope) => isBuiltInScope(scope) || known.has(scope));
}
