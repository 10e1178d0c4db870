import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { shownPasswordPolicy } from "@gatehouse/domain-authenticator";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AccountReader, AccountTokens, ChangePassword, DeleteAuthenticator, RecoveryCodes } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { formOf, goOn, ownUrl, queryOf, redirectTo, sendPage, sendText } from "./page-exchange.js";
import { renderSecondaryPassword, renderSecondaryPasswordForm } from "./render-mfa-password.js";
import { FactorPages } from "./settings-factor-pages.js";
import { SettingsForms } from "./settings-forms.js";

const MFA = "/settings/mfa";
const PAGE = `${MFA}/password`;

/** Settings pages of the additional password (spec: auth UI §7). */
@Access("public")
@Controller("settings/mfa")
export class SettingsMfaPasswordController {
  constructor(
    private readonly pages: FactorPages,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly passwords: ChangePassword,
    private readonly remove: DeleteAuthenticator,
    private readonly codes: RecoveryCodes,
    private readonly tokens: AccountTokens,
  ) {}

  @Get("password")
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const { authenticators } = await this.reader.facts(ctx, live.user.id);
      const isSet = authenticators.some(({ type, kind }) => type === "password" && kind === "secondary");
      await sendPage(ctx, reply, renderSecondaryPassword(await this.forms.page(ctx, exchange, MFA), { isSet, mayAdd: this.pages.isOffered(ctx, "password") }));
    });
  }

  @Post("password")
  async act(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      if (formOf(request).x_action !== "remove") return sendText(reply, 400, "Unknown action");
      const work = async () => {
        await this.remove.secondaryPassword(ctx, live.user.id);
        await goOn(exchange, PAGE, "replace");
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  @Get(["create_password", "change_password"])
  async ask(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async () => {
      const creates = request.url.startsWith(`${MFA}/create_password`);
      if (creates && !this.pages.isOffered(ctx, "password")) return redirectTo(reply, MFA);
      await sendPage(ctx, reply, renderSecondaryPasswordForm(await this.forms.page(ctx, exchange, PAGE), { creates, policy: shownPasswordPolicy(ctx.project.config) }));
    });
  }

  @Post("create_password")
  async create(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      if (!this.pages.isOffered(ctx, "password")) return redirectTo(reply, MFA);
      const { x_password: password = "", x_confirm_password } = formOf(request);
      if (password !== x_confirm_password) return this.forms.refuse(ctx, exchange, { error: { reason: "NewPasswordTypo" } });
      const userId = live.user.id;
      const work = async () => {
        await this.passwords.createSecondary(ctx, { userId, password });
        const recoveryCodes = await this.codes.makeMissing(ctx, userId);
        if (!recoveryCodes) return goOn(exchange, PAGE, "replace");
        const token = await this.tokens.create(ctx, { userId, operation: { kind: "recovery_codes", recoveryCodes } });
        await goOn(exchange, ownUrl(`${MFA}/view_recovery_code`, queryOf(request), { q_token: token }), "replace");
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  @Post("change_password")
  async change(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const { x_old_password: oldPassword = "", x_new_password: newPassword = "", x_confirm_password } = formOf(request);
      if (newPassword !== x_confirm_password) return this.forms.refuse(ctx, exchange, { error: { reason: "NewPasswordTypo" } });
      const work = async () => {
        await this.passwords.run(ctx, { userId: live.user.id, kind: "secondary", oldPassword, newPassword });
        await goOn(exchange, PAGE, "replace");
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }
}
