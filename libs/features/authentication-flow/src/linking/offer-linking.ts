import { Injectable } from "@nestjs/common";
import { currentFlow, embedFlow, type FlowRef, type Identification, type IncomingIdentity } from "@gatehouse/domain-flow";
import { type Identity, type LoginIdType, maskLoginId } from "@gatehouse/domain-identity";
import { SocialLogin } from "@gatehouse/service-social-login";
import { type BranchOption, choiceSchema, chosenOption, optionSchema, placed, redirectUriText } from "../engine/options.js";
import { flowOf, type Run, stepName } from "../engine/run.js";
import type { Input, JsonSchema, Reacting, Reactor } from "../engine/step.js";
import { BotGuard } from "../guards/bot-guard.js";
import { typedLoginId } from "../rules/typed-login-id.js";
import type { Conflict } from "./find-conflicts.js";
import { IdentityConflicts } from "./identity-conflicts.js";

/** An identity that its owner may log in with. */
interface LinkOption extends BranchOption {
  userId: string;
  /** Login ids: the value to log in with. */
  loginId?: string;
  /** Social logins. */
  alias?: string;
}

/** A new identity that belongs to somebody by its address: he may log in and have it linked. */
interface LinkWaiting {
  kind: "account_linking";
  options: LinkOption[];
  incoming: IncomingIdentity;
  /** The branch of the sign-up. */
  flow: FlowRef;
  branch?: string;
}

/** Offers to log in as the owner of an address, instead of refusing the sign-up (spec: authentication flow §8.4). */
@Injectable()
export class OfferLinking implements Reacting {
  readonly reactors = {
    account_linking: {
      schema: (run, { options }) => choiceSchema(options.map((option) => this.optionSchema(run, option))),
      react: (run, waiting, input) => this.choose(run, waiting, input),
      data: (run, { options }) => ({
        type: "account_linking_identification_data",
        options: options.map((option) => ({ ...option.shown, ...this.bots.shown(run, option, true) })),
      }),
    } satisfies Reactor<LinkWaiting>,
  };

  constructor(
    private readonly social: SocialLogin,
    private readonly bots: BotGuard,
    private readonly conflicts: IdentityConflicts,
  ) {}

  /** Waits for the choice among the identities that are in the way. Throws `DuplicatedIdentity` when one can log in by none of them, because their providers are gone. */
  async offer(run: Run, option: BranchOption, { incoming, conflicts }: { incoming: IncomingIdentity; conflicts: readonly Conflict[] }): Promise<void> {
    const { name } = currentFlow(run.state);
    const options = conflicts.flatMap(({ identity, rule }) => this.options(run, identity, { type: "login", name: rule.loginFlow ?? name }));
    const existing = conflicts.map(({ identity }) => identity);
    if (options.length === 0) throw this.conflicts.duplicated(incoming, existing, true);
    const { flow, branch } = option;
    const waiting: LinkWaiting = { kind: "account_linking", options: placed(options), incoming, flow, ...(branch === undefined ? {} : { branch }) };
    run.state = { ...run.state, identification: incoming.identification, waiting };
    run.trace.add("branch", incoming.identification, "linking offered");
  }

  private options(run: Run, identity: Identity, flow: FlowRef): LinkOption[] {
    const identification = (identity.type === "oauth" ? "oauth" : identity.loginIdType) as Identification | null;
    if (!identification || (identity.type !== "oauth" && identity.type !== "login_id")) return [];
    const branch = identifyBranch(run, flow, identification);
    const common = { flow, match: {}, indexed: true, userId: identity.userId, ...(branch === undefined ? {} : { branch }) };
    if (identity.type === "login_id") {
      const masked = maskLoginId(identity.loginIdType as LoginIdType, identity.loginId ?? "");
      return [{ ...common, shown: { identification, action: "login_and_link", masked_display_name: masked }, loginId: identity.loginId ?? "" }];
    }
    const { details, claims } = identity;
    const providers = this.social.providers(run.ctx);
    const provider = providers.find(({ alias }) => alias === details.oauth?.alias) ?? providers.find(({ type }) => type === details.oauth?.providerType);
    if (!provider) return [];
    const masked = maskedClaim(claims);
    const shown = { identification, action: "login_and_link", masked_display_name: masked, provider_type: provider.type, alias: provider.alias, provider_status: provider.status };
    return [{ ...common, shown, alias: provider.alias }];
  }

  private optionSchema(run: Run, option: LinkOption): JsonSchema {
    const oauth = { properties: { redirect_uri: redirectUriText, response_mode: { enum: ["form_post", "query"] } }, required: ["redirect_uri"] };
    return optionSchema(option, option.alias ? oauth : {}, this.bots.schema(run, option));
  }

  private async choose(run: Run, { options, incoming, flow, branch }: LinkWaiting, input: Input): Promise<void> {
    const chosen = chosenOption(options, input);
    await this.bots.verify(run, chosen, input);
    const { memory } = run.state;
    const identification = chosen.shown.identification as Identification;
    const start = chosen.alias
      ? { pendingOAuth: { alias: chosen.alias, redirectUri: input.redirect_uri as string, ...(input.response_mode ? { responseMode: input.response_mode as string } : {}) } }
      : { pending: typedLoginId(identification, chosen.loginId ?? "") };
    const linking = {
      userId: chosen.userId,
      identifiedBefore: memory.identified.length,
      usedBefore: memory.used,
      incoming,
      ...stepName(run),
      flow,
      ...(branch === undefined ? {} : { branch }),
    };
    const rest = { ...run.state, todo: [{ do: "attach", flow } as const, ...run.state.todo] };
    run.state = { ...embedFlow(rest, chosen.flow, flowOf(run, chosen.flow)), memory: { ...memory, ...start, linking, userId: chosen.userId, isNewUser: false, used: [] } };
    run.facts = undefined;
    run.botShown = run.bot;
    run.trace.add("branch", identification, "linking chosen");
  }
}

const maskedClaim = ({ email, phone_number, preferred_username }: Identity["claims"]): string => {
  if (email) return maskLoginId("email", email);
  return phone_number ? maskLoginId("phone", phone_number) : (preferred_username ?? "");
};

/** The branch of a login flow's first identify step that an identification takes. */
function identifyBranch(run: Run, flow: FlowRef, identification: Identification): string | undefined {
  const { steps } = flowOf(run, flow);
  const step = steps.findIndex(({ type }) => type === "identify");
  const index = steps[step]?.one_of?.findIndex((one) => one.identification === identification) ?? -1;
  return index < 0 ? undefined : `/steps/${step}/one_of/${index}`;
}
