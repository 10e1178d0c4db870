import { Injectable } from "@nestjs/common";
import { historyRule } from "@gatehouse/domain-authenticator";
import { invalidCredentials, userNotFound } from "@gatehouse/domain-errors";
import { asUserId } from "@gatehouse/domain-project";
import { populateAttributes, type UserFacts } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { makeAuthenticator, makeIdentity } from "@gatehouse/record-accounts";
import { AuthenticatorStore, DeviceTokenStore, PasswordHistoryStore, RecoveryCodeStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { UserStore } from "@gatehouse/record-users";
import { VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import type { Run } from "../engine/run.js";
import { IdentityConflicts } from "../linking/identity-conflicts.js";
import { isRenamed, refreshedIdentities } from "../rules/refreshed-identities.js";
import { refuseOutdated } from "../rules/refuse-outdated.js";
import { unwritten } from "../rules/same-authenticator.js";
import { withProfile } from "../rules/with-profile.js";

/** The user before and after the run. */
export interface Change {
  before: UserFacts;
  after: UserFacts;
}

/** Writes what a run has decided about its user; only what there is to write costs a statement. */
@Injectable()
export class ApplyChanges {
  constructor(
    private readonly users: UserStore,
    private readonly identities: IdentityStore,
    private readonly authenticators: AuthenticatorStore,
    private readonly claims: VerifiedClaimStore,
    private readonly recoveryCodes: RecoveryCodeStore,
    private readonly deviceTokens: DeviceTokenStore,
    private readonly history: PasswordHistoryStore,
    private readonly conflicts: IdentityConflicts,
  ) {}

  /** What is written beside the account of a new user. */
  async newUser(run: Run, tx: Tx): Promise<void> {
    await this.writeRecoveryCodes(run, tx);
    await this.noteOptOut(run, tx);
    await this.noteNewPasswords(run, tx);
  }

  /** What becomes of a user who is there already. Returns the value of the device token that was asked for. Throws `UserNotFound` and `InvalidCredentials` for what is not his any more. */
  async existingUser(run: Run, tx: Tx, change: Change): Promise<string | undefined> {
    refuseOutdated(run.state.memory, change.before);
    await this.hold(run, tx);
    await this.conflicts.refuseLate(run, tx);
    await this.addIdentities(run, tx, change);
    await this.addAuthenticators(run, tx, change);
    await this.addClaims(run, tx, change);
    await this.updateAuthenticators(run, tx);
    await this.spendRecoveryCodes(run, tx);
    await this.writeRecoveryCodes(run, tx);
    await this.noteOptOut(run, tx);
    await this.noteNewPasswords(run, tx);
    return this.remember(run, tx);
  }

  /** A user who gets authenticators is held until the end: what another run of his writes meanwhile is seen here, or sees this. First the user, then his addresses, as everywhere. */
  private async hold({ ctx, state: { memory } }: Run, tx: Tx): Promise<void> {
    if (memory.newAuthenticators.length > 0 && !(await this.users.lock(ctx, tx, asUserId(memory.userId)))) throw userNotFound({});
  }

  private async addIdentities({ ctx, state: { memory } }: Run, tx: Tx, { before }: Change): Promise<void> {
    const userId = asUserId(memory.userId);
    const created = memory.identified.flatMap((one) => (one.created ? [makeIdentity(ctx, userId, one.created)] : []));
    await this.identities.insert(ctx, tx, created);
    for (const { identityId, claims, details } of memory.refreshed) await this.identities.refresh(ctx, tx, { id: identityId, claims, details, at: ctx.now() });
    if (created.length === 0 && !memory.profile && !isRenamed(memory, before.identities)) return;
    const gone = memory.anonymous?.identityId;
    const kept = refreshedIdentities(memory, before.identities).filter(({ id }) => id !== gone);
    const claims = [...created.reverse(), ...kept].map((one) => one.claims);
    const { standardAttributes, customAttributes } = withProfile(memory, before.user);
    await this.users.updateAttributes(ctx, tx, { id: userId, standardAttributes: populateAttributes(standardAttributes, claims), at: ctx.now() });
    if (memory.profile) await this.users.updateCustomAttributes(ctx, tx, { id: userId, customAttributes, at: ctx.now() });
  }

  private async addAuthenticators({ ctx, state: { memory } }: Run, tx: Tx, { before }: Change): Promise<void> {
    const userId = asUserId(memory.userId);
    if (memory.newAuthenticators.length === 0) return;
    const stored = await this.authenticators.listByUserIds(ctx, tx, [userId]);
    const made = unwritten(memory, stored).map((one) => makeAuthenticator(ctx, userId, one));
    const first = before.authenticators.some(({ kind }) => kind === "primary") ? -1 : made.findIndex(({ kind }) => kind === "primary");
    await this.authenticators.insert(
      ctx,
      tx,
      made.map((one, index) => ({ ...one, isDefault: index === first })),
    );
    if (before.user.mfaGracePeriodEndAt && made.some(({ kind }) => kind === "secondary")) await this.users.clearGracePeriod(ctx, tx, userId);
  }

  /** A proven address that neither an identity, as it will be, nor an authenticator of the user carries is forgotten. */
  private async addClaims({ ctx, state: { memory } }: Run, tx: Tx, { before, after }: Change): Promise<void> {
    const carried = new Set([
      ...refreshedIdentities(memory, after.identities).flatMap(({ claims }) => [claims.email, claims.phone_number]),
      ...after.authenticators.flatMap(({ email, phone }) => [email, phone]),
    ]);
    const fresh = memory.verified.filter(({ name, value }) => carried.has(value) && !before.verified.some((one) => one.name === name && one.value === value));
    const userId = asUserId(memory.userId);
    if (isRenamed(memory, before.identities)) await this.claims.delete(ctx, tx, { userId, claims: before.verified.filter(({ value }) => !carried.has(value)) });
    await this.claims.insert(
      ctx,
      tx,
      fresh.map((claim) => ({ id: ctx.newId(), userId, ...claim, createdAt: ctx.now() })),
    );
  }

  /** A better hash is not worth a conflict; a chosen password is. Throws `InvalidCredentials` when somebody else has changed it meanwhile. */
  private async updateAuthenticators({ ctx, state: { memory } }: Run, tx: Tx): Promise<void> {
    const at = ctx.now();
    for (const { authenticatorId: id, hash: passwordHash, replaces, chosen } of memory.passwordUpdates)
      if (chosen) {
        if (!(await this.authenticators.updatePasswordHash(ctx, tx, { id, passwordHash, at, ...(replaces ? { onlyIf: replaces } : {}) })))
          throw invalidCredentials({ AuthenticationType: "password" });
      } else if (replaces) await this.authenticators.rehashPassword(ctx, tx, { id, passwordHash, onlyIf: replaces });
    for (const { authenticatorId, count } of memory.signCounts) await this.authenticators.updateSignCount(ctx, tx, { id: authenticatorId, count, at });
  }

  /** Throws `InvalidCredentials` when one of the codes was spent meanwhile. */
  private async spendRecoveryCodes({ ctx, state: { memory } }: Run, tx: Tx): Promise<void> {
    const ids = memory.recoveryCodeIds ?? [];
    if (ids.length > 0 && !(await this.recoveryCodes.consume(ctx, tx, ids))) throw invalidCredentials({ AuthenticationType: "recovery_code" });
  }

  private async writeRecoveryCodes({ ctx, state: { memory } }: Run, tx: Tx): Promise<void> {
    if (!memory.recoveryCodesShown || !memory.recoveryCodes) return;
    const listable = ctx.project.config.authentication.recovery_code.list_enabled;
    await this.recoveryCodes.replace(ctx, tx, { userId: asUserId(memory.userId), codes: memory.recoveryCodes, listable });
  }

  private async noteOptOut({ ctx, state: { memory } }: Run, tx: Tx): Promise<void> {
    if (memory.optOutPasskeyUpselling) await this.users.updateMetadata(ctx, tx, { id: asUserId(memory.userId), metadata: { opt_out_passkey_upselling: true } });
  }

  /** Chosen primary passwords enter the history, where the project keeps one. */
  private async noteNewPasswords({ ctx, state: { memory } }: Run, tx: Tx): Promise<void> {
    const rule = historyRule(ctx.project.config);
    if (rule.size === 0 && rule.days === 0) return;
    const made = memory.newAuthenticators.flatMap(({ type, kind, passwordHash }) => (type === "password" && kind === "primary" && passwordHash ? [passwordHash] : []));
    const chosen = memory.passwordUpdates.flatMap((update) => (update.chosen ? [update.hash] : []));
    for (const passwordHash of [...made, ...chosen]) await this.history.add(ctx, tx, { userId: memory.userId, passwordHash, rule });
  }

  private async remember({ ctx, state: { memory } }: Run, tx: Tx): Promise<string | undefined> {
    if (memory.deviceToken !== "wanted") return undefined;
    return this.deviceTokens.create(ctx, tx, { userId: memory.userId, days: ctx.project.config.authentication.device_token.expire_in_days });
  }
}
