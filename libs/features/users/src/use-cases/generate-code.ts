import { Injectable } from "@nestjs/common";
import { isPhoneNumber, normaliseLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";

/** What an administrator's code is for. */
export type AdminCodePurpose = "login" | "verification";

const PURPOSES = { login: "oob-otp", verification: "verification" } as const;

/** Makes a one-time code for an address, for somebody who passes it on by other means (spec: admin API §8.1, `generateOOBOTPCode`). */
@Injectable()
export class GenerateCode {
  constructor(private readonly otp: OneTimePasswords) {}

  /** The code; a former one of the address and purpose is good no more. The address need not be anybody's. */
  run(ctx: ProjectContext, { target, purpose }: { target: string; purpose: AdminCodePurpose }): Promise<string> {
    const { config } = ctx.project;
    if (isPhoneNumber(config, target)) return this.otp.issue(ctx, { purpose: PURPOSES[purpose], target, channel: "sms" });
    const address = normaliseLoginId("email", target, config.identity.login_id.types)?.value ?? target;
    return this.otp.issue(ctx, { purpose: PURPOSES[purpose], target: address, channel: "email" });
  }
}
