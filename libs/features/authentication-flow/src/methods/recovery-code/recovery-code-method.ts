import { Injectable } from "@nestjs/common";
import { invalidCredentials } from "@gatehouse/domain-errors";
import { authenticationSecondaryRecoveryCodeFailed } from "@gatehouse/domain-events";
import { userModel } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { normaliseRecoveryCode, RecoveryCodeStore } from "@gatehouse/record-authenticators";
import { credentialBuckets } from "@gatehouse/service-rate-limit";
import { text } from "../../engine/options.js";
import { note, type Run, stepName } from "../../engine/run.js";
import { RunUsers } from "../../engine/run-users.js";
import { CredentialGuard } from "../../guards/credential-guard.js";
import type { AuthenticationMethod, ProvingMethod } from "../authentication-method.js";

/** Recovery codes: for who has lost the second factor (spec: authentication flow §10.4). */
@Injectable()
export class RecoveryCodeMethod implements AuthenticationMethod {
  readonly authentications = ["recovery_code"] as const;

  readonly proving: ProvingMethod = {
    options: (_run, { config, ...at }, { recoveryCodes }) => {
      const { authentication } = config;
      return recoveryCodes ? [{ ...at, match: { authentication }, shown: { authentication } }] : [];
    },
    input: () => ({ properties: { recovery_code: text({ maxLength: 100 }) }, required: ["recovery_code"] }),
    authenticate: (run, _option, input) => this.authenticate(run, input.recovery_code as string),
  };

  constructor(
    private readonly db: Database,
    private readonly codes: RecoveryCodeStore,
    private readonly guard: CredentialGuard,
    private readonly users: RunUsers,
  ) {}

  private async authenticate(run: Run, typed: string): Promise<void> {
    const { ctx } = run;
    const facts = await this.users.stored(run);
    const id = await this.guard.check(run, {
      name: "recovery_code",
      buckets: credentialBuckets(ctx, "recovery_code", facts.user.id),
      lockable: "recovery_code",
      userId: facts.user.id,
      verify: () => this.find(run, facts.user.id, typed),
      failed: () =>
        authenticationSecondaryRecoveryCodeFailed({
          user: userModel(ctx.project.config, facts, ctx.now()),
          authentication_stage: "secondary",
          authenticator_type: "recovery_code",
        }),
    });
    const { asserted, recoveryCodeIds = [] } = run.state.memory;
    note(run, { recoveryCodeIds: [...recoveryCodeIds, id], asserted: [...asserted, { authentication: "recovery_code", ...stepName(run) }] });
  }

  /** A code that was used already, in this run or before, is refused without counting against a limit. */
  private async find(run: Run, userId: string, typed: string): Promise<string | undefined> {
    const code = await this.db.read((tx) => this.codes.find(run.ctx, tx, { userId, code: normaliseRecoveryCode(typed) }));
    if (code && (code.consumedAt || run.state.memory.recoveryCodeIds?.includes(code.id))) throw invalidCredentials({ AuthenticationType: "recovery_code" });
    return code?.id;
  }
}
