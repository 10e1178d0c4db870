import { UseFilters } from "@nestjs/common";
import { Args, Parent, ResolveField, Resolver } from "@nestjs/graphql";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { chosenClaims } from "../request/claims.js";
import type { IdentityNode } from "./identity.presenter.js";

/** Fields of `Identity` that take arguments. */
@Resolver("Identity")
@Access("admin")
@UseFilters(PassErrorsOn)
export class IdentityResolver {
  @ResolveField()
  claims(@Parent() identity: IdentityNode, @Args("names") names?: string[]): Record<string, unknown> {
    return chosenClaims(identity.allClaims, names);
  }
}
