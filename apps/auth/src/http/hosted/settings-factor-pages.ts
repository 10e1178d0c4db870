import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { FinishEnrolment, type ResumedFactor } from "@gatehouse/feature-account";
import type { LiveSession } from "@gatehouse/record-sessions";
import { goOn, ownUrl, type PageExchange, queryOf, redirectTo } from "./page-exchange.js";
import { SettingsGuard } from "./settings-guard.js";

/** A second factor, as the configuration names it. */
export type SecondFactor = "totp" | "oob_otp_email" | "oob_otp_sms" | "password";

/** What the settings pages of second factors have in common. */
@Injectable()
export class FactorPages {
  constructor(
    private readonly guard: SettingsGuard,
    private readonly enrolment: FinishEnrolment,
  ) {}

  /** A page of second factors: for projects that have any. */
  page(ctx: ProjectContext, exchange: PageExchange, work: (live: LiveSession) => Promise<void>): Promise<void> {
    const { secondary_authentication_mode: mode, secondary_authenticators: offered } = ctx.project.config.authentication;
    const isOff = mode === "disabled" || offered.length === 0;
    return this.guard.page(ctx, exchange, async (live) => (isOff ? redirectTo(exchange.reply, "/settings") : work(live)));
  }

  /** Whether the project lets its users set up a factor. */
  isOffered(ctx: ProjectContext, factor: SecondFactor): boolean {
    return ctx.project.config.authentication.secondary_authenticators.includes(factor);
  }

  /** Stores a factor that was proven; recovery codes that come with it are shown first, and stored when they have been seen. */
  async finish(ctx: ProjectContext, exchange: PageExchange, { userId, resumed, next }: { userId: UserId; resumed: ResumedFactor; next: string }): Promise<void> {
    const { token, recoveryCodesCreated } = resumed;
    if (recoveryCodesCreated) return goOn(exchange, ownUrl("/settings/mfa/view_recovery_code", queryOf(exchange.request), { q_token: token }), "replace");
    await this.enrolment.run(ctx, { userId, token });
    await goOn(exchange, next, "replace");
  }
}
