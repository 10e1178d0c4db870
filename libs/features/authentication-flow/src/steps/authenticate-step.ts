import { Injectable } from "@nestjs/common";
import type { FlowBranchConfig, FlowStepConfig } from "@gatehouse/domain-config";
import { flowNoUser, invalidCredentials, invariantViolated } from "@gatehouse/domain-errors";
import { authenticationPrimaryPasswordFailed, authenticationSecondaryPasswordFailed } from "@gatehouse/domain-events";
import { type Authentication, type AuthenticateOption, branchAt, enterBranch, stepAt, type Waiting } from "@gatehouse/domain-flow";
import { maskLoginId } from "@gatehouse/domain-identity";
import { type UserFacts, userModel } from "@gatehouse/domain-user";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { credentialBuckets, RateLimiter } from "@gatehouse/service-rate-limit";
import type { Run } from "../engine/run.js";
import type { Input, JsonSchema, Reactor, Step } from "../engine/step.js";
import { guardBranch } from "../rules/branch-guard.js";
import { channelsOf } from "../rules/otp-settings.js";
import { mustChangePassword } from "../rules/password-policy.js";
import { loadFacts } from "./identify-step.js";
import { OneTimeCodeStep } from "./one-time-code-step.js";

type AuthenticateWaiting = Extract<Waiting, { kind: "authenticate" }>;

/** A hash no password has: checked when a user has none, so that the answer takes the same time. */
const NO_PASSWORD = "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLW5vLXB3ZA$Ww0VfO1zVZ2rVJr9WJ1n2mWm0pXGzE0m1q5nq0m1s3Y";

