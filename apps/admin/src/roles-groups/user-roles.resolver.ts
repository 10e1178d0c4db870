import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, ResolveField, Resolver } from "@nestjs/graphql";
import { arrayConnection, type Connection, type ConnectionArguments, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AdminRequest } from "../request/admin-request.js";
import type { UserNode } from "../users/user.presenter.js";
import { type KeyedNode, presentGroup, presentRole } from "./role.presenter.js";

/** The roles and groups of a user (spec: admin API §6.1). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserRolesResolver {
  @ResolveField()
  async roles(@Context() { loaders }: AdminRequest, @Parent() { row }: UserNode, @Args() args: ConnectionArguments): Promise<Connection<KeyedNode>> {
    return arrayConnection((await loaders.rolesOf.load(row.id)).map(presentRole), args);
  }

  @ResolveField()
  async groups(@Context() { loaders }: AdminRequest, @Parent() { row }: UserNode, @Args() args: ConnectionArguments): Promise<Connection<KeyedNode>> {
    return arrayConnection((await loaders.groupsOf.load(row.id)).map(presentGroup), args);
  }

  @ResolveField()
  async effectiveRoles(@Context() { loaders }: AdminRequest, @Parent() { row }: UserNode, @Args() args: ConnectionArguments): Promise<Connection<KeyedNode>> {
    return arrayConnection((await loaders.effectiveRolesOf.load(row.id)).map(presentRole), args);
  }
}
