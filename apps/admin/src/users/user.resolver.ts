import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, Query, ResolveField, Resolver } from "@nestjs/graphql";
import { isDisabled, shownAttributes, shownCustomAttributes } from "@gatehouse/domain-user";
import { ListUsers } from "@gatehouse/feature-users";
import { type Connection, type ConnectionArguments, offsetConnection, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AdminRequest } from "../request/admin-request.js";
import { pageOf } from "../request/page.js";
import { presentUser, shownDisableReason, type UserNode, withPublicPicture } from "./user.presenter.js";

/** Arguments of `users`; enums arrive as their inner values. */
export interface UsersArguments extends ConnectionArguments {
  searchKeyword?: string | null;
  sortBy?: "created_at" | "last_login_at" | null;
  sortDirection?: "asc" | "desc" | null;
}

/** The list of users, and what a user's row shows only together with other rows or the time. */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserResolver {
  constructor(private readonly list: ListUsers) {}

  @Query("users")
  async users(@Context() { ctx, loaders }: AdminRequest, @Args() args: UsersArguments): Promise<Connection<UserNode>> {
    const page = pageOf(args);
    const search = args.searchKeyword?.trim() || undefined;
    const { users, totalCount } = await this.list.run(ctx, {
      offset: page.offset,
      limit: page.limit,
      search,
      sortBy: args.sortBy ?? undefined,
      sortDirection: args.sortDirection ?? undefined,
    });
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
    return withPublicPicture(shownAttributes(row, await loaders.verifiedClaimsOf.load(row.id)), ctx.request.publicOrigin);
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
