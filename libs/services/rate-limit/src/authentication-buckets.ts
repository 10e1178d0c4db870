import type { RateLimitConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Bucket } from "./rate-limiter.js";

/** Credentials whose checks are limited. */
export type LimitedCredential = "password" | "totp" | "recovery_code" | "device_token" | "passkey";

const TITLES: Readonly<Record<LimitedCredential, string>> = { password: "Password", totp: "TOTP", recovery_code: "RecoveryCode", device_token: "DeviceToken", passkey: "Passkey" };

/** An own limit that says something; an empty one falls back. */
const set = (limit: RateLimitConfig | undefined): RateLimitConfig | undefined => (limit?.enabled === undefined ? undefined : limit);

/** Buckets of a credential check: per address, and per user and address (passkeys: per address alone); unset limits fall back to `general` (spec: protection §2.3). */
export function credentialBuckets(ctx: ProjectContext, method: LimitedCredential, userId: string | undefined): Bucket[] {
  const limits = ctx.project.config.authentication.rate_limits;
  const own: { per_ip: RateLimitConfig; per_user_per_ip?: RateLimitConfig } = limits[method];
  const group = `authentication.${method}`;
  const name = `Verify${TITLES[method]}Per`;
  const perAddress: Bucket = { name: `${name}IP`, args: [ctx.request.ip], config: set(own.per_ip) ?? limits.general.per_ip, limit: { name: `${group}.per_ip`, group } };
  if (!userId || method === "passkey") return [perAddress];
  const config = set(own.per_user_per_ip) ?? limits.general.per_user_per_ip;
  return [perAddress, { name: `${name}UserPerIP`, args: [userId, ctx.request.ip], config, limit: { name: `${group}.per_user_per_ip`, group } }];
}

const PER_ADDRESS = { signup: "SignupPerIP", signup_anonymous: "SignupAnonymousPerIP", account_enumeration: "AccountEnumerationPerIP" } as const;

/** The bucket of sign-ups, of anonymous sign-ups, or of failed look-ups, per address. */
export function perAddressBucket(ctx: ProjectContext, kind: keyof typeof PER_ADDRESS): Bucket {
  const limits = ctx.project.config.authentication.rate_limits;
  const group = `authentication.${kind}`;
  return { name: PER_ADDRESS[kind], args: [ctx.request.ip], config: limits[kind].per_ip, limit: { name: `${group}.per_ip`, group } };
}
