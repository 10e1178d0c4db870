import { UseFilters } from "@nestjs/common";
import { Args, Parent, ResolveField, Resolver } from "@nestjs/graphql";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { chosenClaims } from "../request/claims.js";
import type { AuthenticatorNode } from "./authenticator.presenter.js";

/** Fields of `Authenticator` that take arguments. */
@Resolver("Authenticator")
@Access("admin")
@UseFilters(PassErrorsOn)
export class AuthenticatorResolver {
  @ResolveField()
  claims(@Parent() authenticator: AuthenticatorNode, @Args("names") names?: string[]): Record<string, unknown> {
    return chosenClaims(authenticator.allClaims, names);
  }
}
