import { Injectable } from "@nestjs/common";
import { userNotFound } from "@gatehouse/domain-errors";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { type MembershipPairs, type MembershipReset, MembershipStore } from "@gatehouse/record-roles-groups";
import { UserStore } from "@gatehouse/record-users";
import { CachedSessions } from "./cached-sessions.js";

/** Changes of the roles and groups that users have; their sessions see them after the commit. */
@Injectable()
export class UserMemberships {
  constructor(
    private readonly users: UserStore,
    private readonly memberships: MembershipStore,
    private readonly sessions: CachedSessions,
  ) {}

  /** Gives every user all the roles and groups; what is there stays as it is. */
  async add(ctx: ProjectContext, tx: Tx, pairs: MembershipPairs): Promise<void> {
    await this.memberships.add(ctx, tx, pairs);
    await this.sessions.forgetUsers(ctx, tx, pairs.userIds);
  }

  /** Takes all the roles and groups from every user; what is absent is no mistake. */
  async remove(ctx: ProjectContext, tx: Tx, pairs: MembershipPairs): Promise<void> {
    await this.memberships.remove(ctx, tx, pairs);
    await this.sessions.forgetUsers(ctx, tx, pairs.userIds);
  }

  /**
   * Makes roles and groups of a user exactly the given keys, as imports and blocking hooks ask (spec: user model §8); what is absent stays.
   * Throws RoleUnknownKeys, GroupUnknownKeys, UserNotFound.
   */
  async resetOfUser(ctx: ProjectContext, tx: Tx, reset: MembershipReset): Promise<void> {
    const userId = asUserId(reset.userId);
    if (!(await this.users.lock(ctx, tx, userId))) throw userNotFound({});
    await this.memberships.resetOfUser(ctx, tx, reset);
    await this.sessions.forget(ctx, tx, userId);
  }
}
