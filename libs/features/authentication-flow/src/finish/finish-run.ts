import { Injectable } from "@nestjs/common";
import { flowNotFound, invalidCredentials, invalidVerificationCode, passwordResetFailed } from "@gatehouse/domain-errors";
import { amrOfRun, type SpentCode } from "@gatehouse/domain-flow";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { clearedCookie, persistentCookie, type ResponseCookie, sameSiteMarker, sessionCookies } from "@gatehouse/record-sessions";
import { addressType } from "../engine/memory.js";
import type { Run } from "../engine/run.js";
import { RunStore } from "../engine/run.store.js";
import { DEVICE_TOKEN_COOKIE } from "../methods/device-token/device-token-method.js";
import { LogIn } from "./log-in.js";
import { Reauthenticate } from "./reauthenticate.js";
import { RecoverAccount } from "./recover-account.js";
import { RedirectToClient } from "./redirect-to-client.js";
import { SignUp } from "./sign-up.js";
import type { Outcome } from "./outcome.js";

/** What the finishing response holds. */
export interface Finished {
  data: Record<string, unknown>;
  cookies: ResponseCookie[];
}

/** The end of a run: everything it decided is written in one transaction, once (spec: authentication flow §2.6, §7). */
@Injectable()
export class FinishRun {
  constructor(
    private readonly runs: RunStore,
    private readonly otp: OneTimePasswords,
    private readonly signUp: SignUp,
    private readonly logIn: LogIn,
    private readonly reauthenticate: Reauthenticate,
    private readonly recover: RecoverAccount,
    private readonly redirect: RedirectToClient,
  ) {}

  /** Throws `AuthenticationFlowNotFound` when another request finishes the run; after a refusal the run's tokens are good again. */
  async run(run: Run): Promise<Finished> {
    run.trace.add("finish", run.state.root.type, "started");
    if (!(await this.runs.claim(run))) throw flowNotFound();
    const outcome = await this.spendAndCommit(run).catch(async (error: unknown) => {
      run.trace.add("finish", run.state.root.type, error instanceof Error && "reason" in error ? String(error.reason) : "failed");
      await this.runs.release(run);
      throw error;
    });
    if (run.sentSms) await this.otp.settle(run.ctx, run.record.id);
    return { data: await this.redirect.run(run, outcome), cookies: [...this.sessionCookies(run, outcome), ...this.deviceCookies(run, outcome)] };
  }

  /** A code finishes one run, however many have accepted it; after a refusal it is good again. */
  private async spendAndCommit(run: Run): Promise<Outcome> {
    const { ctx, record, state } = run;
    const { codes } = state.memory;
    if (!(await this.otp.spend(ctx, record.id, codes))) throw spentElsewhere(codes[0] as SpentCode);
    try {
      return await this.commit(run);
    } catch (error) {
      await this.otp.giveBack(ctx, record.id, codes);
      throw error;
    }
  }

  private async commit(run: Run): Promise<Outcome> {
    const { memory, root } = run.state;
    if (root.type === "reauth") return this.reauthenticate.run(run, amrOfRun(memory));
    if (root.type === "account_recovery") return this.recover.run(run);
    return memory.isNewUser ? this.signUp.run(run) : this.logIn.run(run);
  }

  private sessionCookies({ ctx, record, state }: Run, { token }: Outcome): ResponseCookie[] {
    if (token) return sessionCookies(ctx, token);
    const { type } = state.root;
    return record.suppressIdpSession && type !== "reauth" && type !== "account_recovery" ? [sameSiteMarker(ctx)] : [];
  }

  private deviceCookies({ ctx, state }: Run, { deviceToken }: Outcome): ResponseCookie[] {
    if (deviceToken) {
      const days = ctx.project.config.authentication.device_token.expire_in_days;
      return [persistentCookie(ctx, { suffix: DEVICE_TOKEN_COOKIE, value: deviceToken, maxAge: days * 86_400 })];
    }
    return state.memory.deviceToken === "clear" ? [clearedCookie(ctx, DEVICE_TOKEN_COOKIE)] : [];
  }
}

/** The code is as wrong now as any other: the error is that of a wrong one. */
function spentElsewhere({ purpose, target }: SpentCode): Error {
  if (purpose === "forgot-password") return passwordResetFailed({ cause: { kind: "InvalidCode" } });
  if (purpose === "verification") return invalidVerificationCode({ cause: { kind: "InvalidVerificationCode" } });
  return invalidCredentials({ AuthenticationType: `oob_otp_${addressType(target) === "email" ? "email" : "sms"}` });
}
