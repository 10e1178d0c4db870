import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { enterBranch, type FlowRef, type Identification, type Waiting } from "@gatehouse/domain-flow";
import { askedBranches, type BranchOption, choiceSchema, chosenOption, optionSchema, text } from "../engine/options.js";
import { branchOf, note, type Run, stepName } from "../engine/run.js";
import type { Input, Reactor, Step } from "../engine/step.js";
import { BotGuard } from "../guards/bot-guard.js";
import type { UserFacts } from "@gatehouse/domain-user";
import { FindUser } from "../identify/find-user.js";
import { leastTime } from "../rules/least-time.js";
import { typedLoginId } from "../rules/typed-login-id.js";

interface RecoveryIdentifyWaiting extends Waiting {
  kind: "account_recovery_identify";
  options: BranchOption[];
}

/** Whether there is a password to be recovered. */
const has = (authenticators: UserFacts["authenticators"] = []): boolean => authenticators.some(({ type, kind }) => type === "password" && kind === "primary");

/** Whose account is to be recovered; with `on_failure: ignore` an unknown one goes on like a known one (spec: authentication flow §6.14). */
@Injectable()
export class RecoveryIdentifyStep implements Step {
  readonly type = "account_recovery:identify";
  readonly reactors = {
    account_recovery_identify: {
      schema: (run, { options }) =>
        choiceSchema(options.map((option) => optionSchema(option, { properties: { login_id: text({ maxLength: 1000 }) }, required: ["login_id"] }, this.bots.schema(run, option)))),
      react: (run, { options }, input) => this.react(run, options, input),
      data: (run, { options }) => ({
        type: "account_recovery_identification_data",
        options: options.map((option) => ({ ...option.shown, ...this.bots.shown(run, option, true) })),
      }),
    } satisfies Reactor<RecoveryIdentifyWaiting>,
  };

  constructor(
    private readonly users: FindUser,
    private readonly bots: BotGuard,
  ) {}

  enter(run: Run, step: FlowStepConfig): void {
    const options = askedBranches(run.state.at as { flow: FlowRef; pointer: string }, step.one_of).map(({ config: { identification }, ...at }) => ({
      ...at,
      match: { identification },
      shown: { identification },
    }));
    const waiting: RecoveryIdentifyWaiting = { kind: "account_recovery_identify", options };
    run.state = { ...run.state, waiting };
  }

  private async react(run: Run, options: readonly BranchOption[], input: Input): Promise<void> {
    const option = chosenOption(options, input);
    await this.bots.verify(run, option, input);
    const least = leastTime();
    const identification = option.match.identification as Identification;
    const loginId = input.login_id as string;
    const branch = branchOf(run, option);
    const incoming = typedLoginId(identification, loginId);
    const found = await this.users.lookUp(run, incoming);
    if (!found) {
      await this.users.spendLookUp(run, incoming);
      if (branch.on_failure === "error") throw await this.users.notFound(run, incoming);
    }
    const { memory } = run.state;
    const userId = found?.facts.user.id ?? "";
    run.facts = found?.facts;
    const identified = { ...stepName(run), identification, claims: {}, ...(found ? { identityId: found.identity.id } : {}) };
    note(run, {
      userId,
      identified: [...memory.identified, identified],
      recovery: { identification, loginId, userId, ...(has(found?.facts.authenticators) ? { hasPassword: true as const } : {}) },
    });
    run.state = enterBranch({ ...run.state, identification }, { flow: option.flow, pointer: option.branch ?? "", steps: branch.steps });
    run.trace.add("branch", identification, "chosen");
    await least;
  }
}
