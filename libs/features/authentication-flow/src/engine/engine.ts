import { Inject, Injectable } from "@nestjs/common";
import { invalidConfiguration, validationFailed } from "@gatehouse/domain-errors";
import { chosenAlong, currentFlow, isDone, stepAt, takeNext, type Todo, type Waiting } from "@gatehouse/domain-flow";
import { compileSchema, type Validator } from "@gatehouse/platform-schema";
import { LRUCache } from "lru-cache";
import { withFlowType } from "../rules/flow-error.js";
import { Constraints } from "../steps/constraints.js";
import { AttachIdentity } from "../linking/attach-identity.js";
import { FLOW_PARTS, type FlowParts } from "./parts.js";
import { flowOf, type Run } from "./run.js";
import type { Input, JsonSchema, Reactor, Step } from "./step.js";

/** What is waited for before a branch of the current step is chosen. */
const CHOOSING: readonly string[] = ["identify", "account_recovery_identify", "authenticate", "create_authenticator"];

/** What takes a one-time code. */
const CODE_PROMPTS: readonly string[] = ["enter_code", "create_totp"];

/** What an input spends at what is waited for. It answers one of its kind: the next one wants a code of its own, and no input could hold both. */
function spends({ kind }: Waiting, { authentication }: Input): "code" | "recovery code" | undefined {
  if (CODE_PROMPTS.includes(kind)) return "code";
  return kind === "authenticate" && authentication === "recovery_code" ? "recovery code" : undefined;
}

/** Inputs one request may be used for, as the specification caps it. */
const MAX_ROUNDS = 100;

/** Drives a run: enters steps until one waits, and offers an input to one reactor after the other (spec: authentication flow §3.2). */
@Injectable()
export class Engine {
  private readonly steps: ReadonlyMap<string, Step>;
  private readonly reactors: ReadonlyMap<string, Reactor>;
  /** Compiled schemas by their text: options differ per project, not per request. */
  private readonly validators = new LRUCache<string, Validator<unknown>>({ max: 1000 });

  constructor(
    @Inject(FLOW_PARTS) parts: FlowParts,
    private readonly constraints: Constraints,
    private readonly attach: AttachIdentity,
  ) {
    this.steps = new Map(parts.steps.map((step) => [step.type, step]));
    this.reactors = new Map([...parts.steps, ...parts.others].flatMap(({ reactors }) => Object.entries(reactors ?? {})) as [string, Reactor][]);
  }

  /** Enters steps until one waits for input or none is left. */
  async advance(run: Run): Promise<void> {
    while (!run.state.waiting) {
      const taken = takeNext(run.state);
      if (!taken) return;
      run.state = taken.state;
      await this.labelled(run, () => this.enter(run, taken.next));
    }
  }

  /** Whether every step is done. */
  isFinished(run: Run): boolean {
    return isDone(run.state);
  }

  /** Feeds one input. The first reactor must accept it; later ones take what they understand. Throws `Invalid/ValidationFailed` "invalid value". */
  async feed(run: Run, input: Input): Promise<void> {
    const spent = new Set<string>();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { waiting } = run.state;
      if (!waiting) return;
      const spending = spends(waiting, input);
      if (spending && spent.has(spending)) return;
      const reactor = this.reactor(waiting);
      const causes = this.validator(reactor.schema(run, waiting)).causes(input);
      if (causes.length > 0 && round === 0) throw validationFailed(causes, "invalid value");
      if (causes.length > 0) return;
      run.state = { ...run.state, waiting: undefined };
      await this.labelled(run, () => reactor.react(run, waiting, input));
      await this.advance(run);
      if (spending) spent.add(spending);
      if (run.state.waiting?.kind === waiting.kind && input.resend === true) return;
    }
  }

  /** The `action` of the response: the current step and what it shows. */
  async action(run: Run): Promise<Record<string, unknown>> {
    const { waiting, at, identification, authentication } = run.state;
    if (!waiting || !at) return { type: "finished", data: {} };
    const along = at.pointer === undefined ? {} : chosenAlong(flowOf(run, at.flow), at.pointer);
    const chosen = { ...along, ...(identification ? { identification } : {}), ...(authentication ? { authentication } : {}) };
    const shown = CHOOSING.includes(waiting.kind) ? along : chosen;
    return { type: at.type, ...shown, data: await this.reactor(waiting).data(run, waiting) };
  }

  private async enter(run: Run, next: Todo): Promise<void> {
    if (next.do === "attach") return this.attach.run(run, next.flow);
    if (next.do === "pre_authenticated") return this.constraints.ask(run, next.flow);
    if (next.do === "constraints") return this.constraints.check(run, next.flow);
    if (next.do === "recovery_codes") {
      run.state = { ...run.state, at: { flow: next.flow, type: "view_recovery_code" } };
      return this.step("view_recovery_code").enter(run, { type: "view_recovery_code" });
    }
    const config = stepAt(flowOf(run, next.flow), next.pointer);
    run.state = { ...run.state, at: { flow: next.flow, pointer: next.pointer, type: config.type } };
    await (this.steps.get(`${next.flow.type}:${config.type}`) ?? this.step(config.type)).enter(run, config);
  }

  private step(type: string): Step {
    const step = this.steps.get(type);
    if (!step) throw invalidConfiguration(`step ${type} is not available`);
    return step;
  }

  private reactor(waiting: Waiting): Reactor {
    const reactor = this.reactors.get(waiting.kind);
    if (!reactor) throw invalidConfiguration(`nothing answers ${waiting.kind}`);
    return reactor;
  }

  private validator(schema: JsonSchema): Validator<unknown> {
    const key = JSON.stringify(schema);
    const known = this.validators.get(key);
    if (known) return known;
    const made = compileSchema(schema as never) as Validator<unknown>;
    this.validators.set(key, made);
    return made;
  }

  private async labelled(run: Run, work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw withFlowType(error, currentFlow(run.state).type);
    }
  }
}
