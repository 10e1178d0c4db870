import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import { validationFailed } from "@gatehouse/domain-errors";
import type { Authentication, Channel } from "@gatehouse/domain-flow";
import { maskLoginId, normaliseLoginId } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { addAuthenticator, claimOf, isProven, splitAuthentication, targetOf } from "../../engine/memory.js";
import { type Asked, type BranchOption, type InputShape, text } from "../../engine/options.js";
import { branchOf, type Run } from "../../engine/run.js";
import { RunUsers } from "../../engine/run-users.js";
import type { Input } from "../../engine/step.js";
import { identifiedAt } from "../../rules/target-step.js";
import type { AuthenticationMethod, EnrolmentMethod, ProvingMethod } from "../authentication-method.js";
import { AskCode } from "./ask-code.js";

type AddressType = "email" | "phone";

/** A code by email, SMS or WhatsApp to one address. */
interface OtpOption extends BranchOption {
  channels: Channel[];
  form: "code" | "link";
  /** Absent where the client names it. */
  target?: string;
  authenticatorId?: string;
  verificationRequired?: boolean;
  deviceTokenEnabled?: boolean;
}

/** One-time passwords out of band, as first and second factor (spec: authentication flow §6.3, §6.5). */
@Injectable()
export class OobOtpMethod implements AuthenticationMethod {
  readonly authentications = ["primary_oob_otp_email", "primary_oob_otp_sms", "secondary_oob_otp_email", "secondary_oob_otp_sms"] as const;

  readonly proving: ProvingMethod = {
    options: (run, asked, facts) => this.offered(run, asked, facts),
    input: (_run, option) => channelInput(option as OtpOption),
    authenticate: (run, option, input) => this.ask(run, option as OtpOption, input),
  };

  readonly enrolment: EnrolmentMethod = {
    options: (run, asked) => this.enrolments(run, asked),
    input: (_run, option) => ((option as OtpOption).target === undefined ? { properties: { target: text({ maxLength: 1000 }) }, required: ["target"] } : {}),
    enrol: (run, option, input) => this.enrol(run, option as OtpOption, input),
    checksBots: (option) => (option as OtpOption).target === undefined,
  };

  constructor(
    private readonly otp: OneTimePasswords,
    private readonly codes: AskCode,
    private readonly users: RunUsers,
  ) {}

  private offered(run: Run, { config, ...at }: Asked, facts: UserFacts): OtpOption[] {
    const authentication = config.authentication as Authentication;
    const { kind, type } = splitAuthentication(authentication);
    const address: AddressType = type === "oob_otp_email" ? "email" : "phone";
    const own = facts.authenticators.filter((one) => one.type === type && one.kind === kind);
    const targets = kind === "secondary" || at.flow.type === "reauth" ? own.map(targetOf) : primaryTargets(run, facts, { step: config.target_step, address });
    const [channels, form] = [this.otp.channelsOf(run.ctx, address), this.otp.formOf(run.ctx, address)];
    return [...new Set(targets)].flatMap((target): OtpOption[] => {
      const authenticator = own.find((one) => targetOf(one) === target);
      if (authenticator && this.isUsed(run, authenticator)) return [];
      const shown = { authentication, otp_form: form, masked_display_name: maskLoginId(address, target), channels };
      return [{ ...at, match: { authentication }, indexed: true, shown, channels, form, target, ...(authenticator ? { authenticatorId: authenticator.id } : {}) }];
    });
  }

  private isUsed(run: Run, { id }: Authenticator): boolean {
    return run.state.memory.used.some((used) => used.id === id);
  }

  private async ask(run: Run, option: OtpOption, input: Input): Promise<void> {
    const { target = "", channels, form, authenticatorId, deviceTokenEnabled } = option;
    const authentication = option.match.authentication as Authentication;
    const picked = channels.find((channel) => channel === input.channel);
    const outcome = { kind: "authenticate" as const, authentication, ...(authenticatorId ? { authenticatorId } : {}) };
    await this.codes.start(run, { purpose: "oob-otp", target, channels: picked ? [picked] : channels, form, outcome, ...(deviceTokenEnabled ? { deviceTokenEnabled } : {}) });
  }

  private enrolments(run: Run, { config, ...at }: Asked): OtpOption[] {
    const authentication = config.authentication as Authentication;
    const { type } = splitAuthentication(authentication);
    const address: AddressType = type === "oob_otp_email" ? "email" : "phone";
    const channels = this.otp.channelsOf(run.ctx, address);
    const form = this.otp.formOf(run.ctx, address);
    const common = { ...at, match: { authentication }, channels, form };
    const verificationRequired = config.verification_required !== false;
    if (!config.target_step) return [{ ...common, shown: { authentication, otp_form: form, channels }, verificationRequired }];
    const identified = identifiedAt(run, config.target_step);
    const target = address === "email" ? identified?.claims.email : identified?.claims.phone_number;
    if (!target) return [];
    const needed = verificationRequired && !isProven(run.state.memory.verified, claimOf(target));
    const shown = { authentication, otp_form: form, channels, target: { masked_display_name: maskLoginId(address, target), verification_required: needed } };
    return [{ ...common, shown, target, verificationRequired: needed }];
  }

  private async enrol(run: Run, option: OtpOption, input: Input): Promise<void> {
    const authentication = option.match.authentication as Authentication;
    const { kind, type } = splitAuthentication(authentication);
    const target = option.target ?? this.normalised(run, type === "oob_otp_email" ? "email" : "phone", input.target as string);
    const verify = branchOf(run, option).verification_required !== false && !isProven(run.state.memory.verified, claimOf(target));
    if (verify) return this.codes.start(run, { purpose: "oob-otp", target, channels: option.channels, form: option.form, outcome: { kind: "create", authentication } });
    const existing = run.state.memory.isNewUser ? [] : (await this.users.stored(run)).authenticators;
    addAuthenticator(run, { type, kind, target }, existing);
  }

  private normalised(run: Run, type: AddressType, target: string): string {
    const types = run.ctx.project.config.identity.login_id.types;
    const normalised = normaliseLoginId(type, target, { email: types.email ?? {}, username: types.username ?? {} });
    if (!normalised) throw validationFailed([{ location: "/target", kind: "format", details: { format: type } }], "invalid value");
    return normalised.value;
  }
}

/** Addresses of a primary code: that of the step the branch names, else every login id of the kind. */
function primaryTargets(run: Run, facts: UserFacts, { step, address }: { step: string | undefined; address: AddressType }): string[] {
  const mine = facts.identities.filter(({ loginIdType }) => loginIdType === address);
  if (step === undefined) return mine.map(({ loginId }) => loginId ?? "");
  const identified = identifiedAt(run, step);
  return mine.filter(({ id }) => id === (identified?.identityId ?? identified?.created?.id)).map(({ loginId }) => loginId ?? "");
}

/** `channel` is asked for where there is a choice. */
function channelInput({ channels }: OtpOption): InputShape {
  const channel = { channel: { enum: channels } };
  return channels.length > 1 ? { properties: channel, required: ["channel"] } : { properties: channel };
}
