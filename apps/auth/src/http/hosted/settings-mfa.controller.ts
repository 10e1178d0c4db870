import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AccountReader, DeleteAuthenticator, EnrolTotp, ForgetDevices } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { formOf, goOn, ownUrl, queryOf, sendPage, sendText } from "./page-exchange.js";
import { renderFactors, renderMfa } from "./render-mfa.js";
import { renderEnterTotp, renderNewTotp } from "./render-mfa-enrolment.js";
import { FactorPages } from "./settings-factor-pages.js";
import { SettingsForms } from "./settings-forms.js";

const MFA = "/settings/mfa";

/** Settings pages of the second step of a login: what there is, and authenticator apps (spec: auth UI §7). */
@Access("public")
@Controller("settings/mfa")
export class SettingsMfaController {
  constructor(
    private readonly pages: FactorPages,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly totp: EnrolTotp,
    private readonly remove: DeleteAuthenticator,
    private readonly devices: ForgetDevices,
  ) {}

  @Get()
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const facts = await this.reader.facts(ctx, live.user.id);
      await sendPage(ctx, reply, renderMfa(await this.forms.page(ctx, exchange), { config: ctx.project.config.authentication, facts }));
    });
  }

  @Post()
  async act(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      if (formOf(request).x_action !== "revoke_device") return sendText(reply, 400, "Unknown action");
      await this.devices.run(ctx, live.user.id);
      await goOn(exchange, MFA, "replace");
    });
  }

  @Get("totp")
  async list(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const { authenticators } = await this.reader.facts(ctx, live.user.id);
      const listed = { type: "totp", authenticators, mayAdd: this.pages.isOffered(ctx, "totp") } as const;
      await sendPage(ctx, reply, renderFactors(await this.forms.page(ctx, exchange, MFA), listed));
    });
  }

  @Post("totp")
  async change(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const form = formOf(request);
      const userId = live.user.id;
      if (form.x_action === "create_totp" && this.pages.isOffered(ctx, "totp")) {
        const { token } = await this.totp.start(ctx, userId);
        return goOn(exchange, ownUrl(`${MFA}/create_totp`, queryOf(request), { q_token: token }));
      }
      if (form.x_action !== "remove") return sendText(reply, 400, "Unknown action");
      const work = async () => {
        await this.remove.run(ctx, { userId, authenticatorId: form.x_authenticator_id ?? "" });
        await goOn(exchange, `${MFA}/totp`, "replace");
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  @Get("create_totp")
  async secret(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const { q_token: token = "" } = queryOf(request);
      const { secret, uri } = await this.totp.started(ctx, { userId: live.user.id, token });
      const next = ownUrl(`${MFA}/enter_totp`, queryOf(request), { q_token: token });
      await sendPage(ctx, reply, renderNewTotp(await this.forms.page(ctx, exchange, `${MFA}/totp`), { secret, uri, next }));
    });
  }

  /** The button of apps that send a form where our page has a link. */
  @Post("create_totp")
  async proceed(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.pages.page(ctx, { request, reply }, () => goOn({ request, reply }, ownUrl(`${MFA}/enter_totp`, queryOf(request), { q_token: queryOf(request).q_token ?? "" })));
  }

  @Get("enter_totp")
  async askCode(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const { q_token: token = "" } = queryOf(request);
      await this.totp.started(ctx, { userId: live.user.id, token });
      const back = ownUrl(`${MFA}/create_totp`, queryOf(request), { q_token: token });
      await sendPage(ctx, reply, renderEnterTotp(await this.forms.page(ctx, exchange, back)));
    });
  }

  @Post("enter_totp")
  async takeCode(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.pages.page(ctx, exchange, async (live) => {
      const form = formOf(request);
      if (form.x_action !== "submit") return sendText(reply, 400, "Unknown action");
      const work = async () => {
        const displayName = `TOTP @ ${ctx.now().toISOString().slice(0, 19)}Z`;
        const resumed = await this.totp.resume(ctx, { userId: live.user.id, token: queryOf(request).q_token ?? "", displayName, code: form.x_code ?? "" });
        await this.pages.finish(ctx, exchange, { userId: live.user.id, resumed, next: `${MFA}/totp` });
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }
}
