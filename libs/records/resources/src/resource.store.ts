import { Injectable } from "@nestjs/common";
import { resourceDuplicateUri, resourceNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { soughtText, type Tx } from "@gatehouse/platform-postgres";
import { kept, RESOURCE_COLUMNS, type Resource, toResource } from "./resource.js";
import { checkResourceUri } from "./resource-rules.js";

/** Which resources. */
export interface ResourcePage {
  offset: number;
  limit: number;
  /** Part of the URI or of the name. */
  searchKeyword?: string | null;
  /** Only those associated with this client. */
  clientId?: string | null;
}

const FILTER = `r.project_id = $1 and ($2::text is null or position(lower($2) in lower(r.uri)) > 0 or position(lower($2) in lower(coalesce(r.name, ''))) > 0)
  and ($3::text is null or exists (select 1 from client_resource c where c.project_id = r.project_id and c.resource_id = r.id and c.client_id = $3))`;

const filterValues = (ctx: ProjectContext, { searchKeyword, clientId }: Pick<ResourcePage, "searchKeyword" | "clientId">): unknown[] => [
  ctx.project.id,
  searchKeyword ? soughtText(searchKeyword) : null,
  clientId ? soughtText(clientId) : null,
];

/** The rows of `api_resource` (spec: oauth-oidc §16). */
@Injectable()
export class ResourceStore {
  /** Throws ValidationFailed, ResourceDuplicateURI. */
  async create(ctx: ProjectContext, tx: Tx, { uri, name }: { uri: string; name?: string | null }): Promise<Resource> {
    checkResourceUri(uri);
    const row = await tx.queryOne(
      `insert into api_resource as r (project_id, id, uri, name, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
       on conflict (project_id, uri) do nothing returning ${RESOURCE_COLUMNS}`,
      [ctx.project.id, ctx.newId(), uri, name || null, ctx.now()],
    );
    if (!row) throw resourceDuplicateUri();
    return toResource(row);
  }

  /** The resource before and after. Throws ResourceNotFound. */
  async update(ctx: ProjectContext, tx: Tx, { uri, name }: { uri: string; name?: string | null }): Promise<{ before: Resource; after: Resource }> {
    const { keep, value } = kept(name);
    const row = await tx.queryOne(
      `update api_resource r set name = case when $3 then r.name else $4 end, updated_at = $5
       from (select id, name as old_name, updated_at as old_updated_at from api_resource where project_id = $1 and uri = $2 for update) old
       where r.project_id = $1 and r.id = old.id returning ${RESOURCE_COLUMNS}, old.old_name, old.old_updated_at`,
      [ctx.project.id, soughtText(uri), keep, value, ctx.now()],
    );
    if (!row) throw resourceNotFound();
    const after = toResource(row);
    return { before: { ...after, name: row.old_name as string | null, updatedAt: row.old_updated_at as Date }, after };
  }

  /** Its scopes and associations go with it. Throws ResourceNotFound. */
  async delete(ctx: ProjectContext, tx: Tx, uri: string): Promise<Resource> {
    const row = await tx.queryOne(`delete from api_resource r where project_id = $1 and uri = $2 returning ${RESOURCE_COLUMNS}`, [ctx.project.id, soughtText(uri)]);
    if (!row) throw resourceNotFound();
    return toResource(row);
  }

  async byUri(ctx: ProjectContext, tx: Tx, uri: string): Promise<Resource | undefined> {
    const row = await tx.queryOne(`select ${RESOURCE_COLUMNS} from api_resource r where r.project_id = $1 and r.uri = $2`, [ctx.project.id, soughtText(uri)]);
    return row && toResource(row);
  }

  /** Resources of the given ids; unknown ids are left out, the order is not kept. */
  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<Resource[]> {
    if (ids.length === 0) return [];
    return (await tx.query(`select ${RESOURCE_COLUMNS} from api_resource r where r.project_id = $1 and r.id = any($2::uuid[])`, [ctx.project.id, ids])).map(toResource);
  }

  /** One page, newest first. */
  async page(ctx: ProjectContext, tx: Tx, { offset, limit, searchKeyword, clientId }: ResourcePage): Promise<Resource[]> {
    const sql = `select ${RESOURCE_COLUMNS} from api_resource r where ${FILTER} order by r.created_at desc, r.id limit $4 offset $5`;
    return (await tx.query(sql, [...filterValues(ctx, { searchKeyword, clientId }), limit, offset])).map(toResource);
  }

  async count(ctx: ProjectContext, tx: Tx, { searchKeyword, clientId }: Pick<ResourcePage, "searchKeyword" | "clientId">): Promise<number> {
    const row = await tx.queryOne<{ n: string }>(`select count(*) as n from api_resource r where ${FILTER}`, filterValues(ctx, { searchKeyword, clientId }));
    return Number(row?.n ?? 0);
  }
}
