import { parseDuration, type RateLimitConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { EnvConfig } from "@gatehouse/platform-env";
import type { Bucket } from "./rate-limiter.js";

/** The deployment's own limits (`RATE_LIMITS_*`). */
export type DeploymentLimits = Pick<
  EnvConfig,
  "rateLimitsSms" | "rateLimitsSmsPerIp" | "rateLimitsSmsPerTarget" | "rateLimitsEmail" | "rateLimitsEmailPerIp" | "rateLimitsEmailPerTarget"
>;

/** Tokens in a millisecond; without a limit they are endless. */
const rate = (limit: RateLimitConfig | undefined): number => {
  const period = limit?.enabled ? parseDuration(limit.period ?? "") : undefined;
  return period ? Math.max(1, limit?.burst ?? 1) / period : Number.POSITIVE_INFINITY;
};

/** The stricter of the project's limit and its plan's. */
const stricter = (own: RateLimitConfig | undefined, plan: RateLimitConfig | undefined): RateLimitConfig | undefined => (rate(plan) < rate(own) ? plan : own);

/**
 * Buckets of sending one message, in the order they are asked: project, address, target, each before the deployment's own (spec: protection §2.3). WhatsApp shares
 * those of SMS. `to` is the normalised address or number. Without a client address (jobs), and for the Admin API, nothing is limited by address.
 */
export function messagingBuckets(ctx: ProjectContext, message: { channel: "email" | "sms" | "whatsapp"; to: string; deployment: DeploymentLimits }): Bucket[] {
  const { deployment, to } = message;
  const medium = message.channel === "email" ? "email" : "sms";
  const [all, perAddress, perTarget] =
    medium === "email"
      ? [deployment.rateLimitsEmail, deployment.rateLimitsEmailPerIp, deployment.rateLimitsEmailPerTarget]
      : [deployment.rateLimitsSms, deployment.rateLimitsSmsPerIp, deployment.rateLimitsSmsPerTarget];
  const own = ctx.project.config.messaging.rate_limits;
  const plan = ctx.project.features.messaging.rate_limits;
  const name = medium === "email" ? "MessagingEmail" : "MessagingSMS";
  const group = `messaging.${medium}`;
  const level = (suffix: string, key: keyof typeof own, args: string[]) => ({ name: `${name}${suffix}`, args, config: stricter(own[key], plan[key]) });
  const pair = (one: ReturnType<typeof level>, limit: string, global: RateLimitConfig | undefined): Bucket[] => [
    { ...one, limit: { name: `${group}.${limit}`, group } },
    { ...one, config: global, global: true, limit: { name: limit === "per_project" ? `global.${group}` : `global.${group}.${limit}`, group: `global.${group}` } },
  ];
  const ip = ctx.actor.type === "admin_api" ? "" : ctx.request.ip;
  return [
    ...pair(level("", medium, []), "per_project", all),
    ...(ip === "" ? [] : pair(level("PerIP", `${medium}_per_ip`, [ip]), "per_ip", perAddress)),
    ...pair(level("PerTarget", `${medium}_per_target`, [to]), "per_target", perTarget),
  ];
}
