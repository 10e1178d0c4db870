import { parseDuration, type RateLimitConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Bucket } from "@gatehouse/service-rate-limit";
import type { CodePurpose, OtpChannel, OtpForm, OtpRequest } from "./code-target.js";

interface OtpLimits {
  trigger_per_ip?: RateLimitConfig;
  trigger_per_user?: RateLimitConfig;
  trigger_cooldown?: string;
  max_failed_attempts_revoke_otp?: number;
  validate_per_ip?: RateLimitConfig;
  validate_per_user_per_ip?: RateLimitConfig;
}

const TITLES: Readonly<Record<OtpChannel, string>> = { email: "Email", sms: "SMS", whatsapp: "Whatsapp" };
const BUCKETS: Readonly<Record<CodePurpose, string>> = { verification: "Verification", "oob-otp": "OOBOTP", "forgot-password": "ForgotPassword" };
const GROUPS: Readonly<Record<CodePurpose, string>> = { verification: "verification", "oob-otp": "authentication.oob_otp", "forgot-password": "forgot_password" };

/** WhatsApp shares the settings of SMS. */
const medium = (channel: OtpChannel): "email" | "sms" => (channel === "email" ? "email" : "sms");

function limitsOf({ project: { config } }: ProjectContext, purpose: CodePurpose, channel: OtpChannel): OtpLimits {
  if (purpose === "verification") return config.verification.rate_limits[medium(channel)];
  return purpose === "oob-otp" ? config.authentication.rate_limits.oob_otp[medium(channel)] : config.forgot_password.rate_limits[medium(channel)];
}

/** Milliseconds a code or link stays valid (spec: messaging §2.2). */
export function validMs({ project: { config } }: ProjectContext, { purpose, channel, form }: Pick<OtpRequest, "purpose" | "channel" | "form">): number {
  const own = purpose === "forgot-password" ? config.forgot_password.valid_periods[form] : config.authenticator.oob_otp[medium(channel)].valid_periods[form];
  return parseDuration(purpose === "verification" ? config.verification.code_valid_period : own) ?? 300_000;
}

/** Failed attempts after which a code is revoked; 0 for no limit. */
export const maxFailedAttempts = (ctx: ProjectContext, purpose: CodePurpose, channel: OtpChannel): number =>
  purpose === "forgot-password" ? 0 : (limitsOf(ctx, purpose, channel).max_failed_attempts_revoke_otp ?? 0);

/** The cooldowns of sending: for the address, and for the run (spec: protection §2.3). */
export function cooldownBuckets(ctx: ProjectContext, { purpose, target, channel, runId }: Pick<OtpRequest, "purpose" | "target" | "channel" | "runId">): Bucket[] {
  const config = { enabled: true, period: limitsOf(ctx, purpose, channel).trigger_cooldown ?? "1m", burst: 1 };
  const name = `${BUCKETS[purpose]}Cooldown${TITLES[channel]}`;
  const args = purpose === "oob-otp" ? [purpose] : [];
  return [{ name, args: [...args, target], config }, ...(runId === undefined ? [] : [{ name: `${name}PerSession`, args: [...args, runId], config }])];
}

/** Everything that limits sending, in the order it is asked: cooldowns, address, user. */
export function triggerBuckets(ctx: ProjectContext, request: Pick<OtpRequest, "purpose" | "target" | "channel" | "runId" | "userId" | "byAdmin">): Bucket[] {
  const { purpose, channel, userId, byAdmin } = request;
  const limits = limitsOf(ctx, purpose, channel);
  const name = `${BUCKETS[purpose]}Trigger${TITLES[channel]}`;
  const group = `${GROUPS[purpose]}.${medium(channel)}.trigger`;
  const args = purpose === "oob-otp" ? [purpose] : [];
  const perUser: Bucket = { name: `${name}PerUser`, args: [userId, ...args], config: limits.trigger_per_user, limit: { name: `${group}.per_user`, group } };
  const perAddress: Bucket = { name: `${name}PerIP`, args: [...args, ctx.request.ip], config: limits.trigger_per_ip, limit: { name: `${group}.per_ip`, group } };
  return [...cooldownBuckets(ctx, request), ...(byAdmin ? [] : [perAddress]), ...(userId === "" || purpose === "forgot-password" ? [] : [perUser])];
}

/** An own limit that says something; an empty one falls back. */
const own = (limit: RateLimitConfig | undefined): RateLimitConfig | undefined => (limit?.enabled === undefined ? undefined : limit);

/** Limits of trying a code; only failures count. */
export function validateBuckets(ctx: ProjectContext, { purpose, channel, userId }: Pick<OtpRequest, "purpose" | "channel" | "userId">): Bucket[] {
  const limits = limitsOf(ctx, purpose, channel);
  const { general } = ctx.project.config.authentication.rate_limits;
  const group = `${GROUPS[purpose]}.${medium(channel)}.validate`;
  const name = `${BUCKETS[purpose]}Validate${TITLES[channel]}`;
  const isOob = purpose === "oob-otp";
  const args = isOob ? [purpose] : [];
  const perIp: Bucket = {
    name: `${name}PerIP`,
    args: [...args, ctx.request.ip],
    config: own(limits.validate_per_ip) ?? (isOob ? general.per_ip : undefined),
    limit: { name: `${group}.per_ip`, group },
  };
  if (!isOob || userId === "") return [perIp];
  const config = own(limits.validate_per_user_per_ip) ?? general.per_user_per_ip;
  return [perIp, { name: `${name}PerUserPerIP`, args: [userId, ctx.request.ip, purpose], config, limit: { name: `${group}.per_user_per_ip`, group } }];
}

/** Channels that reach an address, the default first. */
export function channelsOf({ project: { config } }: ProjectContext, type: "email" | "phone"): OtpChannel[] {
  if (type === "email") return ["email"];
  const { phone_otp_mode } = config.authenticator.oob_otp.sms;
  return phone_otp_mode === "sms" ? ["sms"] : phone_otp_mode === "whatsapp" ? ["whatsapp"] : ["whatsapp", "sms"];
}

/** Whether an address is asked for a code, or sent a link. */
export const formOf = ({ project: { config } }: ProjectContext, type: "email" | "phone"): OtpForm =>
  type === "email" && config.authenticator.oob_otp.email.email_otp_mode === "login_link" ? "link" : "code";
