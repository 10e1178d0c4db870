import { Injectable } from "@nestjs/common";
import type { UserFacts } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { DeviceTokenStore } from "@gatehouse/record-authenticators";
import { cookieName } from "@gatehouse/record-sessions";
import { credentialBuckets, RateLimiter } from "@gatehouse/service-rate-limit";
import { note, type Run, stepName } from "../../engine/run.js";
import { weighted } from "../../guards/credential-guard.js";
import type { AuthenticationMethod } from "../authentication-method.js";

/** Suffix of the cookie that holds a device token. */
export const DEVICE_TOKEN_COOKIE = "mfa_device_token";

/** Browsers that were told to be remembered need no second factor: never listed, taken on entering the step (spec: authentication flow §6.3, §10.3). */
@Injectable()
export class DeviceTokenMethod implements AuthenticationMethod {
  readonly authentications = ["device_token"] as const;

  constructor(
    private readonly db: Database,
    private readonly tokens: DeviceTokenStore,
    private readonly limiter: RateLimiter,
  ) {}

  /** Whether a step may be completed by a token, or a new one asked for: the user has a second factor that is not proven yet. */
  isEnabled(run: Run, facts: UserFacts): boolean {
    return facts.authenticators.some(({ id, kind }) => kind === "secondary" && !run.state.memory.used.some((used) => used.id === id));
  }

  /** Completes a step by the browser's token. A token that is no good counts against the limit and is cleared at the finish. Throws `RateLimited`. */
  async accept(run: Run, facts: UserFacts): Promise<boolean> {
    const { ctx } = run;
    const token = run.visitor.cookies[cookieName(ctx, DEVICE_TOKEN_COOKIE)];
    if (!token || token.length > 200) return false;
    const reservation = await this.limiter.reserve(ctx, weighted(run, credentialBuckets(ctx, "device_token", facts.user.id)));
    const valid = await this.db.read((tx) => this.tokens.isValid(ctx, tx, { userId: facts.user.id, token }));
    run.trace.add("method", "device_token", valid ? "passed" : "wrong");
    if (!valid) {
      note(run, { deviceToken: "clear" });
      return false;
    }
    run.reservations.push(reservation);
    note(run, { deviceToken: "used", asserted: [...run.state.memory.asserted, { authentication: "device_token", ...stepName(run) }] });
    return true;
  }
}
