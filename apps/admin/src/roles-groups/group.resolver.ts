import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, Query, ResolveField, Resolver } from "@nestjs/graphql";
import { arrayConnection, type Connection, type ConnectionArguments, offsetConnection, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { GroupStore, MembershipStore } from "@gatehouse/record-roles-groups";
import type { AdminRequest } from "../request/admin-request.js";
import { rawIdOf } from "../request/node-ids.js";
import { pageOf } from "../request/page.js";
import type { UserNode } from "../users/user.presenter.js";
import { membersOf } from "./members.js";
import { type KeyedNode, presentGroup, presentRole } from "./role.presenter.js";
import type { KeyedArguments } from "./role.resolver.js";

/** Groups, with their roles and users (spec: admin API §6). */
@Resolver("Group")
@Access("admin")
@UseFilters(PassErrorsOn)
export class GroupResolver {
  constructor(
    private readonly list: GroupStore,
    private readonly members: MembershipStore,
  ) {}

  /** How many there are counts all groups of the project, whatever is searched. */
  @Query("groups")
  async groups(@Context() { ctx, read, loaders }: AdminRequest, @Args() args: KeyedArguments): Promise<Connection<KeyedNode>> {
    const page = pageOf(args);
    const excludedIds = (args.excludedIDs ?? []).map((id) => rawIdOf("Group", id));
    const rows = await read((tx) => this.list.page(ctx, tx, { ...page, searchKeyword: args.searchKeyword, excludedIds }));
    for (const row of rows) loaders.group.prime(row.id, row);
    return offsetConnection(page, rows.map(presentGroup), () => read((tx) => this.list.count(ctx, tx)));
  }

  @ResolveField()
  async roles(@Context() { loaders }: AdminRequest, @Parent() { row }: KeyedNode, @Args() args: ConnectionArguments): Promise<Connection<KeyedNode>> {
    return arrayConnection((await loaders.rolesOfGroup.load(row.id)).map(presentRole), args);
  }

  @ResolveField()
  users(@Context() request: AdminRequest, @Parent() { row }: KeyedNode, @Args() args: ConnectionArguments): Promise<Connection<UserNode>> {
    return membersOf(request, { field: "Group.users", ownerId: row.id, args, read: (tx, page) => this.members.pageOfGroups(request.ctx, tx, page) });
  }
}
