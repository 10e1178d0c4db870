import { Controller, Get, Req, Res } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AccountReader } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { SettingsForms } from "./settings-forms.js";
import { queryOf, redirectTo, sendPage } from "./page-exchange.js";
import { renderAdvancedSettings } from "./render-settings-pages.js";
import { renderSettingsHome } from "./render-settings-home.js";
import { isGuest, SettingsGuard } from "./settings-guard.js";
import { personName, pictureOf, settingsMenu } from "./settings-menu.js";

/** The first page of the settings, and the page of what is rarely wanted (spec: auth UI §7). */
@Access("public")
@Controller("settings")
export class SettingsHomeController {
  constructor(
    private readonly guard: SettingsGuard,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
  ) {}

  @Get()
  async home(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.guard.openPage(ctx, { request, reply }, async (live) => {
      const { config } = ctx.project;
      const facts = await this.reader.facts(ctx, live.user.id);
      const [picture, clientUri] = [pictureOf(config, facts), clientUriOf(ctx, queryOf(request).client_id)];
      const shown = { appName: projectName(ctx), name: personName(config, facts), ...(picture ? { picture } : {}), ...(clientUri ? { clientUri } : {}) };
      await sendPage(ctx, reply, renderSettingsHome(isGuest(live) ? shown : { ...shown, menu: settingsMenu(config, facts) }));
    });
  }

  @Get("advanced_settings")
  async advanced(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, async () => {
      if (!ctx.project.config.account_deletion.scheduled_by_end_user_enabled) return redirectTo(reply, "/settings");
      await sendPage(ctx, reply, renderAdvancedSettings(await this.forms.page(ctx, exchange)));
    });
  }
}

/** Home page of the application that a person came from, else the project's own (spec: auth UI §5). */
function clientUriOf({ project: { config } }: ProjectContext, clientId: string | undefined): string | undefined {
  const client = config.oauth.clients.find((one) => one.client_id === clientId);
  return client?.client_uri || config.ui.default_client_uri || undefined;
}
