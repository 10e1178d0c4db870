import { Injectable } from "@nestjs/common";
import { checkLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { AddressCodes } from "../guards/address-codes.js";
import { checkKey } from "../rules/login-id-switches.js";
import { addressOf } from "../rules/needs-verification.js";
import { forSettings } from "../rules/settings-duplicate.js";
import { AccountTokens } from "../store/account-token.store.js";
import { WriteLoginId, type WrittenLoginId } from "./write-login-id.js";

/** What the user typed. */
export interface LoginIdProof {
  userId: UserId;
  token: string;
  /** A key of `identity.login_id.keys` of the type that was started. */
  key: string;
  code: string;
}

/** The code of an address has come: the login id is added, or gets its new value (spec: account management §4.1). */
@Injectable()
export class ResumeLoginIdChange {
  constructor(
    private readonly tokens: AccountTokens,
    private readonly codes: AddressCodes,
    private readonly write: WriteLoginId,
  ) {}

  /**
   * The token is good until this succeeds. Throws `AccountManagementTokenInvalid`, `AccountManagementTokenNotBoundToUser`, `InvalidVerificationCode`, `RateLimited`,
   * and as the start of the change.
   */
  async run(ctx: ProjectContext, { userId, token, key, code }: LoginIdProof): Promise<WrittenLoginId> {
    const { type, value, target, channel, identityId } = await this.tokens.find(ctx, { token, userId, kinds: ["login_id"] });
    checkKey(ctx.project.config, { key, type });
    return this.codes.use(ctx, { userId, target, channel, code, holder: token }, () => this.finish(ctx, { userId, token, key, value, target, identityId }));
  }

  private async finish(ctx: ProjectContext, input: Omit<LoginIdProof, "code"> & { value: string; target: string; identityId?: string }): Promise<WrittenLoginId> {
    const { userId, token, key, value, target, identityId } = input;
    const loginId = checkLoginId(ctx.project, { key, value });
    // The code proves the address it was sent to, even if the project's rules make another one of the typed value by now.
    const address = addressOf(loginId);
    const proven = address?.value === target ? { proven: address } : {};
    const written = await forSettings(() => this.write.run(ctx, { userId, loginId, ...proven, ...(identityId === undefined ? {} : { identityId }) }));
    await this.tokens.delete(ctx, token);
    return written;
  }
}
