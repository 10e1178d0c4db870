import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { OneTimePasswords, type OtpRequest } from "@gatehouse/record-one-time-codes";
import { RecoveryOfLoginId } from "../guards/recovery-of-login-id.js";
import type { PreparedRecovery } from "./prepare-reset-password-message.js";

/** Sends the link of an account recovery to the owner of a login id, after the commit (spec: admin API §8.1). */
@Injectable()
export class SendResetPasswordMessage {
  constructor(
    private readonly recovery: RecoveryOfLoginId,
    private readonly otp: OneTimePasswords,
  ) {}

  /** Throws `ForgotPasswordFailed` (`FeatureDisabled`, `UserNotFound`), `SMSNotSupported`. What fails after the commit is logged. */
  async run(ctx: ProjectContext, tx: Tx, { loginId, ready }: PreparedRecovery): Promise<void> {
    const request = await this.recovery.require(ctx, tx, loginId);
    const send = ready && isSame(ready.request, request) ? ready.send : async () => (await this.otp.prepare(ctx, request))();
    tx.afterCommit(() => send().catch((err: unknown) => ctx.log.error({ err }, "A message of account recovery was not sent.")));
  }
}

const isSame = (a: OtpRequest, b: OtpRequest): boolean => a.userId === b.userId && a.target === b.target;
