import { Injectable } from "@nestjs/common";
import { type Authenticator, checkPasswordPolicy, passwordPolicy } from "@gatehouse/domain-authenticator";
import type { ProjectConfig } from "@gatehouse/domain-config";
import { invalidConfiguration, sendPasswordNoTarget } from "@gatehouse/domain-errors";
import { userPreCreate } from "@gatehouse/domain-events";
import type { CheckedLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { checkAccountTimes, identityModel, normalStatus, userModel } from "@gatehouse/domain-user";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { type Account, Accounts, IdentityChanges, makeAuthenticator } from "@gatehouse/record-accounts";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { checkIdentityDefinition, type IdentityDefinition } from "../rules/check-identity-definition.js";
import { generatePassword } from "../rules/generate-password.js";
import { oneTimePasswordOf } from "../rules/one-time-password-of.js";
import { withHookWishes } from "../rules/with-hook-wishes.js";

/** A user an administrator asks for (spec: admin API §8.1, `createUser`). */
export interface NewUserInput {
  definition: IdentityDefinition;
  /** Absent or null: none. Empty: one is generated. */
  password?: string | null;
  /** Mail the password to the email login id. */
  sendPassword?: boolean | null;
  /** The password must be changed at the first login. */
  setPasswordExpired?: boolean | null;
  accountValidFrom?: Date | null;
  accountValidUntil?: Date | null;
}

/** What comes before a new user in the same request. */
export interface NewUserOrder {
  /** Whether other changes come before it, which may set a login id free that is taken now: then only the transaction can tell. */
  afterOthers?: boolean;
}

/** A user that passed every check and is not written yet. */
export interface PreparedUser {
  account: Account;
  /** The password, when it is to be mailed. */
  mailed?: string;
}

/** What the account is made of. */
type Parts = Pick<NewUserInput, "setPasswordExpired" | "accountValidFrom" | "accountValidUntil"> & NewUserOrder & { loginId: CheckedLoginId; password?: string };

const primaryOf = (config: ProjectConfig): readonly string[] => config.authentication.primary_authenticators;

/** Checks a new user, hashes its password and asks the `user.pre_create` handlers. Call it with no transaction open. */
@Injectable()
export class PrepareUser {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly changes: IdentityChanges,
    private readonly hasher: PasswordHasher,
    private readonly hooks: BlockingHooks,
  ) {}

  /**
   * Throws Invalid, InvariantViolated (InvalidLoginIDKey, DuplicatedIdentity), ValidationFailed, PasswordPolicyViolated, SendPasswordNoTarget,
   * InvalidAccountStatusTransition, InvalidConfiguration, and the errors of blocking hooks.
   */
  async run(ctx: ProjectContext, input: NewUserInput, { afterOthers = false }: NewUserOrder = {}): Promise<PreparedUser> {
    const { config } = ctx.project;
    const loginId = checkIdentityDefinition(ctx.project, input.definition);
    if (primaryOf(config).length === 0) throw invalidConfiguration("no primary authenticator is enabled");
    checkAccountTimes({ ...normalStatus, accountValidFrom: input.accountValidFrom ?? null, accountValidUntil: input.accountValidUntil ?? null });
    const password = choosePassword(config, input.password);
    const mailed = input.sendPassword ? password : undefined;
    if (mailed !== undefined && loginId.type !== "email") throw sendPasswordNoTarget();
    const account = await this.askHooks(ctx, await this.account(ctx, { ...input, loginId, password, afterOthers }));
    return { account, ...(mailed === undefined ? {} : { mailed }) };
  }

  private async account(ctx: ProjectContext, { loginId, password, ...input }: Parts): Promise<Account> {
    const oneTimePassword = oneTimePasswordOf(ctx.project.config, loginId);
    const made = this.accounts.prepare(ctx, { loginIds: [loginId], oneTimePasswords: oneTimePassword ? [oneTimePassword] : [] });
    if (!input.afterOthers) await this.refuseTaken(ctx, made);
    const status = { ...made.user.status, accountValidFrom: input.accountValidFrom ?? null, accountValidUntil: input.accountValidUntil ?? null };
    const passwords = password === undefined ? [] : [await this.password(ctx, made, { password, expired: input.setPasswordExpired === true })];
    const authenticators = [...passwords, ...made.authenticators].map((one) => ({ ...one, isDefault: true }));
    return { ...made, authenticators, user: { ...made.user, status } };
  }

  private async password(ctx: ProjectContext, { user }: Account, { password, expired }: { password: string; expired: boolean }): Promise<Authenticator> {
    const made = makeAuthenticator(ctx, user.id, { type: "password", kind: "primary", passwordHash: await this.hasher.hash(password) });
    return { ...made, expireAfter: expired ? ctx.now() : null };
  }

  /** Before the work of hashing; the transaction asks again. */
  private async refuseTaken(ctx: ProjectContext, { user, identities }: Account): Promise<void> {
    const [incoming] = identities;
    if (incoming) await this.db.read((tx) => this.changes.checkDuplicates(ctx, tx, { userId: user.id, incoming }));
  }

  private async askHooks(ctx: ProjectContext, account: Account): Promise<Account> {
    if (!this.hooks.hasHandlers(ctx, userPreCreate.entry.type)) return account;
    const user = userModel(ctx.project.config, account, ctx.now());
    const outcome = await this.hooks.run(ctx, userPreCreate({ user, identities: account.identities.map(identityModel) }));
    return outcome.user ? withHookWishes(ctx.project.config, account, outcome.user) : account;
  }
}

/** The password to be set; a project without passwords ignores what was given. */
function choosePassword(config: ProjectConfig, given: string | null | undefined): string | undefined {
  if (given === null || given === undefined || !primaryOf(config).includes("password")) return undefined;
  if (given === "") return generatePassword(passwordPolicy(config));
  checkPasswordPolicy(passwordPolicy(config), given);
  return given;
}
