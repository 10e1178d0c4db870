import { Injectable } from "@nestjs/common";
import { forgotPasswordFailed } from "@gatehouse/domain-errors";
import { loginIdLookupKeys } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import type { OtpRequest } from "@gatehouse/record-one-time-codes";
import { recoveryRequest } from "../rules/recovery-request.js";

/** Whom a message of account recovery goes to. */
@Injectable()
export class RecoveryOfLoginId {
  constructor(private readonly accounts: Accounts) {}

  /** Undefined when nobody has the login id, or its owner has no address. Throws `ForgotPasswordFailed` (`FeatureDisabled`), `SMSNotSupported`. */
  async find(ctx: ProjectContext, tx: Tx, loginId: string): Promise<OtpRequest | undefined> {
    if (!ctx.project.config.forgot_password.enabled) throw forgotPasswordFailed({ cause: { kind: "FeatureDisabled" } });
    const keys = loginIdLookupKeys(ctx.project.config, loginId);
    const [facts] = await this.accounts.byLoginId(ctx, tx, keys);
    return facts && recoveryRequest(ctx, facts, { loginId, keys });
  }

  /** Like `find`. Throws `ForgotPasswordFailed` (`UserNotFound`) also. */
  async require(ctx: ProjectContext, tx: Tx, loginId: string): Promise<OtpRequest> {
    const found = await this.find(ctx, tx, loginId);
    if (!found) throw forgotPasswordFailed({ cause: { kind: "UserNotFound" } }, "specified user not found");
    return found;
  }
}
