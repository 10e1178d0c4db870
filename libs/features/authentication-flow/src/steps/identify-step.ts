import { Inject, Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { currentFlow, type FlowRef, type Identification, type Waiting } from "@gatehouse/domain-flow";
import type { Identity } from "@gatehouse/domain-identity";
import { askedBranches, type BranchOption, choiceSchema, chosenOption, optionSchema, placed } from "../engine/options.js";
import { IDENTIFICATION_METHODS } from "../engine/parts.js";
import { note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Input, JsonSchema, Reactor, Step } from "../engine/step.js";
import { BotGuard } from "../guards/bot-guard.js";
import type { IdentificationMethod } from "../identifications/identification-method.js";
import { IdTokenIdentification } from "../identifications/id-token.js";
import { OAuthIdentification } from "../identifications/oauth.js";
import { Identify } from "../identify/identify.js";

interface IdentifyWaiting extends Waiting {
  kind: "identify";
  options: BranchOption[];
}

/** Who is it? `identify` of every flow type but account recovery (spec: authentication flow §6.1). */
@Injectable()
export class IdentifyStep implements Step {
  readonly type = "identify";
  readonly reactors = {
    identify: {
      schema: (run, { options }) => choiceSchema(options.map((option) => this.optionSchema(run, option))),
      react: (run, waiting, input) => this.react(run, waiting, input),
      data: (run, { options }) => ({ type: "identification_data", options: options.map((option) => this.shown(run, option)) }),
    } satisfies Reactor<IdentifyWaiting>,
  };

  constructor(
    @Inject(IDENTIFICATION_METHODS) private readonly methods: readonly IdentificationMethod[],
    private readonly identify: Identify,
    private readonly idTokens: IdTokenIdentification,
    private readonly oauth: OAuthIdentification,
    private readonly users: RunUsers,
    private readonly bots: BotGuard,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    const at = run.state.at as { flow: FlowRef; pointer: string };
    const lists = await Promise.all(askedBranches(at, step.one_of).map(async (asked) => (await this.method(asked.config.identification)?.options(run, asked)) ?? []));
    const options = placed(lists.flat());
    if (await this.answerItself(run, options)) return;
    const makes = at.flow.type === "signup" || at.flow.type === "promote";
    if (makes && run.state.memory.linkedUser && (await this.isLinkedAlready(run, options))) return this.skip(run, step);
    const waiting: IdentifyWaiting = { kind: "identify", options };
    run.state = { ...run.state, waiting };
  }

  /** Steps that the run answers itself: what a former flow was told, the social login that linking begins with, the `id_token_hint` of a re-authentication. */
  private async answerItself(run: Run, options: readonly BranchOption[]): Promise<boolean> {
    const { pendingOAuth } = run.state.memory;
    const social = pendingOAuth && options.find(({ match }) => match.alias === pendingOAuth.alias);
    if (pendingOAuth && social) {
      note(run, { pendingOAuth: undefined });
      await this.oauth.start(run, social, pendingOAuth as { redirectUri: string });
      return true;
    }
    if (await this.identify.replay(run, options)) return true;
    const hint = currentFlow(run.state).type === "reauth" ? run.record.idTokenHint : undefined;
    const token = hint && options.find(({ match }) => match.identification === "id_token");
    if (!hint || !token) return false;
    await this.idTokens.takeToken(run, token, hint);
    return true;
  }

  private async react(run: Run, { options }: IdentifyWaiting, input: Input): Promise<void> {
    const option = chosenOption(options, input);
    const method = this.method(option.match.identification) as IdentificationMethod;
    if (method.botProtection === undefined) await this.bots.verify(run, option, input);
    run.trace.add("branch", String(option.match.identification), "chosen");
    await method.identify(run, option, input);
  }

  private optionSchema(run: Run, option: BranchOption): JsonSchema {
    const method = this.method(option.match.identification) as IdentificationMethod;
    return optionSchema(option, method.input(run, option), method.botProtection === "ignored" ? undefined : this.bots.schema(run, option));
  }

  private shown(run: Run, option: BranchOption): Record<string, unknown> {
    const bot = this.method(option.match.identification)?.botProtection === "ignored" ? {} : this.bots.shown(run, option, true);
    return { ...option.shown, ...bot };
  }

  private method(identification: unknown): IdentificationMethod | undefined {
    return this.methods.find((one) => one.identifications.includes(identification as Identification));
  }

  /** Account linking: the user that was found has an identity of one of the kinds already. */
  private async isLinkedAlready(run: Run, options: readonly BranchOption[]): Promise<boolean> {
    const { identities } = await this.users.current(run);
    return options.some(({ match }) => identities.some((identity) => isOfKind(identity, match)));
  }

  private skip(run: Run, { name }: FlowStepConfig): void {
    if (name) note(run, { skipped: [...run.state.memory.skipped, name] });
    run.trace.add("step", name ?? "identify", "skipped");
  }
}

function isOfKind(identity: Identity, { identification, alias }: Record<string, unknown>): boolean {
  if (identification === "oauth") return identity.details.oauth?.alias === alias;
  if (identification === "ldap") return identity.type === "ldap";
  return identity.loginIdType === identification;
}
