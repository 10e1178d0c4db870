import { Injectable } from "@nestjs/common";
import { checkPasswordPolicy, MAX_PASSWORD_BYTES, type PasswordPolicy } from "@gatehouse/domain-authenticator";
import type { ProjectConfig } from "@gatehouse/domain-config";
import { duplicatedIdentity, invalidConfiguration, invalidInput, invariantViolated, sendPasswordNoTarget, validationFailed, validPeriodReversed } from "@gatehouse/domain-errors";
import { userPreCreate } from "@gatehouse/domain-events";
import { type CheckedLoginId, checkLoginId, type LoginIdProject } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { identityModel, userModel } from "@gatehouse/domain-user";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { type Account, Accounts, type NewAccount } from "@gatehouse/record-accounts";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { generatePassword, type GeneratedPasswordPolicy } from "../rules/generate-password.js";
import { withHookWishes } from "../rules/with-hook-wishes.js";

/** A user an administrator asks for (spec: admin API §8.1, `createUser`). */
export interface NewUserInput {
  loginId: { key: string; value: string };
  /** Absent or null: none. Empty: one is generated. */
  password?: string | null;
  /** Mail the password to the email login id. */
  sendPassword?: boolean | null;
  /** The password must be changed at the first login. */
  setPasswordExpired?: boolean | null;
  accountValidFrom?: Date | null;
  accountValidUntil?: Date | null;
}

/** A user that passed every check and is not written yet. */
export interface PreparedUser {
  account: Account;
  mail?: { to: string; password: string };
}

const policyOf = (config: ProjectConfig): PasswordPolicy & GeneratedPasswordPolicy =>
  (config.authenticator as { password?: { policy?: PasswordPolicy & GeneratedPasswordPolicy } }).password?.policy ?? {};
const primaryOf = (config: ProjectConfig): readonly string[] => config.authentication.primary_authenticators ?? [];

/** Checks a new user, hashes its password and asks the `user.pre_create` handlers. Call it with no transaction open. */
@Injectable()
export class PrepareUser {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly hasher: PasswordHasher,
    private readonly hooks: BlockingHooks,
  ) {}

  /**
   * Throws Invalid, InvariantViolated (InvalidLoginIDKey, DuplicatedIdentity), ValidationFailed, PasswordPolicyViolated, SendPasswordNoTarget,
   * InvalidAccountStatusTransition, InvalidConfiguration, and the errors of blocking hooks.
   */
  async run(ctx: ProjectContext, input: NewUserInput): Promise<PreparedUser> {
    const loginId = checkedLoginId(ctx.project, input.loginId);
    if (primaryOf(ctx.project.config).length === 0) throw invalidConfiguration("no primary authenticator is enabled");
    if (input.accountValidFrom && input.accountValidUntil && input.accountValidFrom >= input.accountValidUntil) throw validPeriodReversed();
    const password = choosePassword(ctx.project.config, input.password);
    if (input.sendPassword && password !== undefined && loginId.type !== "email") throw sendPasswordNoTarget();
    await this.refuseTaken(ctx, loginId);
    const account = await this.askHooks(ctx, await this.account(ctx, { ...input, loginId, password }));
    return { account, ...(input.sendPassword && password !== undefined ? { mail: { to: loginId.value, password } } : {}) };
  }

  private async account(ctx: ProjectContext, input: Omit<NewUserInput, "loginId" | "password"> & { loginId: CheckedLoginId; password?: string }): Promise<Account> {
    const passwordHash = input.password === undefined ? undefined : await this.hasher.hash(input.password);
    const made = this.accounts.prepare(ctx, { loginIds: [input.loginId], passwordHash, oneTimePasswords: oneTimePasswords(ctx.project.config, input.loginId) });
    const expireAfter = input.setPasswordExpired ? ctx.now() : null;
    const authenticators = made.authenticators.map((one) => ({ ...one, isDefault: true, expireAfter: one.type === "password" ? expireAfter : null }));
    const status = { ...made.user.status, accountValidFrom: input.accountValidFrom ?? null, accountValidUntil: input.accountValidUntil ?? null };
    return { ...made, authenticators, user: { ...made.user, status } };
  }

  private async refuseTaken(ctx: ProjectContext, loginId: CheckedLoginId): Promise<void> {
    const [owner] = await this.db.read((tx) => this.accounts.byLoginId(ctx, tx, [loginId.uniqueKey]));
    const existing = owner?.identities.find(({ uniqueKey }) => uniqueKey === loginId.uniqueKey);
    if (!existing) return;
    throw duplicatedIdentity({
      IdentityTypeIncoming: "login_id",
      LoginIDTypeIncoming: loginId.type,
      IdentityTypeExisting: "login_id",
      LoginIDTypeExisting: existing.loginIdType ?? loginId.type,
    });
  }

  private async askHooks(ctx: ProjectContext, account: Account): Promise<Account> {
    if (!this.hooks.hasHandlers(ctx, userPreCreate.entry.type)) return account;
    const user = userModel(ctx.project.config, account, ctx.now());
    const outcome = await this.hooks.run(ctx, userPreCreate({ user, identities: account.identities.map(identityModel) }));
    return outcome.user ? withHookWishes(ctx.project.config, account, outcome.user) : account;
  }
}

function checkedLoginId(project: LoginIdProject, { key, value }: NewUserInput["loginId"]): CheckedLoginId {
  if (key === "" || value === "") throw invalidInput("login ID key & value is required");
  const known = project.config.identity.login_id.keys.some((declared) => (declared.key ?? declared.type) === key);
  if (!known) throw invariantViolated("InvalidLoginIDKey", "invalid login ID key");
  return checkLoginId(project, { key, value });
}

/** The password to be set; a project without passwords ignores what was given. */
function choosePassword(config: ProjectConfig, given: string | null | undefined): string | undefined {
  if (given === null || given === undefined || !primaryOf(config).includes("password")) return undefined;
  if (given === "") return generatePassword(policyOf(config));
  if (new TextEncoder().encode(given).length > MAX_PASSWORD_BYTES)
    throw validationFailed([{ location: "/password", kind: "maxLength", details: { expected: MAX_PASSWORD_BYTES } }], "invalid value");
  checkPasswordPolicy(policyOf(config), given);
  return given;
}

function oneTimePasswords(config: ProjectConfig, loginId: CheckedLoginId): NewAccount["oneTimePasswords"] {
  const enabled = primaryOf(config);
  if (loginId.type === "email" && enabled.includes("oob_otp_email")) return [{ type: "oob_otp_email", target: loginId.value }];
  if (loginId.type === "phone" && enabled.includes("oob_otp_sms")) return [{ type: "oob_otp_sms", target: loginId.value }];
  return [];
}
