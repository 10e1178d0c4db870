import { Inject, Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { flowNoUser, invariantViolated } from "@gatehouse/domain-errors";
import { type Authentication, enterBranch, type FlowRef, type Waiting } from "@gatehouse/domain-flow";
import type { UserFacts } from "@gatehouse/domain-user";
import { type Asked, askedBranches, type BranchOption, choiceSchema, chosenOption, optionSchema, placed } from "../engine/options.js";
import { AUTHENTICATION_METHODS } from "../engine/parts.js";
import { branchOf, note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Input, JsonSchema, Reactor, Step } from "../engine/step.js";
import { BotGuard } from "../guards/bot-guard.js";
import type { AuthenticationMethod, ProvingMethod } from "../methods/authentication-method.js";
import { DeviceTokenMethod } from "../methods/device-token/device-token-method.js";
import { inGracePeriod } from "../rules/grace-period.js";
import { OfferEnrolment } from "./offer-enrolment.js";

/** `nested`: the branch whose steps follow, where it is another one than the option's own. */
type AuthenticateOption = BranchOption & { nested?: string };

interface AuthenticateWaiting extends Waiting {
  kind: "authenticate";
  options: AuthenticateOption[];
  deviceTokenEnabled: boolean;
}

/** Is it really him? `authenticate` of login and re-authentication (spec: authentication flow §6.3, §6.4). */
@Injectable()
export class AuthenticateStep implements Step {
  readonly type = "authenticate";
  readonly reactors = {
    authenticate: {
      schema: (run, waiting) => choiceSchema(waiting.options.map((option) => this.optionSchema(run, option, waiting.deviceTokenEnabled))),
      react: (run, { options }, input) => this.react(run, options, input),
      data: (run, { options, deviceTokenEnabled }) => ({
        type: "authentication_data",
        options: options.map((option) => ({ ...option.shown, ...this.bots.shown(run, option) })),
        device_token_enabled: deviceTokenEnabled,
      }),
    } satisfies Reactor<AuthenticateWaiting>,
  };

  constructor(
    @Inject(AUTHENTICATION_METHODS) private readonly methods: readonly AuthenticationMethod[],
    private readonly users: RunUsers,
    private readonly bots: BotGuard,
    private readonly devices: DeviceTokenMethod,
    private readonly enrolment: OfferEnrolment,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    if (run.state.memory.userId === "") throw flowNoUser();
    const at = run.state.at as { flow: FlowRef; pointer: string };
    const asked = askedBranches(at, step.one_of);
    const facts = await this.users.stored(run);
    const device = asked.find(({ config }) => config.authentication === "device_token");
    const deviceTokenEnabled = device !== undefined && this.devices.isEnabled(run, facts);
    if (device && deviceTokenEnabled && (await this.devices.accept(run, facts))) return this.enterBranch(run, device);
    const options = await this.options(run, asked, facts);
    if (options.length > 0) return this.wait(run, options, deviceTokenEnabled);
    if (step.optional) return run.trace.add("step", step.name ?? "authenticate", "skipped");
    if (!this.enrols(run, facts, asked)) throw noAuthenticator();
  }

  /** Asks for one of several methods that hooks demanded; a login within the grace period may enrol one. Throws `NoAuthenticator` when the user has none of them. */
  async demand(run: Run, asked: readonly Asked[], fits: (authentication: Authentication) => boolean): Promise<void> {
    const facts = await this.users.stored(run);
    const fitting = asked.filter(({ config }) => fits(config.authentication as Authentication));
    const options = await this.options(run, fitting, facts);
    if (options.length > 0) return this.wait(run, options, false);
    if (run.state.at?.flow.type !== "login" || !this.enrols(run, facts, fitting)) throw noAuthenticator();
  }

  /** Offers second factors to who has none, has proven something, and is within the grace period. */
  private enrols(run: Run, { user }: UserFacts, asked: readonly Asked[]): boolean {
    const secondary = asked.filter(({ config }) => config.authentication?.startsWith("secondary_"));
    return inGracePeriod(run.ctx, user) && hasAuthenticated(run) && this.enrolment.offer(run, secondary);
  }

  /** A recovery code stands in for another factor, and comes last. */
  private async options(run: Run, asked: readonly Asked[], facts: UserFacts): Promise<AuthenticateOption[]> {
    const list = async (some: readonly Asked[]) =>
      (await Promise.all(some.map(async (one) => (await this.proving(one.config.authentication)?.options(run, one, facts)) ?? []))).flat();
    const bound = (option: BranchOption) => boundOption(option, asked);
    const isRecovery = ({ config }: Asked) => config.authentication === "recovery_code";
    const main = await list(asked.filter((one) => !isRecovery(one)));
    return placed(main.length > 0 ? [...main.map(bound), ...(await list(asked.filter(isRecovery)))] : []);
  }

  private wait(run: Run, options: AuthenticateOption[], deviceTokenEnabled: boolean): void {
    const waiting: AuthenticateWaiting = { kind: "authenticate", options: options.map((option) => ({ ...option, deviceTokenEnabled })), deviceTokenEnabled };
    run.state = { ...run.state, waiting };
  }

  private optionSchema(run: Run, option: BranchOption, deviceTokenEnabled: boolean): JsonSchema {
    const { properties, ...shape } = this.method(option).input(run, option);
    const device = { request_device_token: deviceTokenEnabled ? { type: "boolean" } : { const: false } };
    return optionSchema(option, { ...shape, properties: { ...properties, ...device } }, this.bots.schema(run, option));
  }

  private async react(run: Run, options: readonly AuthenticateOption[], input: Input): Promise<void> {
    const option = chosenOption(options, input);
    const authentication = option.match.authentication as Authentication;
    await this.bots.verify(run, option, input);
    run.trace.add("branch", authentication, "chosen");
    const branch = option.nested ?? option.branch;
    this.enterBranch(run, { config: { authentication }, flow: option.flow, ...(branch === undefined ? {} : { branch }) });
    await this.method(option).authenticate(run, option, input);
    if (input.request_device_token === true) note(run, { deviceToken: "wanted" });
  }

  private enterBranch(run: Run, { config, flow, branch }: Asked): void {
    const authentication = config.authentication as Authentication;
    run.state = enterBranch({ ...run.state, authentication }, { flow, pointer: branch ?? "", steps: branchOf(run, { flow, branch }).steps });
  }

  private proving(authentication: unknown): ProvingMethod | undefined {
    return this.methods.find((method) => method.authentications.includes(authentication as Authentication))?.proving;
  }

  private method(option: BranchOption): ProvingMethod {
    return this.proving(option.match.authentication) as ProvingMethod;
  }
}

/** A method of several candidates that is listed several times: its options belong to the last branch of it, and the steps of the first one follow (spec: authentication flow §3.4). */
function boundOption(option: BranchOption, asked: readonly Asked[]): AuthenticateOption {
  const branches = asked.flatMap(({ config, branch }) => (config.authentication === option.match.authentication && branch !== undefined ? [branch] : []));
  const [first, last] = [branches[0], branches.at(-1)];
  return option.indexed && first !== undefined && last !== undefined && first !== last ? { ...option, branch: last, nested: first } : option;
}

/** Whether something was proven already: by a step, or by the directory, which checks the password itself. */
const hasAuthenticated = ({ state: { memory } }: Run): boolean => memory.asserted.length > 0 || memory.identified.some(({ identification }) => identification === "ldap");

const noAuthenticator = (): Error => invariantViolated("NoAuthenticator", "no authenticator");
