import { Injectable } from "@nestjs/common";
import { resourceNotFound, scopeDuplicate, scopeNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { soughtText, type Tx } from "@gatehouse/platform-postgres";
import { kept, SCOPE_COLUMNS, type Scope, toScope } from "./resource.js";
import { checkScopeName } from "./resource-rules.js";

/** Which scopes of a resource. */
export interface ScopePage {
  resourceId: string;
  offset: number;
  limit: number;
  /** Part of the scope or of its description. */
  searchKeyword?: string | null;
  /** Only those assigned to this client, while it is associated with the resource. */
  clientId?: string | null;
}
type ScopePages = Omit<ScopePage, "resourceId"> & { resourceIds: readonly string[] };

/** $3: part of the scope or of its description; $4: the client. */
const FILTER = `s.project_id = $1 and ($3::text is null or position(lower($3) in lower(s.scope)) > 0 or position(lower($3) in lower(coalesce(s.description, ''))) > 0)
  and ($4::text is null or exists (select 1 from client_scope c join client_resource l on l.project_id = c.project_id and l.client_id = c.client_id and l.resource_id = s.resource_id
    where c.project_id = s.project_id and c.scope_id = s.id and c.client_id = $4))`;

const filterValues = (ctx: ProjectContext, { resourceIds, searchKeyword, clientId }: Omit<ScopePages, "offset" | "limit">): unknown[] => [
  ctx.project.id,
  resourceIds,
  searchKeyword ? soughtText(searchKeyword) : null,
  clientId ? soughtText(clientId) : null,
];

/** Which scope is meant. */
interface Named {
  resourceUri: string;
  scope: string;
}

/** The rows of `api_scope` (spec: oauth-oidc §16). */
@Injectable()
export class ScopeStore {
  /** Throws ValidationFailed, ResourceNotFound, ScopeDuplicate. */
  async create(ctx: ProjectContext, tx: Tx, { resourceUri, scope, description }: Named & { description?: string | null }): Promise<Scope> {
    checkScopeName(scope);
    const row = await tx.queryOne(
      `with r as (select id from api_resource where project_id = $1 and uri = $2 for key share),
            s as (insert into api_scope (project_id, id, resource_id, scope, description, created_at, updated_at)
                  select $1, $3, r.id, $4, $5, $6, $6 from r on conflict (project_id, resource_id, scope) do nothing returning *)
       select r.id as found, ${SCOPE_COLUMNS} from r left join s on true`,
      [ctx.project.id, soughtText(resourceUri), ctx.newId(), scope, description || null, ctx.now()],
    );
    if (!row) throw resourceNotFound();
    if (row.id === null) throw scopeDuplicate();
    return toScope(row);
  }

  /** The scope before and after. Throws ResourceNotFound, ScopeNotFound. */
  async update(ctx: ProjectContext, tx: Tx, { resourceUri, scope, description }: Named & { description?: string | null }): Promise<{ before: Scope; after: Scope }> {
    const { keep, value } = kept(description);
    const row = await tx.queryOne(
      `with r as (select id from api_resource where project_id = $1 and uri = $2),
            old as (select o.id, o.description as old_description, o.updated_at as old_updated_at from api_scope o join r on o.resource_id = r.id
                    where o.project_id = $1 and o.scope = $3 for update of o),
            s as (update api_scope u set description = case when $4 then u.description else $5 end, updated_at = $6
                  from old where u.project_id = $1 and u.id = old.id returning u.*)
       select ${SCOPE_COLUMNS}, old.old_description, old.old_updated_at from r left join s on true left join old on true`,
      [ctx.project.id, soughtText(resourceUri), soughtText(scope), keep, value, ctx.now()],
    );
    if (!row) throw resourceNotFound();
    if (row.id === null) throw scopeNotFound();
    const after = toScope(row);
    return { before: { ...after, description: row.old_description as string | null, updatedAt: row.old_updated_at as Date }, after };
  }

  /** Its assignments to clients go with it. Throws ResourceNotFound, ScopeNotFound. */
  async delete(ctx: ProjectContext, tx: Tx, { resourceUri, scope }: Named): Promise<Scope> {
    const row = await tx.queryOne(
      `with r as (select id from api_resource where project_id = $1 and uri = $2),
            s as (delete from api_scope d using r where d.project_id = $1 and d.resource_id = r.id and d.scope = $3 returning d.*)
       select ${SCOPE_COLUMNS} from r left join s on true`,
      [ctx.project.id, soughtText(resourceUri), soughtText(scope)],
    );
    if (!row) throw resourceNotFound();
    if (row.id === null) throw scopeNotFound();
    return toScope(row);
  }

  /** Scopes of the given ids; unknown ids are left out, the order is not kept. */
  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<Scope[]> {
    if (ids.length === 0) return [];
    return (await tx.query(`select ${SCOPE_COLUMNS} from api_scope s where s.project_id = $1 and s.id = any($2::uuid[])`, [ctx.project.id, ids])).map(toScope);
  }

  /** The same page of each of several resources, ascending by scope. One statement. */
  async pages(ctx: ProjectContext, tx: Tx, { resourceIds, offset, limit, searchKeyword, clientId }: ScopePages): Promise<Scope[]> {
    const sql = `select s.* from unnest($2::uuid[]) r(id) cross join lateral (
        select ${SCOPE_COLUMNS} from api_scope s where s.resource_id = r.id and ${FILTER} order by s.scope limit $5 offset $6) s order by s.scope`;
    return (await tx.query(sql, [...filterValues(ctx, { resourceIds, searchKeyword, clientId }), limit, offset])).map(toScope);
  }

  /** How many scopes each of the resources has; resources without any are left out. */
  async counts(ctx: ProjectContext, tx: Tx, { resourceIds, searchKeyword, clientId }: Omit<ScopePages, "offset" | "limit">): Promise<{ id: string; count: number }[]> {
    const sql = `select s.resource_id as id, count(*) as count from api_scope s where s.resource_id = any($2::uuid[]) and ${FILTER} group by s.resource_id`;
    const rows = await tx.query<{ id: string; count: string }>(sql, filterValues(ctx, { resourceIds, searchKeyword, clientId }));
    return rows.map(({ id, count }) => ({ id, count: Number(count) }));
  }

  /** One page, ascending by scope. */
  page(ctx: ProjectContext, tx: Tx, { resourceId, ...page }: ScopePage): Promise<Scope[]> {
    return this.pages(ctx, tx, { resourceIds: [resourceId], ...page });
  }

  async count(ctx: ProjectContext, tx: Tx, { resourceId, ...filter }: Omit<ScopePage, "offset" | "limit">): Promise<number> {
    return (await this.counts(ctx, tx, { resourceIds: [resourceId], ...filter }))[0]?.count ?? 0;
  }
}
