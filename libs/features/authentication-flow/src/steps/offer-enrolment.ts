import { Inject, Injectable } from "@nestjs/common";
import { type Authentication, enterBranch, type Waiting } from "@gatehouse/domain-flow";
import { type Asked, type BranchOption, choiceSchema, chosenOption, optionSchema } from "../engine/options.js";
import { AUTHENTICATION_METHODS } from "../engine/parts.js";
import { branchOf, type Run } from "../engine/run.js";
import type { Input, JsonSchema, Reacting, Reactor } from "../engine/step.js";
import { BotGuard } from "../guards/bot-guard.js";
import type { AuthenticationMethod, EnrolmentMethod } from "../methods/authentication-method.js";

interface EnrolmentWaiting extends Waiting {
  kind: "create_authenticator";
  options: BranchOption[];
}

/** The choice of a new factor: in `create_authenticator`, where hooks demand one, and in a login within the grace period (spec: authentication flow §6.5). */
@Injectable()
export class OfferEnrolment implements Reacting {
  readonly reactors = {
    create_authenticator: {
      schema: (run, { options }) => choiceSchema(options.map((option) => this.optionSchema(run, option))),
      react: (run, { options }, input) => this.react(run, options, input),
      data: (run, { options }) => ({ type: "create_authenticator_data", options: options.map((option) => ({ ...option.shown, ...this.bots.shown(run, option) })) }),
    } satisfies Reactor<EnrolmentWaiting>,
  };

  constructor(
    @Inject(AUTHENTICATION_METHODS) private readonly methods: readonly AuthenticationMethod[],
    private readonly bots: BotGuard,
  ) {}

  /** Waits for a choice among what the branches offer; false when they offer nothing. */
  offer(run: Run, asked: readonly Asked[]): boolean {
    const own = ({ branch, config }: Asked) => (branch === undefined && config.bot_protection ? { botProtection: config.bot_protection.mode } : {});
    const options = asked.flatMap((one) => (this.enrolment(one.config.authentication)?.options(run, one) ?? []).map((option) => ({ ...option, ...own(one) })));
    if (options.length === 0) return false;
    const waiting: EnrolmentWaiting = { kind: "create_authenticator", options };
    run.state = { ...run.state, waiting };
    return true;
  }

  private async react(run: Run, options: readonly BranchOption[], input: Input): Promise<void> {
    const option = chosenOption(options, input);
    const authentication = option.match.authentication as Authentication;
    const method = this.method(option);
    if (method.checksBots?.(option)) await this.bots.verify(run, option, input);
    run.trace.add("branch", authentication, "chosen");
    run.state = enterBranch({ ...run.state, authentication }, { flow: option.flow, pointer: option.branch ?? "", steps: branchOf(run, option).steps });
    await method.enrol(run, option, input);
  }

  private optionSchema(run: Run, option: BranchOption): JsonSchema {
    return optionSchema(option, this.method(option).input(run, option), this.bots.schema(run, option));
  }

  private enrolment(authentication: unknown): EnrolmentMethod | undefined {
    return this.methods.find((method) => method.authentications.includes(authentication as Authentication))?.enrolment;
  }

  private method(option: BranchOption): EnrolmentMethod {
    return this.enrolment(option.match.authentication) as EnrolmentMethod;
  }
}
