import { Injectable } from "@nestjs/common";
import { identityNotFound } from "@gatehouse/domain-errors";
import { type CheckedLoginId, checkLoginId, type Identity, type LoginIdType } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { IdentityChanges, makeIdentity } from "@gatehouse/record-accounts";
import { AccountReader } from "../guards/account-reader.js";
import { AddressCodes } from "../guards/address-codes.js";
import { OwnedRecords } from "../guards/owned-records.js";
import { checkKey, checkMayCreate, checkMayUpdate } from "../rules/login-id-switches.js";
import { needsVerification } from "../rules/needs-verification.js";
import { forSettings } from "../rules/settings-duplicate.js";
import { AccountTokens } from "../store/account-token.store.js";
import { WriteLoginId } from "./write-login-id.js";

/** A login id as typed. */
export interface LoginIdAddition {
  userId: UserId;
  type: LoginIdType;
  /** A key of `identity.login_id.keys` of this type. */
  key: string;
  value: string;
  /** How the code goes to a phone number; `sms` by default. */
  channel?: "sms" | "whatsapp";
}

/** Another value for a login id. */
export interface LoginIdUpdate extends LoginIdAddition {
  identityId: string;
  /** The user wants to prove the address, even if the project does not require it. */
  isVerificationRequested?: boolean;
}

/** A change that is done, or waits for a code: then nothing is written yet, and `token` leads on. */
export interface StartedLoginId {
  /** As it is, or will be. */
  identity: Identity;
  old?: Identity;
  needVerification: boolean;
  token?: string;
}

/** Adds a login id or gives it another value, at once or after the address has been proven (spec: account management §4.1). */
@Injectable()
export class StartLoginIdChange {
  constructor(
    private readonly db: Database,
    private readonly reader: AccountReader,
    private readonly owned: OwnedRecords,
    private readonly changes: IdentityChanges,
    private readonly codes: AddressCodes,
    private readonly tokens: AccountTokens,
    private readonly write: WriteLoginId,
  ) {}

  /** Throws `InvalidLoginIDKey`, `IdentityModifyDisabled`, `ValidationFailed`, `AccountManagementDuplicatedIdentity`, and what keeps a code from being sent. */
  async add(ctx: ProjectContext, input: LoginIdAddition): Promise<StartedLoginId> {
    const { config } = ctx.project;
    checkKey(config, input);
    checkMayCreate(config, input.key);
    return forSettings(async () => {
      const facts = await this.reader.facts(ctx, input.userId);
      return this.start(ctx, facts, { ...input, loginId: checkLoginId(ctx.project, input), requested: false });
    });
  }

  /** Throws as `add`, and `IdentityNotFound`, `AccountManagementIdentityNotOwnedByUser`. */
  async update(ctx: ProjectContext, input: LoginIdUpdate): Promise<StartedLoginId> {
    checkKey(ctx.project.config, input);
    return forSettings(async () => {
      const facts = await this.reader.facts(ctx, input.userId);
      const old = await this.db.read((tx) => this.owned.identity(ctx, tx, { facts, id: input.identityId }));
      if (old.loginIdType !== input.type) throw identityNotFound();
      checkMayUpdate(ctx.project.config, old);
      return this.start(ctx, facts, { ...input, loginId: checkLoginId(ctx.project, input), old, requested: input.isVerificationRequested === true });
    });
  }

  private async start(ctx: ProjectContext, facts: UserFacts, change: LoginIdAddition & { loginId: CheckedLoginId; old?: Identity; requested: boolean }): Promise<StartedLoginId> {
    const { userId, loginId, old } = change;
    const identityId = old ? { identityId: old.id } : {};
    if (!needsVerification(ctx.project.config, facts, change)) return { ...(await this.write.run(ctx, { userId, loginId, ...identityId })), needVerification: false };
    const incoming = makeIdentity(ctx, userId, { ...(old ? { id: old.id } : {}), type: "login_id", loginId });
    await this.db.read((tx) => this.changes.checkDuplicates(ctx, tx, { userId, incoming, ...identityId }));
    return { identity: incoming, ...(old ? { old } : {}), needVerification: true, token: await this.sendCode(ctx, change) };
  }

  private async sendCode(ctx: ProjectContext, { userId, loginId, old, channel }: LoginIdAddition & { loginId: CheckedLoginId; old?: Identity }): Promise<string> {
    const type = loginId.type === "email" ? "email" : "phone";
    const address = { target: loginId.value, channel: type === "email" ? "email" : (channel ?? "sms") } as const;
    await this.codes.start(ctx, { userId, ...address });
    const operation = { kind: "login_id", ...(old ? { identityId: old.id } : {}), type, value: loginId.original, ...address } as const;
    return this.tokens.create(ctx, { userId, operation });
  }
}
