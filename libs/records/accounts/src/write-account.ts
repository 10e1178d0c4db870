import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { AuthenticatorStore, DeviceTokenStore, RecoveryCodeStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { UserStore } from "@gatehouse/record-users";
import { type VerifiedClaim, VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import { CachedSessions } from "./cached-sessions.js";
import { UnshownPictures } from "./unshown-pictures.js";

/** A user as stored, and as he is to be. */
export interface AccountChange {
  before: UserFacts;
  after: UserFacts;
}

const ids = (records: readonly { id: string }[]): Set<string> => new Set(records.map(({ id }) => id));
const gone = <T extends { id: string }>(before: readonly T[], after: readonly T[]): string[] => {
  const left = ids(after);
  return before.filter(({ id }) => !left.has(id)).map(({ id }) => id);
};
const fresh = <T extends { id: string }>(before: readonly T[], after: readonly T[]): T[] => {
  const known = ids(before);
  return after.filter(({ id }) => !known.has(id));
};
const changed = <T extends { id: string }>(before: readonly T[], after: readonly T[]): T[] => after.filter((one) => before.some((old) => old.id === one.id && old !== one));
const hasSecondary = ({ authenticators }: UserFacts): boolean => authenticators.some(({ kind }) => kind === "secondary");

/** Writes the difference between a user as stored and as planned: one statement per kind of record, none for what stays. */
@Injectable()
export class WriteAccount {
  constructor(
    private readonly users: UserStore,
    private readonly identities: IdentityStore,
    private readonly authenticators: AuthenticatorStore,
    private readonly claims: VerifiedClaimStore,
    private readonly recoveryCodes: RecoveryCodeStore,
    private readonly deviceTokens: DeviceTokenStore,
    private readonly sessions: CachedSessions,
    private readonly pictures: UnshownPictures,
  ) {}

  /** Throws `DuplicatedIdentity` and `DuplicatedAuthenticator` when somebody was faster. */
  async run(ctx: ProjectContext, tx: Tx, change: AccountChange): Promise<void> {
    await this.writeIdentities(ctx, tx, change);
    await this.writeAuthenticators(ctx, tx, change);
    await this.writeClaims(ctx, tx, change);
    await this.writeUser(ctx, tx, change);
    await this.pictures.forget(ctx, tx, [{ before: change.before.user.standardAttributes, after: change.after.user.standardAttributes }]);
    await this.sessions.forget(ctx, tx, change.after.user.id);
  }

  private async writeIdentities(ctx: ProjectContext, tx: Tx, { before, after }: AccountChange): Promise<void> {
    await this.identities.delete(ctx, tx, gone(before.identities, after.identities));
    const [replaced] = changed(before.identities, after.identities);
    if (replaced) await this.identities.updateLoginId(ctx, tx, replaced);
    await this.identities.insert(ctx, tx, fresh(before.identities, after.identities));
  }

  private async writeAuthenticators(ctx: ProjectContext, tx: Tx, { before, after }: AccountChange): Promise<void> {
    await this.authenticators.delete(ctx, tx, gone(before.authenticators, after.authenticators));
    const moved = changed(before.authenticators, after.authenticators);
    if (moved[0]) await this.move(ctx, tx, moved);
    await this.authenticators.insert(ctx, tx, fresh(before.authenticators, after.authenticators));
    const idle = !hasSecondary(after) && (hasSecondary(before) || (before.recoveryCodes ?? 0) > (after.recoveryCodes ?? 0));
    if (!idle) return;
    await this.recoveryCodes.deleteAll(ctx, tx, after.user.id);
    await this.deviceTokens.deleteAll(ctx, tx, after.user.id);
  }

  /** All of them follow one login id, so they have one address. */
  private async move(ctx: ProjectContext, tx: Tx, moved: readonly Authenticator[]): Promise<void> {
    const { email, phone, updatedAt } = moved[0] as Authenticator;
    await this.authenticators.moveTargets(ctx, tx, { ids: moved.map(({ id }) => id), email, phone, at: updatedAt });
  }

  private async writeClaims(ctx: ProjectContext, tx: Tx, { before, after }: AccountChange): Promise<void> {
    const missing = (from: UserFacts, than: UserFacts) => from.verified.filter(({ name, value }) => !than.verified.some((one) => one.name === name && one.value === value));
    const userId = after.user.id;
    await this.claims.delete(ctx, tx, { userId, claims: missing(before, after) });
    const proven = missing(after, before).map(({ name, value }) => ({ id: ctx.newId(), userId, name: name as VerifiedClaim["name"], value, createdAt: ctx.now() }));
    await this.claims.insert(ctx, tx, proven);
  }

  private async writeUser(ctx: ProjectContext, tx: Tx, { before, after }: AccountChange): Promise<void> {
    const { id, standardAttributes, customAttributes, updatedAt, mfaGracePeriodEndAt } = after.user;
    if (updatedAt !== before.user.updatedAt) await this.users.updateAttributes(ctx, tx, { id, standardAttributes, at: updatedAt });
    if (customAttributes !== before.user.customAttributes) await this.users.updateCustomAttributes(ctx, tx, { id, customAttributes, at: updatedAt });
    if (before.user.mfaGracePeriodEndAt && !mfaGracePeriodEndAt) await this.users.clearGracePeriod(ctx, tx, id);
  }
}
