import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { invalidConfiguration, validationFailed } from "@gatehouse/domain-errors";
import { stepAt, type Waiting } from "@gatehouse/domain-flow";
import { compileSchema, type Validator } from "@gatehouse/platform-schema";
import { LRUCache } from "lru-cache";
import { withFlowType } from "../rules/flow-error.js";
import { AuthenticateStep } from "../steps/authenticate-step.js";
import { CreateAuthenticatorStep } from "../steps/create-authenticator-step.js";
import { IdentifyStep } from "../steps/identify-step.js";
import { OneTimeCodeStep } from "../steps/one-time-code-step.js";
import { ChangePasswordStep, CheckAccountStatusStep, TerminateOtherSessionsStep, VerifyStep } from "../steps/other-steps.js";
import type { Run } from "./run.js";
import type { Input, JsonSchema, Reactor, Step } from "./step.js";

/** Inputs one request may be used for, as the specification caps it. */
const MAX_ROUNDS = 100;

/** Drives a run: enters steps until one waits, and offers an input to one reactor after the other (spec: authentication flow §3.2). */
@Injectable()
export class Engine {
  private readonly steps: Readonly<Record<string, Step>>;
  private readonly reactors: Readonly<Record<Waiting["kind"], Reactor<never>>>;
  /** Compiled schemas by their text: options differ per project, not per request. */
  private readonly validators = new LRUCache<string, Validator<unknown>>({ max: 1000 });

  constructor(
    identify: IdentifyStep,
    authenticate: AuthenticateStep,
    create: CreateAuthenticatorStep,
    codes: OneTimeCodeStep,
    verify: VerifyStep,
    status: CheckAccountStatusStep,
    password: ChangePasswordStep,
    terminate: TerminateOtherSessionsStep,
  ) {
    this.steps = { identify, authenticate, create_authenticator: create, verify, check_account_status: status, change_password: password, terminate_other_sessions: terminate };
    this.reactors = { identify, authenticate, create_authenticator: create, select_channel: codes.selectChannel, enter_code: codes.enterCode, new_password: password };
  }

  /** Enters steps until one waits for input or none is left. */
  async advance(run: Run): Promise<void> {
    while (!run.state.waiting) {
      const [pointer, ...todo] = run.state.todo;
      if (pointer === undefined) return;
      const nested = pointer.lastIndexOf("/steps/") > 0;
      run.state = { ...run.state, todo, step: pointer, authentication: undefined, ...(nested ? {} : { identification: undefined }) };
      const config = stepAt(run.flow, pointer);
      await this.labelled(run, () => this.step(config).enter(run, config));
    }
  }

  /** Whether every step is done. */
  isFinished(run: Run): boolean {
    return run.state.waiting === undefined && run.state.todo.length === 0;
  }

  /** Feeds one input. The first reactor must accept it; later ones take what they understand. Throws `Invalid/ValidationFailed` "invalid value". */
  async feed(run: Run, input: Input): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { waiting } = run.state;
      if (!waiting) return;
      const reactor = this.reactors[waiting.kind] as Reactor;
      const causes = this.validator(reactor.schema(run, waiting)).causes(input);
      if (causes.length > 0 && round === 0) throw validationFailed(causes, "invalid value");
      if (causes.length > 0) return;
      run.state = { ...run.state, waiting: undefined };
      await this.labelled(run, () => reactor.react(run, waiting, input));
      await this.advance(run);
      if (run.state.waiting?.kind === "enter_code" && waiting.kind === "enter_code" && input.resend === true) return;
    }
  }

  /** The `action` of the response: the current step and what it shows. */
  async action(run: Run): Promise<Record<string, unknown>> {
    const { waiting, step, identification, authentication } = run.state;
    if (!waiting || !step) return { type: "finished", data: {} };
    const choosing = waiting.kind === "identify" || waiting.kind === "authenticate" || waiting.kind === "create_authenticator";
    return {
      type: stepAt(run.flow, step).type,
      ...(identification && waiting.kind !== "identify" ? { identification } : {}),
      ...(authentication && !choosing ? { authentication } : {}),
      data: await (this.reactors[waiting.kind] as Reactor).data(run, waiting),
    };
  }

  private step({ type }: FlowStepConfig): Step {
    const step = Object.hasOwn(this.steps, type) ? this.steps[type] : undefined;
    if (!step) throw invalidConfiguration(`step ${type} is not available`);
    return step;
  }

  private validator(schema: JsonSchema): Validator<unknown> {
    const key = JSON.stringify(schema);
    const known = this.validators.get(key);
    if (known) return known;
    const made = compileSchema(schema as never) as Validator<unknown>;
    this.validators.set(key, made);
    return made;
  }

  private async labelled(run: Run, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw withFlowType(error, run.state.flowType);
    }
  }
}
