import { Injectable } from "@nestjs/common";
import type { Authenticator, AuthenticatorKind } from "@gatehouse/domain-authenticator";
import { accountLockout, changePasswordFailed, invalidCredentials, rateLimited } from "@gatehouse/domain-errors";
import { authenticationPrimaryPasswordFailed, authenticationSecondaryPasswordFailed } from "@gatehouse/domain-events";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type UserFacts, userModel } from "@gatehouse/domain-user";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { AuthenticatorStore, ChosenPasswords } from "@gatehouse/record-authenticators";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { credentialBuckets } from "@gatehouse/service-rate-limit";
import { AccountReader } from "../guards/account-reader.js";
import { GuardedCheck } from "../guards/guarded-check.js";

/** A password and the one that takes its place. */
export interface PasswordChange {
  userId: UserId;
  kind: AuthenticatorKind;
  oldPassword: string;
  newPassword: string;
}

const wrong = () => invalidCredentials({ AuthenticationType: "password" });
const passwordOf = ({ authenticators }: UserFacts, kind: AuthenticatorKind): Authenticator | undefined =>
  authenticators.find((one) => one.type === "password" && one.kind === kind);

/** Changes primary and secondary passwords, and adds secondary ones (spec: account management §4.4). Sessions go on; no event tells of it. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly db: Database,
    private readonly reader: AccountReader,
    private readonly guard: GuardedCheck,
    private readonly hasher: PasswordHasher,
    private readonly passwords: ChosenPasswords,
    private readonly authenticators: AuthenticatorStore,
    private readonly changes: IdentityChanges,
    private readonly outbox: EventOutbox,
  ) {}

  /** Throws `ChangePasswordFailed` (`NoPassword`), `InvalidCredentials` for every failure of the old password's check, limits and lockout included, and `PasswordPolicyViolated`. */
  async run(ctx: ProjectContext, { userId, kind, oldPassword, newPassword }: PasswordChange): Promise<void> {
    const facts = await this.reader.facts(ctx, userId);
    const { id, passwordHash } = passwordOf(facts, kind) ?? {};
    if (!id || !passwordHash) throw changePasswordFailed({ cause: { kind: "NoPassword" } });
    await this.checkOld(ctx, facts, { kind, passwordHash, plain: oldPassword });
    const hash = await this.passwords.hash(ctx, { plain: newPassword, userId, current: passwordHash });
    await this.db.transaction(async (tx) => {
      const changed = await this.authenticators.updatePasswordHash(ctx, tx, { id, passwordHash: hash, at: ctx.now(), onlyIf: passwordHash });
      if (!changed) throw wrong(); // somebody else changed it meanwhile: what was typed is the old one no more
      await this.passwords.note(ctx, tx, { userId, passwordHash: hash });
    });
  }

  /** Adds a secondary password. Throws `PasswordPolicyViolated`, `DuplicatedAuthenticator`. */
  async createSecondary(ctx: ProjectContext, { userId, password }: { userId: UserId; password: string }): Promise<Authenticator> {
    this.changes.checkNewAuthenticator(ctx, await this.reader.facts(ctx, userId), { type: "password", kind: "secondary" });
    const passwordHash = await this.passwords.hash(ctx, { plain: password, userId });
    return this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const { authenticator } = await this.changes.addAuthenticator(ctx, tx, { facts, authenticator: { type: "password", kind: "secondary", passwordHash } });
      await this.passwords.note(ctx, tx, { userId, passwordHash });
      return authenticator;
    });
  }

  private async checkOld(ctx: ProjectContext, facts: UserFacts, { kind, passwordHash, plain }: { kind: AuthenticatorKind; passwordHash: string; plain: string }): Promise<void> {
    const userId = facts.user.id;
    try {
      await this.guard.run(ctx, {
        userId,
        buckets: credentialBuckets(ctx, "password", userId),
        lockable: "password",
        verify: () => this.isRight(ctx, facts, { kind, passwordHash, plain }),
        refusal: wrong,
      });
    } catch (error) {
      throw rateLimited.is(error) || accountLockout.is(error) ? wrong() : error;
    }
  }

  private async isRight(ctx: ProjectContext, facts: UserFacts, { kind, passwordHash, plain }: { kind: AuthenticatorKind; passwordHash: string; plain: string }): Promise<boolean> {
    const { ok } = await this.hasher.verify(passwordHash, plain);
    const failed = kind === "primary" ? authenticationPrimaryPasswordFailed : authenticationSecondaryPasswordFailed;
    const user = userModel(ctx.project.config, facts, ctx.now());
    if (!ok) await this.outbox.appendNow(ctx, [failed({ user, authentication_stage: kind, authenticator_type: "password" })]);
    return ok;
  }
}
