import { UseFilters } from "@nestjs/common";
import { Context, Parent, ResolveField, Resolver } from "@nestjs/graphql";
import { currentStatus } from "@gatehouse/domain-user";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AdminRequest } from "../request/admin-request.js";
import type { UserNode } from "./user.presenter.js";

/** Times of a user that are shown only until they are over (spec: user model §2.2). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserStatusResolver {
  @ResolveField()
  temporarilyDisabledFrom(@Context() { ctx }: AdminRequest, @Parent() { row }: UserNode): Date | null {
    return currentStatus(row.status, ctx.now()).temporarilyDisabledFrom;
  }

  @ResolveField()
  temporarilyDisabledUntil(@Context() { ctx }: AdminRequest, @Parent() { row }: UserNode): Date | null {
    return currentStatus(row.status, ctx.now()).temporarilyDisabledUntil;
  }
}
