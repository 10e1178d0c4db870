import { Injectable } from "@nestjs/common";
import { clientNotFound, resourceNotAssociatedWithClient, resourceNotFound, scopeNotFound } from "@gatehouse/domain-errors";
import { findClient } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type Row, soughtText, type Tx } from "@gatehouse/platform-postgres";
import { RESOURCE_COLUMNS, type Resource, SCOPE_COLUMNS, type Scope, toResource, toScope } from "./resource.js";

/** A client and a resource. */
interface Pair {
  resourceUri: string;
  clientId: string;
}
type PairWithScopes = Pair & { scopes: readonly string[] };

/** What a client may do with a resource. */
export interface ClientAccess {
  /** Whether the client is associated with the resource. */
  associated: boolean;
  /** The scopes assigned to it, ascending. */
  scopes: string[];
}

/** Which client may use which resource with which scopes: the rows of `client_resource` and `client_scope` (spec: oauth-oidc §16). */
@Injectable()
export class ClientResourceStore {
  /** Associates a client with a resource; again is no change. Throws ClientNotFound, ResourceNotFound. */
  async addResource(ctx: ProjectContext, tx: Tx, pair: Pair): Promise<Resource> {
    return this.ofResource(ctx, tx, {
      pair,
      change: "insert into client_resource (project_id, client_id, resource_id, created_at) select $1, $3, id, $4 from r on conflict do nothing",
    });
  }

  /** Ends an association; the scopes assigned stay behind and come back with it. Throws ClientNotFound, ResourceNotFound. */
  async removeResource(ctx: ProjectContext, tx: Tx, pair: Pair): Promise<Resource> {
    const change = "delete from client_resource c using r where c.project_id = $1 and c.client_id = $3 and c.resource_id = r.id and $4::timestamptz is not null";
    return this.ofResource(ctx, tx, { pair, change });
  }

  /** Assigns scopes. The final scopes of the client for the resource, ascending. Throws ClientNotFound, ResourceNotFound, ResourceNotAssociatedWithClient, ScopeNotFound. */
  async addScopes(ctx: ProjectContext, tx: Tx, input: PairWithScopes): Promise<Scope[]> {
    const { resourceId, ids } = await this.named(ctx, tx, input);
    await this.assign(ctx, tx, { clientId: input.clientId, ids });
    return this.assigned(ctx, tx, { resourceId, clientId: input.clientId });
  }

  /** Takes scopes away; absent ones are no mistake. Answers and throws like `addScopes`. */
  async removeScopes(ctx: ProjectContext, tx: Tx, input: PairWithScopes): Promise<Scope[]> {
    const { resourceId, ids } = await this.named(ctx, tx, input);
    await tx.query("delete from client_scope where project_id = $1 and client_id = $2 and scope_id = any($3::uuid[])", [ctx.project.id, input.clientId, ids]);
    return this.assigned(ctx, tx, { resourceId, clientId: input.clientId });
  }

  /** Makes the given scopes the only ones of the client for the resource. Answers and throws like `addScopes`. */
  async replaceScopes(ctx: ProjectContext, tx: Tx, input: PairWithScopes): Promise<Scope[]> {
    const { resourceId, ids } = await this.named(ctx, tx, input);
    await tx.query(
      `delete from client_scope c using api_scope s where c.project_id = $1 and c.client_id = $2 and s.project_id = c.project_id and s.id = c.scope_id
       and s.resource_id = $3 and s.id <> all($4::uuid[])`,
      [ctx.project.id, input.clientId, resourceId, ids],
    );
    await this.assign(ctx, tx, { clientId: input.clientId, ids });
    return this.assigned(ctx, tx, { resourceId, clientId: input.clientId });
  }

  /** What a client may do with a resource, for the token endpoint; undefined when there is no such resource. One statement. */
  async access(ctx: ProjectContext, tx: Tx, { resourceUri, clientId }: Pair): Promise<ClientAccess | undefined> {
    return (await this.accessToAll(ctx, tx, { resourceUris: [resourceUri], clientId, openUris: [] })).get(resourceUri);
  }

