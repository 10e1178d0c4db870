import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import { authenticatorNotFound, duplicatedAuthenticator, duplicatedIdentity, identityNotFound, userNotFound } from "@gatehouse/domain-errors";
import type { GatehouseEvent } from "@gatehouse/domain-events";
import type { CheckedLoginId, Identity } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type UserFacts, userModel } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { IdentityStore } from "@gatehouse/record-identities";
import { UserStore } from "@gatehouse/record-users";
import { Accounts } from "./accounts.js";
import { checkIdentityLeft, checkPrimaryLeft } from "./check-removal.js";
import { existingInfo, incomingInfo, kindOf } from "./duplicate-identity.js";
import { identityAdded, identityRemoved, identityUpdated } from "./identity-events.js";
import { type AuthenticatorToMake, type IdentityToMake, makeAuthenticator, makeIdentity, withLoginIdValue } from "./make-account.js";
import { isApplicable, type ProvenAddress, withAuthenticators, withIdentity, withLoginId, withoutAuthenticator, withoutIdentity } from "./plan-account.js";
import { type AccountChange, WriteAccount } from "./write-account.js";

/** What was written, and what is to be told of it. */
export interface IdentityChange extends AccountChange {
  /** For the outbox, in the same transaction. */
  events: GatehouseEvent[];
}

/** An identity to be added. */
export interface IdentityAddition {
  /** As `locked` gave them. */
  facts: UserFacts;
  identity: IdentityToMake;
  /** Authenticators that come with it: the key of a passkey. */
  authenticators?: readonly AuthenticatorToMake[];
  /** Addresses that are proven by it. */
  proven?: readonly ProvenAddress[];
  /** What is compared with other users' identities, where the identity itself keeps less. */
  comparedClaims?: Record<string, unknown>;
  /** A guest becomes a regular user: his anonymous identities go. */
  promotes?: boolean;
}

/** Another value for a login id. */
export interface LoginIdReplacement {
  /** As `locked` gave them. */
  facts: UserFacts;
  old: Identity;
  next: CheckedLoginId;
  /** Addresses that are proven by it. */
  proven?: readonly ProvenAddress[];
  /** Whether the user must be able to log in by it afterwards, and the authenticator that is made if he could not; absent: that is not asked. */
  ensured?: { make: AuthenticatorToMake | undefined };
}

/** What duplicates are looked for: `identityId` of the user's own identity that gives way. */
export interface DuplicateQuestion {
  userId: UserId;
  incoming: Identity;
  identityId?: string;
  comparedClaims?: Record<string, unknown>;
}

const sameness = ({ type, kind, email, phone, secret, passkey }: Authenticator): string => [type, kind, email ?? phone ?? "", secret ?? "", passkey?.credentialId ?? ""].join("\n");

/** What an identity is told apart by from those of other users. */
const namesIn = ({ email, phone_number, preferred_username }: Record<string, unknown>): string[] =>
  [email, phone_number, preferred_username].filter((value): value is string => typeof value === "string" && value !== "");

/** Changes of a user's identities and authenticators with all that follows from them (spec: account management §4.7; user model §4.4, §5). */
@Injectable()
export class IdentityChanges {
  constructor(
    private readonly accounts: Accounts,
    private readonly users: UserStore,
    private readonly identities: IdentityStore,
    private readonly writing: WriteAccount,
  ) {}

