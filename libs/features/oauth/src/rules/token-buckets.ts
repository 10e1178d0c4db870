import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError } from "@gatehouse/platform-errors-core";
import type { Bucket, RateLimiter } from "@gatehouse/service-rate-limit";
import { limitExceeded } from "./limit-exceeded.js";

/** The fixed limits of the token endpoint (spec: oauth-oidc §7.1; names: protection §2.3). */
const GROUP = "oauth.token.general";

export const tokenPerAddress = (ctx: ProjectContext): Bucket => ({
  name: "OAuthTokenPerIP",
  args: [ctx.request.ip],
  config: { enabled: true, period: "1m", burst: 120 },
  limit: { name: `${GROUP}.per_ip`, group: GROUP },
});
export const tokenPerUser = (userId: string): Bucket => ({
  name: "OAuthTokenPerUser",
  args: [userId],
  config: { enabled: true, period: "1m", burst: 60 },
  limit: { name: `${GROUP}.per_user`, group: GROUP },
});

/** Of machines: per client, and for all clients of the project together. */
export const machineTokenBuckets = (clientId: string): Bucket[] => [
  { name: "OAuthTokenClientCredentialsPerClient", args: [clientId], config: { enabled: true, period: "1m", burst: 5 } },
  { name: "OAuthTokenClientCredentialsPerProject", args: [], config: { enabled: true, period: "1m", burst: 20 } },
];

/** Takes a token of each bucket. Throws `x_rate_limited` with status 429. */
export async function limitTokens(limiter: RateLimiter, ctx: ProjectContext, buckets: readonly Bucket[]): Promise<void> {
  try {
    await limiter.consume(ctx, buckets);
  } catch (error) {
    throw isApiError(error) ? limitExceeded(error) : error;
  }
}
