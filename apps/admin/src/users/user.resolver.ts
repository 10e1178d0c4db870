import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, Query, ResolveField, Resolver } from "@nestjs/graphql";
import { isDisabled, shownAttributes, shownCustomAttributes, shownPicture } from "@gatehouse/domain-user";
import { ListUsers, type ListUsersInput, SearchUsers } from "@gatehouse/feature-users";
import { type Connection, type ConnectionArguments, cursorConnection, offsetConnection, type OffsetPage, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AdminRequest } from "../request/admin-request.js";
import { pageOf } from "../request/page.js";
import { presentUser, shownDisableReason, type UserNode } from "./user.presenter.js";

/** Arguments of `users`; enums arrive as their inner values. */
export interface UsersArguments extends ConnectionArguments {
  searchKeyword?: string | null;
  roleKeys?: string[] | null;
  groupKeys?: string[] | null;
  sortBy?: "created_at" | "last_login_at" | null;
  sortDirection?: "asc" | "desc" | null;
}

/** The list of users, and what a user's row shows only together with other rows or the time. */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserResolver {
  constructor(
    private readonly list: ListUsers,
    private readonly search: SearchUsers,
  ) {}

  /** A list without keyword and filters, a search with any (spec: admin API §7). */
  @Query("users")
  async users(@Context() request: AdminRequest, @Args() args: UsersArguments): Promise<Connection<UserNode>> {
    const [roleKeys, groupKeys] = [args.roleKeys ?? [], args.groupKeys ?? []];
    const keyword = args.searchKeyword?.trim() || undefined;
    const order = { sortBy: args.sortBy ?? undefined, sortDirection: args.sortDirection ?? undefined };
    if (keyword === undefined && roleKeys.length + groupKeys.length === 0) return this.listed(request, { page: pageOf(args), order });
    // A search goes forward only: `last` and `before` are not honoured.
    const page = { first: pageOf({ first: args.first }).limit, after: args.after || undefined };
    const { hits, totalCount } = await this.search.run(request.ctx, { keyword, roleKeys, groupKeys, ...order, ...page });
    for (const { user } of hits) if (user) request.loaders.user.prime(user.id, user);
    return cursorConnection(
      page.first,
      hits.map(({ user, cursor }) => ({ cursor, node: user && presentUser(user) })),
      totalCount,
    );
  }

  private async listed(
    { ctx, loaders }: AdminRequest,
    { page, order }: { page: OffsetPage; order: Pick<ListUsersInput, "sortBy" | "sortDirection"> },
  ): Promise<Connection<UserNode>> {
    const { users, totalCount } = await this.list.run(ctx, { offset: page.offset, limit: page.limit, ...order });
    for (const user of users) loaders.user.prime(user.id, user);
    return offsetConnection(page, users.map(presentUser), totalCount);
  }

  @ResolveField()
  isDisabled(@Context() { ctx }: AdminRequest, @Parent() { row }: UserNode): boolean {
    return isDisabled(row.status, ctx.now());
  }

  @ResolveField()
  disableReason(@Context() { ctx }: AdminRequest, @Parent() { row }: UserNode): string | null {
    return shownDisableReason(row, ctx.now());
  }

  @ResolveField()
  async standardAttributes(@Context() { ctx, loaders }: AdminRequest, @Parent() { row }: UserNode): Promise<Record<string, unknown>> {
    return shownPicture(ctx.project.config.http.public_origin, shownAttributes(row, await loaders.verifiedClaimsOf.load(row.id)));
  }

  @ResolveField()
  customAttributes(@Context() { ctx }: AdminRequest, @Parent() { row }: UserNode): Record<string, unknown> {
    return shownCustomAttributes(ctx.project.config, row);
  }

  @ResolveField()
  async verifiedClaims(@Context() { loaders }: AdminRequest, @Parent() { row }: UserNode): Promise<{ name: string; value: string }[]> {
    return loaders.verifiedClaimsOf.load(row.id);
  }
}