/** Is it really him? `authenticate` of login: passwords and one-time passwords (spec: authentication flow §6.3). */
@Injectable()
export class AuthenticateStep implements Step, Reactor<AuthenticateWaiting> {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly hasher: PasswordHasher,
    private readonly limiter: RateLimiter,
    private readonly outbox: EventOutbox,
    private readonly codes: OneTimeCodeStep,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    if (run.state.memory.userId === "") throw flowNoUser();
    const facts = await this.facts(run);
    const pointer = run.state.step as string;
    const options = (step.one_of ?? []).flatMap((branch, index) => this.options(run, facts, { branch, pointer: `${pointer}/one_of/${index}` }));
    if (options.length > 0) run.state = { ...run.state, waiting: { kind: "authenticate", options, deviceTokenEnabled: false } };
    else if (!step.optional) throw invariantViolated("NoAuthenticator", "no authenticator");
  }

  schema(_run: Run, { options }: AuthenticateWaiting): JsonSchema {
    return { oneOf: options.map((option, index) => optionSchema(option, index)) };
  }

  async react(run: Run, { options }: AuthenticateWaiting, input: Input): Promise<void> {
    const chosen = options.find((option, index) => option.authentication === input.authentication && (option.target === undefined || index === input.index)) as AuthenticateOption;
    const branch = branchAt(run.flow, chosen.branch);
    guardBranch(run.ctx.project.config, branch);
    run.state = enterBranch({ ...run.state, authentication: chosen.authentication }, { pointer: chosen.branch, steps: branch.steps?.length ?? 0 });
    if (chosen.target === undefined) return this.checkPassword(run, chosen.authentication, input.password as string);
    const channels = chosen.channels ?? [];
    const picked = channels.find((channel) => channel === input.channel);
    const request = {
      purpose: "oob-otp" as const,
      target: chosen.target,
      channels: picked ? [picked] : channels,
      outcome: { kind: "authenticate" as const, authentication: chosen.authentication },
    };
    await this.codes.start(run, request);
  }

  data(_run: Run, { options, deviceTokenEnabled }: AuthenticateWaiting): Record<string, unknown> {
    return { type: "authentication_data", options: options.map(shownOption), device_token_enabled: deviceTokenEnabled };
  }

  private facts(run: Run): Promise<UserFacts> {
    return loadFacts(run, async (id) => (await this.db.read((tx) => this.accounts.facts(run.ctx, tx, [id])))[0]);
  }

  private options(run: Run, facts: UserFacts, { branch, pointer }: { branch: FlowBranchConfig; pointer: string }): AuthenticateOption[] {
    const authentication = branch.authentication as Authentication;
    const asserted = (id: string) => run.state.memory.used.some((used) => used.id === id);
    const [kind, ...rest] = authentication.split("_");
    const type = rest.join("_");
    const own = facts.authenticators.filter((one) => one.type === type && one.kind === kind && !asserted(one.id));
    if (authentication === "primary_password")
      return run.state.memory.used.some((used) => used.type === "password" && used.kind === "primary") ? [] : [{ authentication, branch: pointer }];
    if (authentication === "secondary_password") return own.length > 0 ? [{ authentication, branch: pointer }] : [];
    if (type !== "oob_otp_email" && type !== "oob_otp_sms") return [];
    const loginIdType = type === "oob_otp_email" ? "email" : "phone";
    const targets = kind === "secondary" ? own.map((one) => one.email ?? one.phone ?? "") : this.primaryTargets(run, facts, { branch, loginIdType });
    return targets.map((target) => ({ authentication, branch: pointer, target, channels: channelsOf(run.ctx, loginIdType) }));
  }

  private primaryTargets(run: Run, facts: UserFacts, { branch, loginIdType }: { branch: FlowBranchConfig; loginIdType: "email" | "phone" }): string[] {
    const mine = facts.identities.filter((identity) => identity.loginIdType === loginIdType);
    const target = branch.target_step ? run.state.memory.identified.findLast(({ step }) => step === branch.target_step) : undefined;
    const chosen = target ? mine.filter(({ id }) => id === target.identityId) : mine;
    return chosen.map(({ loginId }) => loginId ?? "");
  }

  private async checkPassword(run: Run, authentication: Authentication, plain: string): Promise<void> {
    const { ctx } = run;
    const facts = await this.facts(run);
    const kind = authentication === "primary_password" ? "primary" : "secondary";
    const authenticator = facts.authenticators.find((one) => one.type === "password" && one.kind === kind);
    const reservation = await this.limiter.reserve(ctx, credentialBuckets(ctx, "password", facts.user.id));
    const { ok, needsRehash } = await this.hasher.verify(authenticator?.passwordHash ?? NO_PASSWORD, plain);
    if (!ok || !authenticator?.passwordHash) {
      const event = kind === "primary" ? authenticationPrimaryPasswordFailed : authenticationSecondaryPasswordFailed;
      await this.outbox.appendNow(ctx, [event({ user: userModel(ctx.project.config, facts, ctx.now()), authentication_stage: kind, authenticator_type: "password" })]);
      throw invalidCredentials({ AuthenticationType: "password" });
    }
    run.reservations.push(reservation);
    const mustChange = mustChangePassword(ctx.project.config, { plain, updatedAt: authenticator.updatedAt, expireAfter: authenticator.expireAfter }, ctx.now());
    const { memory } = run.state;
    const update = needsRehash ? { passwordUpdate: { authenticatorId: authenticator.id, hash: await this.hasher.hash(plain), replaces: authenticator.passwordHash } } : {};
    const step = run.state.step ? stepAt(run.flow, run.state.step).name : undefined;
    const asserted = { assertedPassword: { authenticatorId: authenticator.id, ...(step ? { step } : {}), ...(mustChange ? { mustChange } : {}) } };
    run.state = { ...run.state, memory: { ...memory, ...update, ...asserted, used: [...memory.used, { id: authenticator.id, type: "password", kind }] } };
  }
}

function optionSchema({ authentication, target, channels = [] }: AuthenticateOption, index: number): JsonSchema {
  if (target === undefined)
    return {
      type: "object",
      properties: { authentication: { const: authentication }, password: { type: "string", minLength: 1 }, request_device_token: { const: false } },
      required: ["authentication", "password"],
    };
  const several = channels.length > 1;
  return {
    type: "object",
    properties: { authentication: { const: authentication }, index: { const: index }, ...(several ? { channel: { enum: channels } } : {}), request_device_token: { const: false } },
    required: ["authentication", "index", ...(several ? ["channel"] : [])],
  };
}

function shownOption({ authentication, target, channels }: AuthenticateOption): Record<string, unknown> {
  if (target === undefined) return { authentication };
  return { authentication, otp_form: "code", masked_display_name: maskLoginId(target.includes("@") ? "email" : "phone", target), channels };
}
