import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isDisabled, type UserFacts } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { type Account, CachedSessions, UnshownPictures, WriteAccount } from "@gatehouse/record-accounts";
import { AuthenticatorStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { MembershipStore } from "@gatehouse/record-roles-groups";
import { SessionStore } from "@gatehouse/record-sessions";
import { VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import type { UpsertPlan } from "../rules/plan-upsert.js";
import type { Memberships } from "../rules/surroundings.js";
import { ImportedUserStore } from "../store/imported-user.store.js";

/** A new user with what it is to belong to. */
export interface AccountToWrite {
  account: Account;
  memberships: Memberships;
}

const ends = ({ states }: UpsertPlan) => ({ before: states[0] as UserFacts, after: states.at(-1) as UserFacts });

/** Writes what records plan. */
@Injectable()
export class WriteImported {
  constructor(
    private readonly users: ImportedUserStore,
    private readonly identities: IdentityStore,
    private readonly authenticators: AuthenticatorStore,
    private readonly claims: VerifiedClaimStore,
    private readonly memberships: MembershipStore,
    private readonly accounts: WriteAccount,
    private readonly sessions: SessionStore,
    private readonly cached: CachedSessions,
    private readonly pictures: UnshownPictures,
  ) {}

  /** New users, in one statement for each kind of record. Throws `DuplicatedIdentity` when somebody was faster. */
  async insert(ctx: ProjectContext, tx: Tx, made: readonly AccountToWrite[]): Promise<void> {
    const pairs = (name: "roles" | "groups") => made.flatMap(({ account, memberships }) => (memberships[name] ?? []).map((key) => ({ user_id: account.user.id as string, key })));
    await this.users.insert(
      ctx,
      tx,
      made.map(({ account }) => account.user),
    );
    await this.identities.insert(
      ctx,
      tx,
      made.flatMap(({ account }) => account.identities),
    );
    await this.claims.insert(
      ctx,
      tx,
      made.flatMap(({ account }) => account.verified),
    );
    await this.users.addMemberships(ctx, tx, { roles: pairs("roles"), groups: pairs("groups") });
    await this.authenticators.insert(
      ctx,
      tx,
      made.flatMap(({ account }) => account.authenticators),
    );
  }

  /** What a user has beside his row: nothing is sent for what stays. */
  async update(ctx: ProjectContext, tx: Tx, plan: UpsertPlan): Promise<void> {
    for (const [position, after] of plan.states.entries()) {
      const before = plan.states[position - 1];
      if (!before || !differ(before, after)) continue;
      await this.accounts.run(ctx, tx, { before, after: { ...after, user: { ...after.user, updatedAt: before.user.updatedAt } } });
    }
    const { before, after } = ends(plan);
    const userId = after.user.id;
    await this.memberships.resetOfUser(ctx, tx, { userId, ...plan.memberships });
    const now = ctx.now();
    if (!isDisabled(before.user.status, now) && isDisabled(after.user.status, now)) await this.sessions.revokeAllOfUser(ctx, tx, userId);
  }

  /** The rows of changed users, in one statement; their sessions see what has changed after the commit, roles and groups too. */
  async updateUsers(ctx: ProjectContext, tx: Tx, plans: readonly UpsertPlan[]): Promise<void> {
    const updatedAt = ctx.now();
    await this.users.update(
      ctx,
      tx,
      plans.map((plan) => ({ ...ends(plan).after.user, updatedAt })),
    );
    const attributes = plans.map(ends).map(({ before, after }) => ({ before: before.user.standardAttributes, after: after.user.standardAttributes }));
    await this.pictures.forget(ctx, tx, attributes);
    await this.cached.forgetUsers(
      ctx,
      tx,
      plans.map((plan) => ends(plan).after.user.id),
    );
  }
}

const differ = (a: UserFacts, b: UserFacts): boolean =>
  a.identities !== b.identities || a.authenticators !== b.authenticators || a.verified !== b.verified || a.recoveryCodes !== b.recoveryCodes;
