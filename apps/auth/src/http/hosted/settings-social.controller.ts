import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AccountReader, DeleteIdentity, LinkSocialAccount } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import type { LiveSession } from "@gatehouse/record-sessions";
import { pageText } from "../pages/index.js";
import { formOf, ownUrl, type PageExchange, queryOf, sendPage, sendText } from "./page-exchange.js";
import { providerName } from "./render-entry.js";
import { renderSocialAccounts, type ShownProvider } from "./render-settings-pages.js";
import { SettingsActions } from "./settings-actions.js";
import { SettingsForms } from "./settings-forms.js";
import { SocialLinking } from "./social-linking.js";

const PATH = "/settings/identity/oauth";

/** Settings page of social accounts; an app may send its users here to link one account, or to unlink it (spec: oauth-oidc §11). */
@Access("public")
@Controller("settings/identity/oauth")
export class SettingsSocialController {
  constructor(
    private readonly actions: SettingsActions,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly link: LinkSocialAccount,
    private readonly linking: SocialLinking,
    private readonly remove: DeleteIdentity,
  ) {}

  @Get()
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.actions.page(ctx, exchange, async (live) => {
      const { x_settings_action_id: actionId, x_provider_alias: alias } = queryOf(request);
      const { identities } = await this.reader.facts(ctx, live.user.id);
      if (actionId && alias) return this.showAction(ctx, exchange, { live, alias, identities });
      await this.showProviders(ctx, exchange, { providers: this.providers(ctx, identities) });
    });
  }

  @Post()
  async act(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.actions.page(ctx, exchange, async (live) => {
      const form = formOf(request);
      const alias = form.x_provider_alias ?? queryOf(request).x_provider_alias ?? "";
      const userId = live.user.id;
      const works: Readonly<Record<string, () => Promise<void>>> = {
        add: () => this.linking.start(ctx, exchange, { userId, alias, back: ownUrl(PATH, queryOf(request)) }),
        remove: async () => {
          await this.remove.run(ctx, { userId, identityId: form.q_identity_id ?? "", type: "oauth" });
          await this.actions.done(ctx, exchange, { live, actions: ["unlink_oauth"], otherwise: PATH });
        },
      };
      const work = works[form.x_action ?? ""];
      if (!work) return sendText(reply, 400, "Unknown action");
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  /** The page of one account, in the course of an app's action. */
  private async showAction(
    ctx: ProjectContext,
    exchange: PageExchange,
    { live, alias, identities }: { live: LiveSession; alias: string; identities: readonly Identity[] },
  ): Promise<void> {
    const query = queryOf(exchange.request);
    const own = this.providers(ctx, identities).filter((provider) => provider.alias === alias);
    const isLinked = own.some(({ identityId }) => identityId !== undefined);
    if (query.x_settings_action === "unlink_oauth")
      return this.showProviders(ctx, exchange, isLinked ? { providers: own } : { providers: [], notice: pageText("v2.page.settings-social.default.not-connected") });
    if (isLinked && query.q_oauth_linked === "1") return this.actions.done(ctx, exchange, { live, actions: ["link_oauth"] });
    if (isLinked) return this.showProviders(ctx, exchange, { providers: [], notice: pageText("v2.page.settings-social.default.connected") });
    if (query.q_sso_error === "1") return this.showProviders(ctx, exchange, { providers: own });
    await this.linking.start(ctx, exchange, { userId: live.user.id, alias, back: ownUrl(PATH, query) });
  }

  private async showProviders(ctx: ProjectContext, exchange: PageExchange, { providers, notice }: { providers: ShownProvider[]; notice?: string }): Promise<void> {
    const page = await this.forms.page(ctx, exchange);
    const provider = providers.find(({ alias }) => alias === queryOf(exchange.request).x_provider_alias);
    const isTaken = page.failure?.reason === "AccountManagementDuplicatedIdentity" && provider !== undefined;
    const error = isTaken ? { error: pageText("v2.page.settings-social.default.taken", { Provider: provider.name }) } : {};
    await sendPage(ctx, exchange.reply, renderSocialAccounts({ ...page, ...error, ...(notice ? { notice } : {}) }, providers));
  }

  private providers(ctx: ProjectContext, identities: readonly Identity[]): ShownProvider[] {
    const offered = this.link.providers(ctx);
    const options = offered.map(({ alias, type }) => ({ alias, provider_type: type }));
    return offered.map(({ alias, type, createDisabled, deleteDisabled }) => {
      const identityId = identities.find(({ details }) => details.oauth?.alias === alias)?.id;
      const name = providerName({ alias, provider_type: type }, options);
      return { alias, name, mayAdd: !createDisabled, mayRemove: !deleteDisabled, ...(identityId ? { identityId } : {}) };
    });
  }
}
