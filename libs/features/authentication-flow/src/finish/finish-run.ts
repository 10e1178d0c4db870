import { Injectable } from "@nestjs/common";
import { flowNotFound, passwordResetFailed } from "@gatehouse/domain-errors";
import { amrOfRun } from "@gatehouse/domain-flow";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { clearedCookie, persistentCookie, type ResponseCookie, sameSiteMarker, sessionCookies } from "@gatehouse/record-sessions";
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
    const outcome = await this.commit(run).catch(async (error: unknown) => {
      run.trace.add("finish", run.state.root.type, error instanceof Error && "reason" in error ? String(error.reason) : "failed");
      await this.runs.release(run);
      throw error;
    });
    if (run.state.root.type !== "account_recovery") await this.otp.consume(run.ctx, run.state.memory.codes);
    return { data: await this.redirect.run(run, outcome), cookies: [...this.sessionCookies(run, outcome), ...this.deviceCookies(run, outcome)] };
  }

  private async commit(run: Run): Promise<Outcome> {
    const { memory, root } = run.state;
    if (root.type === "reauth") return this.reauthenticate.run(run, amrOfRun(memory));
    if (root.type === "account_recovery") {
      await this.spendCode(run);
      return this.recover.run(run);
    }
    return memory.isNewUser ? this.signUp.run(run) : this.logIn.run(run);
  }

  /** A recovery code resets one password, however many runs hold it. */
  private async spendCode(run: Run): Promise<void> {
    const spent = await this.otp.consume(run.ctx, run.state.memory.codes);
    if (!spent) throw passwordResetFailed({ cause: { kind: "InvalidCode" } });
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
