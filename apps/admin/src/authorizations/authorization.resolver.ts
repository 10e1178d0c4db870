import { UseFilters } from "@nestjs/common";
import { Args, Context, Mutation, Parent, ResolveField, Resolver } from "@nestjs/graphql";
import { adminApiMutationDeleteAuthorizationExecuted } from "@gatehouse/domain-events";
import { RemoveAuthorization } from "@gatehouse/feature-sessions";
import { arrayConnection, type Connection, type ConnectionArguments, MaskedError, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { type AdminRequest, transactionOf } from "../request/admin-request.js";
import { rawIdOf } from "../request/node-ids.js";
import { changedUser } from "../request/payload.js";
import type { UserNode } from "../users/user.presenter.js";
import { type AuthorizationNode, presentAuthorization } from "./authorization.presenter.js";

/** The apps of others that a user lets in. */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserAuthorizationsResolver {
  constructor(private readonly remove: RemoveAuthorization) {}

  @ResolveField()
  async authorizations(@Context() { loaders }: AdminRequest, @Parent() { row }: UserNode, @Args() args: ConnectionArguments): Promise<Connection<AuthorizationNode>> {
    return arrayConnection((await loaders.authorizationsOf.load(row.id)).map(presentAuthorization), args);
  }

  @Mutation("deleteAuthorization")
  async deleteAuthorization(@Context() request: AdminRequest, @Args("input") { authorizationID }: { authorizationID: string }): Promise<{ user: UserNode }> {
    const removed = await this.remove.anyone(request.ctx, transactionOf(request), rawIdOf("Authorization", authorizationID));
    if (!removed) throw new MaskedError("no such authorization");
    const { id, clientId, scopes, createdAt, updatedAt } = removed;
    const authorization = { id, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString(), clientID: clientId, scopes };
    request.executed.add(adminApiMutationDeleteAuthorizationExecuted({ authorization }));
    return { user: await changedUser(request, removed.userId) };
  }
}
