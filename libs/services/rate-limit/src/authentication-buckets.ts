import type { RateLimitConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Bucket } from "./rate-limiter.js";

type Limits = Record<string, Record<string, RateLimitConfig | undefined> | undefined>;

/** Buckets of a credential check: per address, and per user and address; unset limits fall back to `general` (spec: protection §2.3). */
export function credentialBuckets(ctx: ProjectContext, method: "password" | "totp" | "recovery_code" | "device_token", userId: string | undefined): Bucket[] {
  const limits = ctx.project.config.authentication.rate_limits as unknown as Limits;
  const own = limits[method];
  const title = { password: "Password", totp: "TOTP", recovery_code: "RecoveryCode", device_token: "DeviceToken" }[method];
  const group = `authentication.${method}`;
  const buckets: Bucket[] = [
    { name: `Verify${title}PerIP`, args: [ctx.request.ip], config: set(own?.per_ip) ?? limits.general?.per_ip, limit: { name: `${group}.per_ip`, group } },
  ];
  if (userId)
    buckets.push({
      name: `Verify${title}PerUserPerIP`,
      args: [userId, ctx.request.ip],
      config: set(own?.per_user_per_ip) ?? limits.general?.per_user_per_ip,
      limit: { name: `${group}.per_user_per_ip`, group },
    });
  return buckets;
}

/** An own limit that says something; an empty one falls back. */
const set = (limit: RateLimitConfig | undefined): RateLimitConfig | undefined => (limit?.enabled === undefined ? undefined : limit);

/** The bucket of sign-ups or of failed look-ups, per address. */
export function perAddressBucket(ctx: ProjectContext, kind: "signup" | "account_enumeration"): Bucket {
  const limits = ctx.project.config.authentication.rate_limits as unknown as Limits;
  const name = kind === "signup" ? "SignupPerIP" : "AccountEnumerationPerIP";
  return { name, args: [ctx.request.ip], config: limits[kind]?.per_ip, limit: { name: `authentication.${kind}.per_ip`, group: `authentication.${kind}` } };
}