  /** The same for several resources, by URI; unknown ones are left out. `openUris`: those that the project lets the client use as a whole. One statement. */
  async accessToAll(ctx: ProjectContext, tx: Tx, input: { resourceUris: readonly string[]; clientId: string; openUris: readonly string[] }): Promise<Map<string, ClientAccess>> {
    const rows = await tx.query(
      `select r.uri, r.uri = any($4::text[]) or exists (select 1 from client_resource c where c.project_id = $1 and c.client_id = $3 and c.resource_id = r.id) as associated,
         array(select s.scope from api_scope s where s.project_id = $1 and s.resource_id = r.id
           and (r.uri = any($4::text[]) or exists (select 1 from client_scope c where c.project_id = $1 and c.client_id = $3 and c.scope_id = s.id)) order by s.scope) as scopes
       from api_resource r where r.project_id = $1 and r.uri = any($2::text[])`,
      [ctx.project.id, input.resourceUris.map(soughtText), input.clientId, input.openUris],
    );
    return new Map(rows.map((row) => [row.uri as string, { associated: row.associated as boolean, scopes: row.scopes as string[] }]));
  }

  /** Ids of the clients that the given resources are associated with. */
  async clientsOf(ctx: ProjectContext, tx: Tx, resourceIds: readonly string[]): Promise<Map<string, string[]>> {
    const sql =
      "select resource_id, array_agg(client_id order by client_id) as clients from client_resource where project_id = $1 and resource_id = any($2::uuid[]) group by resource_id";
    const rows = resourceIds.length > 0 ? await tx.query(sql, [ctx.project.id, resourceIds]) : [];
    return new Map(rows.map((row) => [row.resource_id as string, row.clients as string[]]));
  }

  private async ofResource(ctx: ProjectContext, tx: Tx, { pair, change }: { pair: Pair; change: string }): Promise<Resource> {
    requireClient(ctx, pair.clientId);
    const row = await tx.queryOne(
      `with r as (select ${RESOURCE_COLUMNS} from api_resource r where project_id = $1 and uri = $2 for key share), changed as (${change} returning 1) select * from r`,
      [ctx.project.id, soughtText(pair.resourceUri), pair.clientId, ctx.now()],
    );
    if (!row) throw resourceNotFound();
    return toResource(row);
  }

  /** The resource and the scopes are there until the transaction ends. */
  private async named(ctx: ProjectContext, tx: Tx, { resourceUri, clientId, scopes }: PairWithScopes): Promise<{ resourceId: string; ids: string[] }> {
    requireClient(ctx, clientId);
    const wanted = [...new Set(scopes.map(soughtText))];
    const row: Row | undefined = await tx.queryOne(
      `select r.id, exists (select 1 from client_resource c where c.project_id = $1 and c.client_id = $3 and c.resource_id = r.id) as associated,
         array(select s.id from api_scope s where s.project_id = $1 and s.resource_id = r.id and s.scope = any($4::text[]) order by s.id for key share) as ids
       from api_resource r where r.project_id = $1 and r.uri = $2 for key share of r`,
      [ctx.project.id, soughtText(resourceUri), clientId, wanted],
    );
    if (!row) throw resourceNotFound();
    if (!row.associated) throw resourceNotAssociatedWithClient();
    const ids = row.ids as string[];
    if (ids.length < wanted.length) throw scopeNotFound();
    return { resourceId: row.id as string, ids };
  }

  private async assign(ctx: ProjectContext, tx: Tx, { clientId, ids }: { clientId: string; ids: readonly string[] }): Promise<void> {
    const sql = "insert into client_scope (project_id, client_id, scope_id, created_at) select $1, $2, id, $4 from unnest($3::uuid[]) id on conflict do nothing";
    await tx.query(sql, [ctx.project.id, clientId, ids, ctx.now()]);
  }

  private async assigned(ctx: ProjectContext, tx: Tx, { resourceId, clientId }: { resourceId: string; clientId: string }): Promise<Scope[]> {
    const sql = `select ${SCOPE_COLUMNS} from api_scope s join client_scope c on c.project_id = s.project_id and c.scope_id = s.id and c.client_id = $3
      where s.project_id = $1 and s.resource_id = $2 order by s.scope`;
    return (await tx.query(sql, [ctx.project.id, resourceId, clientId])).map(toScope);
  }
}

function requireClient(ctx: ProjectContext, clientId: string): void {
  if (!findClient(ctx.project.config, clientId)) throw clientNotFound();
}
