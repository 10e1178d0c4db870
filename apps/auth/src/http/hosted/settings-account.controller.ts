import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { shownPasswordPolicy } from "@gatehouse/domain-authenticator";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ChangePassword, ScheduleOwnDeletion } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { clearedSessionCookies, cookieName, uiCookie } from "@gatehouse/record-sessions";
import { formOf, goOn, ownUrl, queryOf, redirectTo, refusedCrossSite, sendPage } from "./page-exchange.js";
import { renderAccountDeleted, renderChangePassword, renderDeleteAccount } from "./render-settings-pages.js";
import { SettingsActions } from "./settings-actions.js";
import { SettingsForms } from "./settings-forms.js";

const DELETED = "/settings/delete_account/success";
/** Names the page that may be shown once. */
const SUCCESS_COOKIE = "successful_page_path";
const SUCCESS_SECONDS = 300;

/** Settings pages of the account as a whole: its password, and its end (spec: auth UI §7). */
@Access("public")
@Controller("settings")
export class SettingsAccountController {
  constructor(
    private readonly actions: SettingsActions,
    private readonly forms: SettingsForms,
    private readonly password: ChangePassword,
    private readonly deletion: ScheduleOwnDeletion,
  ) {}

  @Get("change_password")
  async showPassword(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.actions.page(ctx, exchange, async () => sendPage(ctx, reply, renderChangePassword(await this.forms.page(ctx, exchange), shownPasswordPolicy(ctx.project.config))));
  }

  @Post("change_password")
  async changePassword(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.actions.page(ctx, exchange, async (live) => {
      const { x_old_password: oldPassword = "", x_new_password: newPassword = "", x_confirm_password } = formOf(request);
      if (newPassword !== x_confirm_password) return this.forms.refuse(ctx, exchange, { error: { reason: "NewPasswordTypo" } });
      const work = async () => {
        await this.password.run(ctx, { userId: live.user.id, kind: "primary", oldPassword, newPassword });
        await this.actions.done(ctx, exchange, { live, actions: ["change_password"] });
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  @Get("delete_account")
  async showDeletion(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    const { grace_period_days, scheduled_by_end_user_enabled } = ctx.project.config.account_deletion;
    await this.actions.page(ctx, exchange, async () => {
      if (!scheduled_by_end_user_enabled) return redirectTo(reply, "/settings");
      await sendPage(ctx, reply, renderDeleteAccount(await this.forms.page(ctx, exchange, "/settings/advanced_settings"), grace_period_days));
    });
  }

  @Post("delete_account")
  async deleteAccount(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.actions.page(ctx, exchange, async (live) => {
      const form = formOf(request);
      if (form.x_action !== "delete" || form.delete !== "DELETE") return this.forms.refuse(ctx, exchange, { error: { reason: "ValidationFailed" } });
      const work = async () => {
        await this.deletion.run(ctx, live.user.id);
        await this.actions.remember(ctx, exchange, live);
        writeCookies(reply, [...clearedSessionCookies(ctx), uiCookie(ctx, { suffix: SUCCESS_COOKIE, value: DELETED, maxAge: SUCCESS_SECONDS })]);
        await goOn(exchange, ownUrl(DELETED, queryOf(request)));
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  /** Shown once to whoever has just closed his account; nobody is signed in any more. */
  @Get("delete_account/success")
  async deleted(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.cookies[cookieName(ctx, SUCCESS_COOKIE)] !== DELETED) {
      const error = Buffer.from(JSON.stringify({ error: { reason: "WebUIInvalidSession" } })).toString("base64url");
      return redirectTo(reply, `/v2/errors/error?q_error=${error}`);
    }
    writeCookies(reply, [uiCookie(ctx, { suffix: SUCCESS_COOKIE, value: "" })]);
    await sendPage(ctx, reply, renderAccountDeleted({ appName: projectName(ctx), action: request.url }));
  }

  @Post("delete_account/success")
  async leave(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    if (await refusedCrossSite(ctx, exchange)) return;
    await this.actions.finishLater(ctx, exchange, { actions: ["delete_account"] });
  }
}
