import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, Query, ResolveField, Resolver } from "@nestjs/graphql";
import { type Connection, type ConnectionArguments, listLoader, offsetConnection, PassErrorsOn, rowLoader } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { ResourceStore, ScopeStore } from "@gatehouse/record-resources";
import type { AdminRequest } from "../request/admin-request.js";
import { LARGEST_PAGE_OF_SCOPES, pageOf } from "../request/page.js";
import { presentResource, presentScope, type ResourceNode, type ScopeNode } from "./resource.presenter.js";

/** Arguments of `resources` and of `Resource.scopes`. */
export interface ResourceArguments extends ConnectionArguments {
  searchKeyword?: string | null;
  clientID?: string | null;
}

/** API resources and their scopes (spec: admin API §6, §8.4). */
@Resolver("Resource")
@Access("admin")
@UseFilters(PassErrorsOn)
export class ResourceResolver {
  constructor(
    private readonly list: ResourceStore,
    private readonly listScopes: ScopeStore,
  ) {}

  @Query("resources")
  async resources(@Context() { ctx, read, loaders }: AdminRequest, @Args() args: ResourceArguments): Promise<Connection<ResourceNode>> {
    const page = pageOf(args);
    const filter = { searchKeyword: args.searchKeyword, clientId: args.clientID };
    const rows = await read((tx) => this.list.page(ctx, tx, { ...page, ...filter }));
    for (const row of rows) loaders.resource.prime(row.id, row);
    return offsetConnection(page, rows.map(presentResource), () => read((tx) => this.list.count(ctx, tx, filter)));
  }

  @ResolveField()
  async scopes(@Context() { ctx, read, loaders }: AdminRequest, @Parent() { row }: ResourceNode, @Args() args: ResourceArguments): Promise<Connection<ScopeNode>> {
    const page = pageOf(args, LARGEST_PAGE_OF_SCOPES);
    const filter = { searchKeyword: args.searchKeyword ?? null, clientId: args.clientID ?? null };
    const pages = loaders.byArguments.of("Resource.scopes", [page, filter], () =>
      listLoader(
        (resourceIds) => read((tx) => this.listScopes.pages(ctx, tx, { resourceIds, ...page, ...filter })),
        ({ resourceId }) => resourceId,
      ),
    );
    const counts = loaders.byArguments.of("Resource.scopes.totalCount", filter, () =>
      rowLoader((resourceIds) => read((tx) => this.listScopes.counts(ctx, tx, { resourceIds, ...filter }))),
    );
    return offsetConnection(page, (await pages.load(row.id)).map(presentScope), async () => (await counts.load(row.id))?.count ?? 0);
  }

  @ResolveField()
  async clientIDs(@Context() { loaders }: AdminRequest, @Parent() { row }: ResourceNode): Promise<string[]> {
    return (await loaders.clientIdsOf.load(row.id)).map(({ clientId }) => clientId);
  }
}
