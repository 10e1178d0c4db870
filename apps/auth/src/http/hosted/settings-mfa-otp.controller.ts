import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AccountReader, AccountTokens, DeleteAuthenticator, EnrolOneTimePassword, ResendCode } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { pageText } from "../pages/index.js";
import { formOf, goOn, ownUrl, pathOfRequest, queryOf, redirectTo, sendPage, sendText, takeFlash, writeFlash } from "./page-exchange.js";
import { askedChannel, channelField } from "./phone-channels.js";
import { renderEnterOtp, renderNewOtp } from "./render-mfa-enrolment.js";
import { renderFactors } from "./render-mfa.js";
import { FactorPages } from "./settings-factor-pages.js";
import { SettingsForms } from "./settings-forms.js";

const MFA = "/settings/mfa";

/** Settings pages of addresses that codes are sent to as a second step (spec: auth UI §7). */
@Access("public")
@Controller("settings/mfa")
export class SettingsMfaOtpController {
  constructor(
    private readonly pages: FactorPages,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly tokens: AccountTokens,
    private readonly enrol: EnrolOneTimePassword,
    private readonly resending: ResendCode,
    private readonly remove: DeleteAuthenticator,
  ) {}

  @Get(["oob_otp_email", "oob_otp_sms"])
  async list(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const type = typeOf(request);
      const { authenticators } = await this.reader.facts(ctx, live.user.id);
      await sendPage(ctx, reply, renderFactors(await this.forms.page(ctx, exchange, MFA), { type, authenticators, mayAdd: this.pages.isOffered(ctx, type) }));
    });
  }

  @Post(["oob_otp_email", "oob_otp_sms"])
  async change(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const { x_action: action, x_authenticator_id: authenticatorId = "" } = formOf(request);
      if (action !== "remove") return sendText(reply, 400, "Unknown action");
      const work = async () => {
        await this.remove.run(ctx, { userId: live.user.id, authenticatorId });
        await goOn(exchange, pathOfRequest(request), "replace");
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  @Get(["create_oob_otp_email", "create_oob_otp_sms"])
  async askTarget(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async () => {
      const type = typeOf(request);
      if (!this.pages.isOffered(ctx, type)) return redirectTo(reply, MFA);
      const page = await this.forms.page(ctx, exchange, `${MFA}/${type}`);
      const channel = type === "oob_otp_sms" ? { channel: channelField(ctx.project.config) } : {};
      await sendPage(ctx, reply, renderNewOtp(page, { type, value: page.typed.x_target ?? "", ...channel }));
    });
  }

  @Post(["create_oob_otp_email", "create_oob_otp_sms"])
  async sendCode(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const [type, form] = [typeOf(request), formOf(request)];
      if (!this.pages.isOffered(ctx, type)) return redirectTo(reply, MFA);
      const channel = type === "oob_otp_email" ? "email" : askedChannel(ctx.project.config, form.x_channel);
      const work = async () => {
        const { token } = await this.enrol.start(ctx, { userId: live.user.id, channel, target: form.x_target ?? "" });
        await goOn(exchange, ownUrl(`${MFA}/enter_oob_otp`, queryOf(request), { q_token: token }));
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  @Get("enter_oob_otp")
  async askCode(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const { target, channel } = await this.tokens.find(ctx, { token: queryOf(request).q_token ?? "", userId: live.user.id, kinds: ["oob_otp"] });
      const page = await this.forms.page(ctx, exchange, `${MFA}/create_oob_otp_${channel === "email" ? "email" : "sms"}`);
      const notice = takeFlash(ctx, exchange) === "resend_code_success" && !page.error ? { notice: pageText("v2.page.enter-code.default.resent") } : {};
      await sendPage(ctx, reply, renderEnterOtp({ ...page, ...notice }, target));
    });
  }

  @Post("enter_oob_otp")
  async takeCode(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const form = formOf(request);
      const [userId, token] = [live.user.id, queryOf(request).q_token ?? ""];
      const works: Readonly<Record<string, () => Promise<void>>> = {
        submit: async () => {
          const { channel } = await this.tokens.find(ctx, { token, userId, kinds: ["oob_otp"] });
          const resumed = await this.enrol.resume(ctx, { userId, token, code: form.x_code ?? "" });
          await this.pages.finish(ctx, exchange, { userId, resumed, next: `${MFA}/oob_otp_${channel === "email" ? "email" : "sms"}` });
        },
        resend: async () => {
          await this.resending.run(ctx, { userId, token });
          writeFlash(ctx, reply, "resend_code_success");
          await goOn(exchange, request.url, "replace");
        },
      };
      const work = works[form.x_action ?? ""];
      if (!work) return sendText(reply, 400, "Unknown action");
      await this.forms.attempt(ctx, exchange, { work });
    });
  }
}

const typeOf = (request: FastifyRequest): "oob_otp_email" | "oob_otp_sms" => (pathOfRequest(request).endsWith("email") ? "oob_otp_email" : "oob_otp_sms");
