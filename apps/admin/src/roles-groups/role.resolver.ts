import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, Query, ResolveField, Resolver } from "@nestjs/graphql";
import { arrayConnection, type Connection, type ConnectionArguments, offsetConnection, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { MembershipStore, RoleStore } from "@gatehouse/record-roles-groups";
import type { AdminRequest } from "../request/admin-request.js";
import { rawIdOf } from "../request/node-ids.js";
import { pageOf } from "../request/page.js";
import type { UserNode } from "../users/user.presenter.js";
import { membersOf } from "./members.js";
import { type KeyedNode, presentGroup, presentRole } from "./role.presenter.js";

/** Arguments of `roles` and of `groups`. */
export interface KeyedArguments extends ConnectionArguments {
  searchKeyword?: string | null;
  excludedIDs?: string[] | null;
}

/** Roles, with their groups and users (spec: admin API §6). */
@Resolver("Role")
@Access("admin")
@UseFilters(PassErrorsOn)
export class RoleResolver {
  constructor(
    private readonly list: RoleStore,
    private readonly members: MembershipStore,
  ) {}

  /** How many there are counts all roles of the project, whatever is searched. */
  @Query("roles")
  async roles(@Context() { ctx, read, loaders }: AdminRequest, @Args() args: KeyedArguments): Promise<Connection<KeyedNode>> {
    const page = pageOf(args);
    const excludedIds = (args.excludedIDs ?? []).map((id) => rawIdOf("Role", id));
    const rows = await read((tx) => this.list.page(ctx, tx, { ...page, searchKeyword: args.searchKeyword, excludedIds }));
    for (const row of rows) loaders.role.prime(row.id, row);
    return offsetConnection(page, rows.map(presentRole), () => read((tx) => this.list.count(ctx, tx)));
  }

  @ResolveField()
  async groups(@Context() { loaders }: AdminRequest, @Parent() { row }: KeyedNode, @Args() args: ConnectionArguments): Promise<Connection<KeyedNode>> {
    return arrayConnection((await loaders.groupsOfRole.load(row.id)).map(presentGroup), args);
  }

  @ResolveField()
  users(@Context() request: AdminRequest, @Parent() { row }: KeyedNode, @Args() args: ConnectionArguments): Promise<Connection<UserNode>> {
    return membersOf(request, { field: "Role.users", ownerId: row.id, args, read: (tx, page) => this.members.pageOfRoles(request.ctx, tx, page) });
  }
}
