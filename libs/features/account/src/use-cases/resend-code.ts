import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { AddressCodes } from "../guards/address-codes.js";
import { AccountTokens } from "../store/account-token.store.js";

/** Sends the code of a pending operation again. A phone number that is to be a login id gets it by SMS, whatever brought the first one. */
@Injectable()
export class ResendCode {
  constructor(
    private readonly tokens: AccountTokens,
    private readonly codes: AddressCodes,
  ) {}

  /** Throws `AccountManagementTokenInvalid`, `AccountManagementTokenNotBoundToUser`, `RateLimited`, and what keeps the message from being sent. */
  async run(ctx: ProjectContext, { userId, token }: { userId: UserId; token: string }): Promise<void> {
    const { kind, target, channel } = await this.tokens.find(ctx, { token, userId, kinds: ["login_id", "oob_otp"] });
    await this.codes.send(ctx, { userId, target, channel: kind === "login_id" && channel === "whatsapp" ? "sms" : channel });
  }
}
