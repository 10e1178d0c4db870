import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { CheckedLoginId, Identity } from "@gatehouse/domain-identity";
import { asUserId, type ProjectContext, type UserId } from "@gatehouse/domain-project";
import { populateAttributes, type UserFacts, type UserModel, userModel } from "@gatehouse/domain-user";
import type { IdpSession } from "@gatehouse/domain-session";
import { sha256Hex } from "@gatehouse/platform-crypto";
import type { Tx } from "@gatehouse/platform-postgres";
import { AuthenticatorStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { type MembershipReset, MembershipStore } from "@gatehouse/record-roles-groups";
import { SessionStore, storedAccess } from "@gatehouse/record-sessions";
import { UserStore } from "@gatehouse/record-users";
import { type VerifiedClaim, VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import { BY_ID, BY_IDENTITY, BY_LOGIN_ID, toFacts } from "./account.read.js";
import { type AuthenticatorToMake, emptyUser, type IdentityToMake, makeAuthenticator, makeIdentity } from "./make-account.js";
import { UnshownPictures } from "./unshown-pictures.js";

/** A user to be made, with everything that belongs to it from the start. */
export interface NewAccount {
  /** Made in advance when something (a blocking hook, a session) already names the user. */
  id?: UserId;
  loginIds?: readonly CheckedLoginId[];
  /** Identities of any type, after the login ids. */
  identities?: readonly IdentityToMake[];
  /** Encoded hash of the primary password. */
  passwordHash?: string;
  /** Authenticators of any type, after the password and one-time passwords. */
  authenticators?: readonly AuthenticatorToMake[];
  /** One-time-password authenticators by target. */
  oneTimePasswords?: readonly { type: "oob_otp_email" | "oob_otp_sms"; target: string }[];
  /** Claims that are proven already. */
  verified?: readonly { name: "email" | "phone_number"; value: string }[];
  standardAttributes?: Record<string, unknown>;
  customAttributes?: Record<string, unknown>;
  /** Keys of roles. */
  roles?: readonly string[];
  /** Keys of groups. */
  groups?: readonly string[];
  /** Whether the creation is a sign-in too. */
  loggedIn?: boolean;
}

/** A new account in memory: what would be written. Blocking hooks see its model before anything is. */
export type Account = UserFacts & { identities: Identity[]; authenticators: Authenticator[]; verified: VerifiedClaim[] };

/** The whole user over the records it is made of. */
@Injectable()
export class Accounts {
  constructor(
    private readonly users: UserStore,
    private readonly identities: IdentityStore,
    private readonly authenticators: AuthenticatorStore,
    private readonly claims: VerifiedClaimStore,
    private readonly sessions: SessionStore,
    private readonly memberships: MembershipStore,
    private readonly pictures: UnshownPictures,
  ) {}

  /** An account as `create` would write it, with its ids made. */
  prepare(ctx: ProjectContext, account: NewAccount): Account {
    const now = ctx.now();
    const userId = account.id ?? asUserId(ctx.newId());
    const asked = [...(account.loginIds ?? []).map((loginId): IdentityToMake => ({ type: "login_id", loginId })), ...(account.identities ?? [])];
    const identities = asked.map((made) => makeIdentity(ctx, userId, made));
    const attributes = populateAttributes(
      account.standardAttributes ?? {},
      identities.map(({ claims }) => claims),
    );
    const user = { ...emptyUser(userId, now), standardAttributes: attributes, customAttributes: account.customAttributes ?? {}, loginAt: account.loggedIn ? now : null };
    const verified = (account.verified ?? []).map((claim) => ({ id: ctx.newId(), userId, ...claim, createdAt: now }));
    const { roles = [], groups = [] } = account;
    return { user, identities, authenticators: this.prepareAuthenticators(ctx, userId, account), verified, roles, groups };
  }

  private prepareAuthenticators(ctx: ProjectContext, userId: UserId, account: NewAccount): Authenticator[] {
    const asked: AuthenticatorToMake[] = [
      ...(account.passwordHash ? [{ type: "password", kind: "primary", passwordHash: account.passwordHash } as const] : []),
      ...(account.oneTimePasswords ?? []).map(({ type, target }): AuthenticatorToMake => ({ type, kind: "primary", target })),
      ...(account.authenticators ?? []),
    ];
    const first = asked.findIndex(({ kind }) => kind === "primary");
    return asked.map((made, index) => ({ ...makeAuthenticator(ctx, userId, made), isDefault: index === first }));
  }

  /** A prepared account with the roles and groups that a blocking hook asks for, before anything is written. Throws `RoleUnknownKeys`, `GroupUnknownKeys`. */
  async withMemberships<A extends UserFacts>(ctx: ProjectContext, tx: Tx, { account, roles, groups }: { account: A } & Pick<MembershipReset, "roles" | "groups">): Promise<A> {
    return { ...account, ...(await this.memberships.resolve(ctx, tx, { roles, groups })) };
  }

  /** Writes a prepared account: one statement per kind of record. Throws `DuplicatedIdentity` when a login id was taken meanwhile, `RoleUnknownKeys`, `GroupUnknownKeys`. */
  async insert(ctx: ProjectContext, tx: Tx, account: Account): Promise<void> {
    const { id, createdAt, standardAttributes, customAttributes, loginAt } = account.user;
    await this.users.insert(ctx, tx, { id, createdAt, standardAttributes, customAttributes, loginAt: loginAt ?? undefined });
    await this.identities.insert(ctx, tx, account.identities);
    await this.authenticators.insert(ctx, tx, account.authenticators);
    await this.claims.insert(ctx, tx, account.verified);
    const { roles = [], groups = [] } = account;
    if (roles.length > 0) await this.memberships.resetOfUser(ctx, tx, { userId: id, roles });
    if (groups.length > 0) await this.memberships.resetOfUser(ctx, tx, { userId: id, groups });
  }

  /** `prepare` and `insert` in one. Events are the caller's to append. */
  async create(ctx: ProjectContext, tx: Tx, account: NewAccount): Promise<Account> {
    const made = this.prepare(ctx, account);
    await this.insert(ctx, tx, made);
    return made;
  }

  /** Deletes a user with everything it owns and ends its sessions. Returns the model as it was; undefined when there was no such user. */
  async delete(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<UserModel | undefined> {
    const [facts] = await this.facts(ctx, tx, [userId]);
    if (!facts) return undefined;
    await this.sessions.revokeAllOfUser(ctx, tx, userId);
    await this.users.delete(ctx, tx, userId);
    await this.pictures.forget(ctx, tx, [{ before: facts.user.standardAttributes }]);
    return userModel(ctx.project.config, facts, ctx.now());
  }

  /** Everything about users in one statement; unknown ids are left out. */
  async facts(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<UserFacts[]> {
    if (userIds.length === 0) return [];
    return (await tx.prepared(BY_ID, [ctx.project.id, userIds])).map(toFacts);
  }

  /** The owner of an identity of another type than login id. One statement. */
  async byIdentity(ctx: ProjectContext, tx: Tx, { type, uniqueKey }: Pick<Identity, "type" | "uniqueKey">): Promise<UserFacts | undefined> {
    const row = await tx.preparedOne(BY_IDENTITY, [ctx.project.id, type, uniqueKey]);
    return row && toFacts(row);
  }

  /** The owners of login ids, whatever key these were stored under. One statement. */
  async byLoginId(ctx: ProjectContext, tx: Tx, uniqueKeys: readonly string[]): Promise<UserFacts[]> {
    if (uniqueKeys.length === 0) return [];
    return (await tx.prepared(BY_LOGIN_ID, [ctx.project.id, uniqueKeys])).map(toFacts);
  }

  /** Notes a sign-in and writes its session, in one statement. False when the user is gone. */
  async logIn(ctx: ProjectContext, tx: Tx, made: { session: IdpSession; token: string }): Promise<boolean> {
    const { session } = made;
    const written = await tx.queryOne(
      `with u as (update auth_user set last_login_at = login_at, login_at = $5 where project_id = $1 and id = $3 returning id)
       insert into idp_session (project_id, id, user_id, token_hash, amr, created_at, authenticated_at, initial_access, last_access, last_access_at)
       select $1, $2, u.id, $4, $6, $5, $5, $7, $7, $5 from u returning id`,
      [ctx.project.id, session.id, session.userId, sha256Hex(made.token), session.createdAt, session.amr, storedAccess(session.initialAccess)],
    );
    return written !== undefined;
  }

  /** Models of users as events carry them. */
  async model(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<UserModel[]> {
    return (await this.facts(ctx, tx, userIds)).map((facts) => userModel(ctx.project.config, facts, ctx.now()));
  }
}
