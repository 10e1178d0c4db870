import { UseFilters } from "@nestjs/common";
import { Args, Context, Query, Resolver } from "@nestjs/graphql";
import type { User } from "@gatehouse/domain-user";
import { LookUpUsers } from "@gatehouse/feature-users";
import { PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AdminRequest } from "../request/admin-request.js";
import { presentUser, type UserNode } from "./user.presenter.js";

/** Users by what names them (spec: admin API §6). */
@Resolver("User")
@Access("admin")
@UseFilters(PassErrorsOn)
export class UserLookupsResolver {
  constructor(private readonly users: LookUpUsers) {}

  @Query("getUserByLoginID")
  async getUserByLoginID(@Context() request: AdminRequest, @Args("loginIDKey") key: string, @Args("loginIDValue") value: string): Promise<UserNode | null> {
    return shown(request, await request.read((tx) => this.users.byLoginId(request.ctx, tx, { key, value })));
  }

  @Query("getUsersByStandardAttribute")
  async getUsersByStandardAttribute(@Context() request: AdminRequest, @Args("attributeName") name: string, @Args("attributeValue") value: string): Promise<UserNode[]> {
    const users = await request.read((tx) => this.users.byStandardAttribute(request.ctx, tx, { name, value }));
    return users.flatMap((user) => shown(request, user) ?? []);
  }

  @Query("getUserByOAuth")
  async getUserByOAuth(@Context() request: AdminRequest, @Args("oauthProviderAlias") alias: string, @Args("oauthProviderUserID") subjectId: string): Promise<UserNode | null> {
    return shown(request, await request.read((tx) => this.users.bySocialAccount(request.ctx, tx, { alias, subjectId })));
  }
}

function shown({ loaders }: AdminRequest, user: User | undefined): UserNode | null {
  if (!user) return null;
  loaders.user.prime(user.id, user);
  return presentUser(user);
}
