import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { OneTimePasswords, type OtpRequest } from "@gatehouse/record-one-time-codes";
import { RecoveryOfLoginId } from "../guards/recovery-of-login-id.js";

/** A message that nothing refuses and that is not sent yet. */
export interface PreparedRecovery {
  loginId: string;
  /** Absent where changes that come before the message in the same request may make its recipient. */
  ready?: { request: OtpRequest; send(): Promise<void> };
}

/** What comes before the message in the same request. */
export interface RecoveryOrder {
  /** Whether other changes come before it, which may give somebody the login id: then only the transaction can tell. */
  afterOthers?: boolean;
}

/** Asks everything that may refuse the message of an account recovery (spec: admin API §8.1). Call it with no transaction open. */
@Injectable()
export class PrepareResetPasswordMessage {
  constructor(
    private readonly db: Database,
    private readonly recovery: RecoveryOfLoginId,
    private readonly otp: OneTimePasswords,
  ) {}

  /**
   * Throws `ForgotPasswordFailed` (`FeatureDisabled`, `UserNotFound`), `SMSNotSupported`, `RateLimited`, `UsageLimitExceeded`, `BlockedByFraudProtection`, and what
   * tells that no provider is configured.
   */
  async run(ctx: ProjectContext, loginId: string, { afterOthers = false }: RecoveryOrder = {}): Promise<PreparedRecovery> {
    const request = await this.db.read((tx) => (afterOthers ? this.recovery.find(ctx, tx, loginId) : this.recovery.require(ctx, tx, loginId)));
    return request ? { loginId, ready: { request, send: await this.otp.prepare(ctx, request) } } : { loginId };
  }
}
