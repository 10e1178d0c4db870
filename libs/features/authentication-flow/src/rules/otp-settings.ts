import { parseDuration, type RateLimitConfig } from "@gatehouse/domain-config";
import type { Channel, CodeRequest } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Bucket } from "@gatehouse/service-rate-limit";
import { RE2JS } from "re2js";

interface OtpLimits {
  trigger_per_ip?: RateLimitConfig;
  trigger_per_user?: RateLimitConfig;
  trigger_cooldown?: string;
  max_failed_attempts_revoke_otp?: number;
  validate_per_ip?: RateLimitConfig;
  validate_per_user_per_ip?: RateLimitConfig;
}

const TITLES = { email: "Email", sms: "SMS", whatsapp: "Whatsapp" } as const;
const medium = (channel: Channel): "email" | "sms" => (channel === "email" ? "email" : "sms");

function limitsOf(ctx: ProjectContext, purpose: CodeRequest["purpose"], channel: Channel): OtpLimits {
  const { config } = ctx.project;
  const limits = (purpose === "verification" ? config.verification.rate_limits : (config.authentication.rate_limits as { oob_otp?: unknown }).oob_otp) as
    | Record<string, OtpLimits>
    | undefined;
  return limits?.[medium(channel)] ?? {};
}

/** Milliseconds a code stays valid. */
export function codeValidMs(ctx: ProjectContext, purpose: CodeRequest["purpose"], channel: Channel): number {
  const { config } = ctx.project;
  const oob = (config.authenticator as { oob_otp?: Record<string, { valid_periods?: { code?: string } }> }).oob_otp?.[medium(channel)];
  const text = purpose === "verification" ? config.verification.code_valid_period : oob?.valid_periods?.code;
  return parseDuration(text ?? "300s") ?? 300_000;
}

/** Failed attempts after which a code is revoked; 0 for no limit. */
export const maxFailedAttempts = (ctx: ProjectContext, purpose: CodeRequest["purpose"], channel: Channel): number =>
  limitsOf(ctx, purpose, channel).max_failed_attempts_revoke_otp ?? 0;

/** The cooldowns of sending a code: for the address, and for the run (spec: protection §2.3). */
export function cooldownBuckets(ctx: ProjectContext, code: Pick<CodeRequest, "purpose" | "target"> & { channel: Channel; runId: string }): Bucket[] {
  const period = limitsOf(ctx, code.purpose, code.channel).trigger_cooldown ?? "1m";
  const config = { enabled: true, period, burst: 1 };
  const verification = code.purpose === "verification";
  const name = `${verification ? "Verification" : "OOBOTP"}Cooldown${TITLES[code.channel]}`;
  const args = verification ? [] : [code.purpose];
  return [
    { name, args: [...args, code.target], config },
    { name: `${name}PerSession`, args: [...args, code.runId], config },
  ];
}

/** Limits of sending beside the cooldowns; off by default. */
export function triggerBuckets(ctx: ProjectContext, code: Pick<CodeRequest, "purpose"> & { channel: Channel; userId: string }): Bucket[] {
  const limits = limitsOf(ctx, code.purpose, code.channel);
  const verification = code.purpose === "verification";
  const name = `${verification ? "VerificationTrigger" : "OOBOTPTrigger"}${TITLES[code.channel]}`;
  const group = `${verification ? "verification" : "authentication.oob_otp"}.${medium(code.channel)}.trigger`;
  const args = verification ? [] : [code.purpose];
  return [
    { name: `${name}PerIP`, args: [...args, ctx.request.ip], config: limits.trigger_per_ip, limit: { name: `${group}.per_ip`, group } },
    { name: `${name}PerUser`, args: [code.userId, ...args], config: limits.trigger_per_user, limit: { name: `${group}.per_user`, group } },
  ];
}

/** Limits of trying a code; only failures count. */
export function validateBuckets(ctx: ProjectContext, code: Pick<CodeRequest, "purpose"> & { channel: Channel; userId: string }): Bucket[] {
  const limits = limitsOf(ctx, code.purpose, code.channel);
  if (code.purpose === "verification") {
    const group = `verification.${medium(code.channel)}.validate`;
    return [{ name: `VerificationValidate${TITLES[code.channel]}PerIP`, args: [ctx.request.ip], config: limits.validate_per_ip, limit: { name: `${group}.per_ip`, group } }];
  }
  const group = `authentication.oob_otp.${medium(code.channel)}.validate`;
  const general = ctx.project.config.authentication.rate_limits.general as { per_ip?: RateLimitConfig; per_user_per_ip?: RateLimitConfig };
  const own = (limit: RateLimitConfig | undefined) => (limit?.enabled === undefined ? undefined : limit);
  return [
    {
      name: `OOBOTPValidate${TITLES[code.channel]}PerIP`,
      args: [code.purpose, ctx.request.ip],
      config: own(limits.validate_per_ip) ?? general.per_ip,
      limit: { name: `${group}.per_ip`, group },
    },
    {
      name: `OOBOTPValidate${TITLES[code.channel]}PerUserPerIP`,
      args: [code.userId, ctx.request.ip, code.purpose],
      config: own(limits.validate_per_user_per_ip) ?? general.per_user_per_ip,
      limit: { name: `${group}.per_user_per_ip`, group },
    },
  ];
}

interface TestMode {
  oob_otp?: { enabled?: boolean; rules?: { regex: string; fixed_code?: string }[] };
}

/** The code that test mode fixes for an address, if any; rules are RE2, the first match wins (spec: authentication flow §9.1). */
export function fixedCode(ctx: ProjectContext, target: string): string | undefined {
  const { oob_otp } = ctx.project.config.test_mode as TestMode;
  const features = ctx.project.features as { test_mode?: { fixed_oob_otp?: { enabled?: boolean; code?: string } } };
  const server = features.test_mode?.fixed_oob_otp?.enabled ? features.test_mode.fixed_oob_otp.code : undefined;
  const rule = oob_otp?.enabled ? oob_otp.rules?.find(({ regex }) => RE2JS.compile(regex).matcher(target).find()) : undefined;
  return rule ? (rule.fixed_code ?? server) : server;
}

/** Channels that reach an address. */
export function channelsOf(ctx: ProjectContext, type: "email" | "phone"): Channel[] {
  if (type === "email") return ["email"];
  const mode = (ctx.project.config.authenticator as { oob_otp?: { sms?: { phone_otp_mode?: string } } }).oob_otp?.sms?.phone_otp_mode ?? "whatsapp_sms";
  return mode === "sms" ? ["sms"] : mode === "whatsapp" ? ["whatsapp"] : ["whatsapp", "sms"];
}
