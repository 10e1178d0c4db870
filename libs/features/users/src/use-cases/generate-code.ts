import { Injectable } from "@nestjs/common";
import { isPhoneNumber, normaliseLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";

/** What an administrator's code is for. */
export type AdminCodePurpose = "login" | "verification";

const PURPOSES = { login: "oob-otp", verification: "verification" } as const;

/** Makes a one-time code for an address, for somebody who passes it on by other means (spec: admin API §8.1, `generateOOBOTPCode`). */
@Injectable()
export class GenerateCode {
  constructor(private readonly otp: OneTimePasswords) {}

  /** The code, good from the commit on; a former one of the address and purpose is good no more then. The address need not be anybody's. */
  run(ctx: ProjectContext, tx: Tx, { target, purpose }: { target: string; purpose: AdminCodePurpose }): string {
    const { code, keep } = this.otp.issue(ctx, { purpose: PURPOSES[purpose], ...this.address(ctx, target) });
    tx.afterCommit(keep);
    return code;
  }

  private address({ project: { config } }: ProjectContext, target: string): { target: string; channel: "sms" | "email" } {
    if (isPhoneNumber(config, target)) return { target, channel: "sms" };
    return { target: normaliseLoginId("email", target, config.identity.login_id.types)?.value ?? target, channel: "email" };
  }
}
