import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, ResolveField, Resolver } from "@nestjs/graphql";
import { arrayConnection, type Connection, type ConnectionArguments, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AdminRequest } from "../request/admin-request.js";
import type { UserNode } from "../users/user.presenter.js";
import { presentSession, type SessionNode } from "./session.presenter.js";

/** Where a user is signed in. */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserSessionsResolver {
  @ResolveField()
  async sessions(@Context() { loaders }: AdminRequest, @Parent() { row }: UserNode, @Args() args: ConnectionArguments): Promise<Connection<SessionNode>> {
    return arrayConnection((await loaders.sessionsOf.load(row.id)).map(presentSession), args);
  }
}
