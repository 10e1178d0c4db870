import { Injectable } from "@nestjs/common";
import { checkPasswordPolicy, MAX_PASSWORD_BYTES } from "@gatehouse/domain-authenticator";
import type { FlowBranchConfig, FlowStepConfig } from "@gatehouse/domain-config";
import { duplicatedAuthenticator, invalidConfiguration, validationFailed } from "@gatehouse/domain-errors";
import { type Authentication, type AuthenticateOption, branchAt, enterBranch, type RunMemory, type Waiting } from "@gatehouse/domain-flow";
import { maskLoginId, normaliseLoginId } from "@gatehouse/domain-identity";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import type { Run } from "../engine/run.js";
import type { Input, JsonSchema, Reactor, Step } from "../engine/step.js";
import { guardBranch } from "../rules/branch-guard.js";
import { channelsOf } from "../rules/otp-settings.js";
import { passwordPolicy, shownPasswordPolicy } from "../rules/password-policy.js";
import { OneTimeCodeStep } from "./one-time-code-step.js";

type CreateWaiting = Extract<Waiting, { kind: "create_authenticator" }>;

const OTP: readonly string[] = ["primary_oob_otp_email", "primary_oob_otp_sms"];

/** A new way to prove oneself: `create_authenticator` of sign-up (spec: authentication flow §6.5). */
@Injectable()
export class CreateAuthenticatorStep implements Step, Reactor<CreateWaiting> {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly codes: OneTimeCodeStep,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    const pointer = run.state.step as string;
    const options = (step.one_of ?? []).flatMap((branch, index) => this.options(run, branch, `${pointer}/one_of/${index}`));
    if (options.length > 0) run.state = { ...run.state, waiting: { kind: "create_authenticator", options } };
  }

  schema(_run: Run, { options }: CreateWaiting): JsonSchema {
    return { oneOf: options.map(optionSchema) };
  }

  async react(run: Run, { options }: CreateWaiting, input: Input): Promise<void> {
    const chosen = options.find(({ authentication }) => authentication === input.authentication) as AuthenticateOption;
    const branch = branchAt(run.flow, chosen.branch);
    guardBranch(run.ctx.project.config, branch);
    run.state = enterBranch({ ...run.state, authentication: chosen.authentication }, { pointer: chosen.branch, steps: branch.steps?.length ?? 0 });
    if (chosen.authentication === "primary_password") return this.createPassword(run, input.new_password as string);
    const target = chosen.target ?? this.normalisedTarget(run, chosen, input.target as string);
    await this.createOneTimePassword(run, { ...chosen, target });
  }

  data(run: Run, { options }: CreateWaiting): Record<string, unknown> {
    return { type: "create_authenticator_data", options: options.map((option) => shownOption(run, option)) };
  }

  private options(run: Run, branch: FlowBranchConfig, pointer: string): AuthenticateOption[] {
    const authentication = branch.authentication as Authentication;
    if (authentication === "primary_password") return [{ authentication, branch: pointer }];
    if (!OTP.includes(authentication)) throw invalidConfiguration(`enrolment of ${authentication} at sign-up is not available`);
    const type = authentication.endsWith("email") ? ("email" as const) : ("phone" as const);
    const channels = channelsOf(run.ctx, type);
    if (!branch.target_step) return [{ authentication, branch: pointer, channels, verificationRequired: branch.verification_required !== false }];
    const identified = run.state.memory.identified.findLast(({ step }) => step === branch.target_step);
    if (identified?.created?.type !== type) return [];
    const { claim } = identified;
    const proven = run.state.memory.verified.some(({ name, value }) => name === claim.name && value === claim.value);
    return [{ authentication, branch: pointer, channels, target: claim.value, targetShown: true, verificationRequired: branch.verification_required !== false && !proven }];
  }

  private async createPassword(run: Run, plain: string): Promise<void> {
    if (new TextEncoder().encode(plain).length > MAX_PASSWORD_BYTES)
      throw validationFailed([{ location: "/new_password", kind: "maxLength", details: { expected: MAX_PASSWORD_BYTES } }], "invalid value");
    checkPasswordPolicy(passwordPolicy(run.ctx.project.config), plain);
    const { memory } = run.state;
    if (memory.passwordHash) throw duplicatedAuthenticator("password");
    const passwordHash = await this.hasher.hash(plain);
    run.state = { ...run.state, memory: { ...memory, passwordHash, used: [...memory.used, { id: "password:primary", type: "password", kind: "primary" }] } };
  }

  private normalisedTarget(run: Run, option: AuthenticateOption, target: string): string {
    const type = option.authentication.endsWith("email") ? "email" : "phone";
    const types = run.ctx.project.config.identity.login_id.types as { email?: object; username?: object };
    const normalised = normaliseLoginId(type, target, { email: types.email ?? {}, username: types.username ?? {} });
    if (!normalised) throw validationFailed([{ location: "/target", kind: "format", details: { format: type } }], "invalid value");
    return normalised.value;
  }

  private async createOneTimePassword(run: Run, option: AuthenticateOption & { target: string }): Promise<void> {
    const { authentication, target, channels = [] } = option;
    const { memory } = run.state;
    const type = authentication.endsWith("email") ? ("oob_otp_email" as const) : ("oob_otp_sms" as const);
    if (memory.newOneTimePasswords.some((one) => one.type === type && one.target === target)) throw duplicatedAuthenticator(type);
    if (option.verificationRequired !== false) return this.codes.start(run, { purpose: "oob-otp", target, channels, outcome: { kind: "create", authentication } });
    const more: Partial<RunMemory> = {
      newOneTimePasswords: [...memory.newOneTimePasswords, { type, target }],
      used: [...memory.used, { id: `${type}:${target}`, type, kind: "primary" }],
    };
    run.state = { ...run.state, memory: { ...memory, ...more } };
  }
}

function optionSchema({ authentication, targetShown }: AuthenticateOption): JsonSchema {
  const named = { authentication: { const: authentication } };
  if (authentication === "primary_password") return { type: "object", properties: { ...named, new_password: { type: "string" } }, required: ["authentication", "new_password"] };
  if (targetShown) return { type: "object", properties: named, required: ["authentication"] };
  return { type: "object", properties: { ...named, target: { type: "string" } }, required: ["authentication", "target"] };
}

function shownOption(run: Run, { authentication, channels, target, targetShown, verificationRequired }: AuthenticateOption): Record<string, unknown> {
  if (authentication === "primary_password") return { authentication, password_policy: shownPasswordPolicy(run.ctx.project.config) };
  const masked =
    targetShown && target ? { target: { masked_display_name: maskLoginId(target.includes("@") ? "email" : "phone", target), verification_required: verificationRequired } } : {};
  return { authentication, otp_form: "code", channels, ...masked };
}