  /** The user's facts, held until the transaction ends: what is checked on them stays true. Two statements. Throws `UserNotFound`. */
  async locked(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<UserFacts> {
    const found = await this.users.lock(ctx, tx, userId);
    const [facts] = found ? await this.accounts.facts(ctx, tx, [userId]) : [];
    if (!facts) throw userNotFound({});
    return facts;
  }

  /** Throws `DuplicatedIdentity` when another user has an address of the identity, or anybody has the very same one. One statement. */
  async checkDuplicates(ctx: ProjectContext, tx: Tx, { userId, incoming, identityId, comparedClaims }: DuplicateQuestion): Promise<void> {
    const { type, uniqueKey } = incoming;
    const similar = await this.identities.similar(ctx, tx, { type, uniqueKey, claims: comparedClaims ?? incoming.claims });
    const isSame = (one: Identity) => one.type === type && one.uniqueKey === uniqueKey && one.id !== identityId;
    const carries = (one: Identity) => one.userId !== userId && (one.type === "login_id" || one.type === "oauth" || one.type === "ldap");
    const [first] = [...similar.filter(carries), ...similar.filter(isSame)];
    if (first) throw duplicatedIdentity({ ...incomingInfo(kindOf(incoming)), ...existingInfo([first]) });
  }

  /** `checkDuplicates` for a transaction that writes: until it ends nobody else takes an address or user name of the identity, whatever kind of identity brings it. Two statements. */
  async holdUnique(ctx: ProjectContext, tx: Tx, question: DuplicateQuestion): Promise<void> {
    const { incoming, comparedClaims } = question;
    await this.identities.reserve(ctx, tx, namesIn(comparedClaims ?? incoming.claims));
    await this.checkDuplicates(ctx, tx, question);
  }

  /** Adds an identity. Throws `DuplicatedIdentity`, `DuplicatedAuthenticator`. */
  async add(ctx: ProjectContext, tx: Tx, input: IdentityAddition): Promise<IdentityChange & { identity: Identity }> {
    const { facts, proven = [], authenticators = [], comparedClaims } = input;
    const identity = makeIdentity(ctx, facts.user.id, input.identity);
    await this.holdUnique(ctx, tx, { userId: facts.user.id, incoming: identity, ...(comparedClaims ? { comparedClaims } : {}) });
    const added = this.newAuthenticators(ctx, facts, authenticators);
    const after = withAuthenticators(withIdentity(facts, identity, proven), added, []);
    const left = input.promotes ? { ...after, identities: after.identities.filter(({ type }) => type !== "anonymous") } : after;
    const change = await this.write(ctx, tx, { before: facts, after: left });
    return { ...change, identity, events: identityAdded(this.model(ctx, change.after), identity) };
  }

  /** Gives a login id another value. Throws `DuplicatedIdentity`, and a plain error when no way to log in by it can be had. */
  async replaceLoginId(ctx: ProjectContext, tx: Tx, { facts, old, next, proven = [], ensured }: LoginIdReplacement): Promise<IdentityChange & { identity: Identity }> {
    const changed = withLoginIdValue(ctx, old, next);
    await this.holdUnique(ctx, tx, { userId: facts.user.id, incoming: changed, identityId: old.id });
    const moved = withLoginId(facts, changed, proven);
    const change = await this.write(ctx, tx, { before: facts, after: ensured ? this.withWayIn(ctx, moved, { identity: changed, make: ensured.make }) : moved });
    return { ...change, identity: changed, events: identityUpdated(this.model(ctx, change.after), { old, changed }) };
  }

  /**
   * Removes an identity and what depended on it. Throws `IdentityNotFound`, `RemoveLastIdentity` and, unless `mayLockOut`, `RemoveLastPrimaryAuthenticator`
   * when an identity that is left could no longer be logged in with.
   */
  async remove(ctx: ProjectContext, tx: Tx, { facts, identityId, mayLockOut }: { facts: UserFacts; identityId: string; mayLockOut?: boolean }): Promise<IdentityChange> {
    const identity = facts.identities.find(({ id }) => id === identityId);
    if (!identity) throw identityNotFound();
    const after = withoutIdentity(facts, identity);
    checkIdentityLeft(after);
    if (!mayLockOut) checkPrimaryLeft(after);
    const change = await this.write(ctx, tx, { before: facts, after });
    return { ...change, events: identityRemoved(this.model(ctx, change.after), identity) };
  }

  /** Adds an authenticator; a second factor ends the grace period for having none. Throws `DuplicatedAuthenticator`. */
  async addAuthenticator(
    ctx: ProjectContext,
    tx: Tx,
    { facts, authenticator, proven = [] }: { facts: UserFacts; authenticator: AuthenticatorToMake; proven?: readonly ProvenAddress[] },
  ): Promise<AccountChange & { authenticator: Authenticator }> {
    const added = this.newAuthenticators(ctx, facts, [authenticator]);
    const change = await this.write(ctx, tx, { before: facts, after: withAuthenticators(facts, added, proven) });
    return { ...change, authenticator: change.after.authenticators.at(-1) as Authenticator };
  }

  /** Throws `DuplicatedAuthenticator` when the user has the same one. */
  checkNewAuthenticator(ctx: ProjectContext, facts: UserFacts, made: AuthenticatorToMake): void {
    this.newAuthenticators(ctx, facts, [made]);
  }

  /** Removes an authenticator; with the last second factor go recovery codes and trusted browsers. Throws `AuthenticatorNotFound`. */
  async removeAuthenticator(ctx: ProjectContext, tx: Tx, { facts, authenticatorId }: { facts: UserFacts; authenticatorId: string }): Promise<AccountChange> {
    if (!facts.authenticators.some(({ id }) => id === authenticatorId)) throw authenticatorNotFound();
    return this.write(ctx, tx, { before: facts, after: withoutAuthenticator(facts, authenticatorId) });
  }

  /** The user with a primary authenticator for an identity, made when there is none. */
  private withWayIn(ctx: ProjectContext, facts: UserFacts, { identity, make }: { identity: Identity; make: AuthenticatorToMake | undefined }): UserFacts {
    if (facts.authenticators.some((one) => one.kind === "primary" && isApplicable(one, identity))) return facts;
    if (!make) throw new Error("no primary authenticator can be had for the login id");
    return withAuthenticators(facts, this.newAuthenticators(ctx, facts, [make]), []);
  }

  private newAuthenticators(ctx: ProjectContext, facts: UserFacts, made: readonly AuthenticatorToMake[]): Authenticator[] {
    const known = new Set(facts.authenticators.map(sameness));
    const added = made.map((one) => makeAuthenticator(ctx, facts.user.id, one));
    const twice = added.find((one) => known.has(sameness(one)));
    if (twice) throw duplicatedAuthenticator(twice.type);
    return added;
  }

  /** A user whose attributes change is as new as the change. */
  private async write(ctx: ProjectContext, tx: Tx, { before, after }: AccountChange): Promise<AccountChange> {
    const same = JSON.stringify(after.user.standardAttributes) === JSON.stringify(before.user.standardAttributes);
    const change = { before, after: same ? after : { ...after, user: { ...after.user, updatedAt: ctx.now() } } };
    await this.writing.run(ctx, tx, change);
    return change;
  }

  private model(ctx: ProjectContext, facts: UserFacts) {
    return userModel(ctx.project.config, facts, ctx.now());
  }
}
