import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { duplicatedIdentity, flowDifferentUser, userNotFound } from "@gatehouse/domain-errors";
import { authenticationIdentityLoginIdFailed } from "@gatehouse/domain-events";
import { branchAt, enterBranch, type Identification, type Identified, type IdentifyOption, type Waiting } from "@gatehouse/domain-flow";
import { CLAIM_OF_LOGIN_ID, checkLoginId, loginIdLookupKeys } from "@gatehouse/domain-identity";
import { asUserId } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { perAddressBucket, RateLimiter, refusal } from "@gatehouse/service-rate-limit";
import type { Run } from "../engine/run.js";
import type { Input, JsonSchema, Reactor, Step } from "../engine/step.js";
import { checkExpectedUser } from "../rules/check-expected-user.js";
import { guardBranch } from "../rules/branch-guard.js";

type IdentifyWaiting = Extract<Waiting, { kind: "identify" }>;

const LOGIN_IDS: readonly string[] = ["email", "phone", "username"];

/** Who is it? `identify` of sign-up and login, by login id (spec: authentication flow §6.1). */
@Injectable()
export class IdentifyStep implements Step, Reactor<IdentifyWaiting> {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly limiter: RateLimiter,
    private readonly outbox: EventOutbox,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    const pointer = run.state.step as string;
    const options = (step.one_of ?? []).flatMap((branch, index): IdentifyOption[] =>
      LOGIN_IDS.includes(branch.identification ?? "") ? [{ identification: branch.identification as Identification, branch: `${pointer}/one_of/${index}` }] : [],
    );
    run.state = { ...run.state, waiting: { kind: "identify", options } };
  }

  schema(_run: Run, { options }: IdentifyWaiting): JsonSchema {
    return {
      oneOf: options.map(({ identification }) => ({
        type: "object",
        properties: { identification: { const: identification }, login_id: { type: "string" } },
        required: ["identification", "login_id"],
      })),
    };
  }

  async react(run: Run, { options }: IdentifyWaiting, input: Input): Promise<void> {
    const option = options.find(({ identification }) => identification === input.identification) as IdentifyOption;
    const branch = branchAt(run.flow, option.branch);
    guardBranch(run.ctx.project.config, branch);
    const identified = run.state.flowType === "signup" ? await this.signUp(run, option, input) : await this.find(run, option, input);
    const memory = { ...run.state.memory, identified: [...run.state.memory.identified, identified] };
    const state = { ...run.state, identification: option.identification, memory };
    run.state = enterBranch(state, { pointer: option.branch, steps: branch.steps?.length ?? 0 });
  }

  data(_run: Run, { options }: IdentifyWaiting): Record<string, unknown> {
    return { type: "identification_data", options: options.map(({ identification }) => ({ identification })) };
  }

  private stepName(run: Run): Pick<Identified, "step"> {
    const name = (run.flow && run.state.step && (branchAt(run.flow, run.state.step) as { name?: string }).name) || undefined;
    return name ? { step: name } : {};
  }

  /** Login: the typed value is tried under every configured key. */
  private async find(run: Run, option: IdentifyOption, input: Input): Promise<Identified> {
    const { ctx } = run;
    const bucket = perAddressBucket(ctx, "account_enumeration");
    if (run.enumerationExhausted) throw refusal(bucket);
    const typed = input.login_id as string;
    const keys = loginIdLookupKeys(ctx.project.config, typed);
    const [facts] = await this.db.read((tx) => this.accounts.byLoginId(ctx, tx, keys));
    const identity = facts?.identities.find(({ type, uniqueKey }) => type === "login_id" && keys.includes(uniqueKey));
    if (!facts || !identity?.loginIdType) {
      await this.limiter.consume(ctx, [bucket]);
      await this.outbox.appendNow(ctx, [authenticationIdentityLoginIdFailed({ login_id: typed })]);
      throw userNotFound({ IdentityTypeIncoming: "login_id", LoginIDTypeIncoming: option.identification });
    }
    const { userId } = run.state.memory;
    if (userId !== "" && userId !== facts.user.id) throw flowDifferentUser();
    checkExpectedUser(run, facts);
    run.facts = facts;
    run.state = { ...run.state, memory: { ...run.state.memory, userId: facts.user.id } };
    return {
      ...this.stepName(run),
      identification: option.identification,
      identityId: identity.id,
      claim: { name: CLAIM_OF_LOGIN_ID[identity.loginIdType], value: identity.loginId ?? "" },
    };
  }

  /** Sign-up: the login id must be well-formed, allowed, and nobody else's. */
  private async signUp(run: Run, option: IdentifyOption, input: Input): Promise<Identified> {
    const { ctx } = run;
    const { config } = ctx.project;
    const declared = (config.identity.login_id.keys ?? []).find(({ type }) => type === option.identification);
    const checked = checkLoginId(config, declared?.key ?? option.identification, input.login_id as string);
    checkExpectedUser(run, undefined);
    const [owner] = await this.db.read((tx) => this.accounts.byLoginId(ctx, tx, [checked.uniqueKey]));
    const existing = owner?.identities.find(({ uniqueKey }) => uniqueKey === checked.uniqueKey);
    const mine = run.state.memory.identified.some(({ created }) => created?.uniqueKey === checked.uniqueKey);
    if (existing || mine)
      throw duplicatedIdentity({
        IdentityTypeIncoming: "login_id",
        LoginIDTypeIncoming: checked.type,
        IdentityTypeExisting: "login_id",
        LoginIDTypeExisting: existing?.loginIdType ?? checked.type,
      });
    return { ...this.stepName(run), identification: option.identification, created: checked, claim: { name: CLAIM_OF_LOGIN_ID[checked.type], value: checked.value } };
  }
}

/** Loads the user of a run once per request. */
export async function loadFacts(run: Run, read: (id: string) => Promise<NonNullable<Run["facts"]> | undefined>): Promise<NonNullable<Run["facts"]>> {
  run.facts ??= await read(asUserId(run.state.memory.userId));
  if (!run.facts) throw userNotFound({});
  return run.facts;
}
