import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { AccountReader, AccountTokens, FinishEnrolment, RecoveryCodes, type ShownRecoveryCode } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { formOf, goOn, ownUrl, type PageExchange, queryOf, redirectTo, sendPage, sendText } from "./page-exchange.js";
import { sendRecoveryCodes } from "./recovery-code-file.js";
import { renderFreshCodes, renderOwnCodes } from "./render-recovery-codes.js";
import { FactorPages } from "./settings-factor-pages.js";
import { SettingsForms } from "./settings-forms.js";

const MFA = "/settings/mfa";
const PAGE = `${MFA}/view_recovery_code`;

/** The settings page of recovery codes: fresh ones under a token, else those there are (spec: auth UI §7; account management §4.6). */
@Access("public")
@Controller("settings/mfa/view_recovery_code")
export class SettingsRecoveryCodesController {
  constructor(
    private readonly pages: FactorPages,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly tokens: AccountTokens,
    private readonly codes: RecoveryCodes,
    private readonly enrolment: FinishEnrolment,
  ) {}

  @Get()
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      if (ctx.project.config.authentication.recovery_code.disabled) return redirectTo(reply, MFA);
      const userId = live.user.id;
      const { q_token: token } = queryOf(request);
      const page = await this.forms.page(ctx, exchange, MFA);
      if (token) return sendPage(ctx, reply, renderFreshCodes(page, (await this.fresh(ctx, { userId, token })).codes));
      const [listed, { recoveryCodes = 0 }] = [await this.codes.list(ctx, userId), await this.reader.facts(ctx, userId)];
      await sendPage(ctx, reply, renderOwnCodes(page, { left: recoveryCodes, ...(listed ? { listed } : {}) }));
    });
  }

  @Post()
  async act(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      if (ctx.project.config.authentication.recovery_code.disabled) return redirectTo(reply, MFA);
      const userId = live.user.id;
      const works: Readonly<Record<string, () => Promise<void>>> = {
        download: async () => sendRecoveryCodes(reply, await this.downloadable(ctx, exchange, userId)),
        proceed: () => this.proceed(ctx, exchange, userId),
        regenerate: () => this.regenerate(ctx, exchange, userId),
      };
      const work = works[formOf(request).x_action ?? ""];
      if (!work) return sendText(reply, 400, "Unknown action");
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  /** Whoever has seen the codes goes on; a factor that waited for this is stored now, together with them. */
  private async proceed(ctx: ProjectContext, exchange: PageExchange, userId: UserId): Promise<void> {
    const token = tokenOf(exchange);
    if (token) {
      const { isStored } = await this.fresh(ctx, { userId, token });
      if (isStored) await this.tokens.delete(ctx, token);
      else await this.enrolment.run(ctx, { userId, token });
    }
    await goOn(exchange, MFA, "replace");
  }

  private async regenerate(ctx: ProjectContext, exchange: PageExchange, userId: UserId): Promise<void> {
    const recoveryCodes = await this.codes.regenerate(ctx, userId);
    const token = await this.tokens.create(ctx, { userId, operation: { kind: "recovery_codes", recoveryCodes } });
    await goOn(exchange, ownUrl(PAGE, queryOf(exchange.request), { q_token: token }), "replace");
  }

  private async downloadable(ctx: ProjectContext, exchange: PageExchange, userId: UserId): Promise<readonly string[]> {
    const token = tokenOf(exchange);
    if (token) return (await this.fresh(ctx, { userId, token })).codes;
    const listed: readonly ShownRecoveryCode[] = (await this.codes.list(ctx, userId)) ?? [];
    return listed.filter(({ consumed }) => !consumed).map(({ code }) => code);
  }

  /** Codes that wait to be seen. Throws `AccountManagementTokenInvalid`, `AccountManagementTokenNotBoundToUser`. */
  private async fresh(ctx: ProjectContext, { userId, token }: { userId: UserId; token: string }): Promise<{ codes: readonly string[]; isStored: boolean }> {
    const pending = await this.tokens.find(ctx, { token, userId, kinds: ["totp", "oob_otp", "recovery_codes"] });
    return { codes: pending.recoveryCodes ?? [], isStored: pending.kind === "recovery_codes" };
  }
}

const tokenOf = ({ request }: PageExchange): string | undefined => formOf(request).q_token ?? queryOf(request).q_token;
