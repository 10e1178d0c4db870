import { Injectable } from "@nestjs/common";
import { checkPasswordPolicy } from "@gatehouse/domain-authenticator";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { flowInvalidTargetStep, flowStepNotFound, invalidConfiguration } from "@gatehouse/domain-errors";
import type { Waiting } from "@gatehouse/domain-flow";
import { accountStatusError, type UserFacts } from "@gatehouse/domain-user";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import type { Run } from "../engine/run.js";
import type { Input, JsonSchema, Reactor, Step } from "../engine/step.js";
import { channelsOf } from "../rules/otp-settings.js";
import { passwordPolicy, shownPasswordPolicy } from "../rules/password-policy.js";
import { loadFacts } from "./identify-step.js";
import { OneTimeCodeStep } from "./one-time-code-step.js";

/** `verify` of sign-up: the address of an earlier step is proven by a code (spec: authentication flow §6.8). */
@Injectable()
export class VerifyStep implements Step {
  constructor(private readonly codes: OneTimeCodeStep) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    const identified = run.state.memory.identified.findLast((one) => one.step === step.target_step);
    if (!identified) throw flowStepNotFound();
    const { name, value } = identified.claim;
    if (name === "preferred_username") return;
    const rules = run.ctx.project.config.verification.claims?.[name];
    if (rules?.enabled === false || run.state.memory.verified.some((claim) => claim.name === name && claim.value === value)) return;
    const channels = channelsOf(run.ctx, name === "email" ? "email" : "phone");
    await this.codes.start(run, { purpose: "verification", target: value, channels, outcome: { kind: "verify" } });
  }
}

/** `check_account_status` of login: a user who may not sign in is told so only after he proved who he is. */
@Injectable()
export class CheckAccountStatusStep implements Step {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
  ) {}

  async enter(run: Run): Promise<void> {
    const facts = await loadFacts(run, async (id): Promise<UserFacts | undefined> => (await this.db.read((tx) => this.accounts.facts(run.ctx, tx, [id])))[0]);
    const error = accountStatusError(facts.user.status, run.ctx.now());
    if (error) throw error;
  }
}

type NewPasswordWaiting = Extract<Waiting, { kind: "new_password" }>;

/** `change_password` of login: a right password that is too weak or too old is replaced (spec: authentication flow §6.12). */
@Injectable()
export class ChangePasswordStep implements Step, Reactor<NewPasswordWaiting> {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly hasher: PasswordHasher,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    const asserted = run.state.memory.assertedPassword;
    if (asserted && asserted.step !== step.target_step && step.target_step === undefined) throw flowInvalidTargetStep({ target_step: "" });
    if (!asserted?.mustChange || asserted.step !== step.target_step) return;
    run.state = { ...run.state, waiting: { kind: "new_password", reason: asserted.mustChange, authenticatorId: asserted.authenticatorId } };
  }

  schema(): JsonSchema {
    return { type: "object", properties: { new_password: { type: "string" } }, required: ["new_password"] };
  }

  async react(run: Run, { authenticatorId }: NewPasswordWaiting, input: Input): Promise<void> {
    checkPasswordPolicy(passwordPolicy(run.ctx.project.config), input.new_password as string);
    const facts = await loadFacts(run, async (id) => (await this.db.read((tx) => this.accounts.facts(run.ctx, tx, [id])))[0]);
    const replaces = facts.authenticators.find(({ id }) => id === authenticatorId)?.passwordHash;
    if (!replaces) throw flowInvalidTargetStep({ target_step: run.state.step ?? "" });
    const hash = await this.hasher.hash(input.new_password as string);
    run.state = { ...run.state, waiting: undefined, memory: { ...run.state.memory, passwordUpdate: { authenticatorId, hash, replaces } } };
  }

  data(run: Run, { reason }: NewPasswordWaiting): Record<string, unknown> {
    return { type: "new_password_data", password_policy: shownPasswordPolicy(run.ctx.project.config), force_change_reason: reason };
  }
}

/** `terminate_other_sessions`: nothing to do unless a client allows one session only. */
@Injectable()
export class TerminateOtherSessionsStep implements Step {
  async enter(run: Run): Promise<void> {
    const client = run.ctx.project.config.oauth.clients?.find(({ client_id }) => client_id === run.record.clientId) as { x_max_concurrent_session?: number } | undefined;
    if (client?.x_max_concurrent_session === 1) throw invalidConfiguration("the limit of one session per client is not available");
  }
}
