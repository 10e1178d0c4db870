import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { invariantViolated } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AccountReader, AddPasskey, type DeletableIdentity, DeleteIdentity } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import type { LiveSession } from "@gatehouse/record-sessions";
import { jsonOf } from "./form-meaning.js";
import { formOf, goOn, type PageExchange, pathOfRequest, redirectTo, sendPage, sendText } from "./page-exchange.js";
import { renderBiometric, renderPasskeys } from "./render-passkeys.js";
import { SettingsForms } from "./settings-forms.js";
import { SettingsGuard } from "./settings-guard.js";

/** Settings pages of passkeys, and of devices whose own lock signs in (spec: auth UI §7, §14). */
@Access("public")
@Controller("settings")
export class SettingsPasskeysController {
  constructor(
    private readonly guard: SettingsGuard,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly passkeys: AddPasskey,
    private readonly remove: DeleteIdentity,
  ) {}

  @Get("passkey")
  async showPasskeys(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, async (live) => {
      const userId = live.user.id;
      const options = mayAdd(ctx) ? { options: await this.passkeys.options(ctx, userId) } : {};
      const [page, identities] = [await this.forms.page(ctx, exchange), await this.own(ctx, live, "passkey")];
      await sendPage(ctx, reply, (nonce) => renderPasskeys({ ...page, nonce }, { identities, ...options }));
    });
  }

  @Post("passkey")
  async changePasskeys(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, (live) =>
      this.act(ctx, exchange, {
        add: async () => {
          if (!mayAdd(ctx)) throw invariantViolated("IdentityModifyDisabled", "identity modification disabled");
          await this.passkeys.run(ctx, { userId: live.user.id, response: jsonOf(formOf(request).x_attestation_response) });
        },
        remove: () => this.removeOwn(ctx, exchange, { live, type: "passkey" }),
      }),
    );
  }

  @Get("biometric")
  async showDevices(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, async (live) => {
      if (!ctx.project.config.identity.biometric.list_enabled) return redirectTo(reply, "/settings");
      await sendPage(ctx, reply, renderBiometric(await this.forms.page(ctx, exchange), await this.own(ctx, live, "biometric")));
    });
  }

  @Post("biometric")
  async changeDevices(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, (live) => this.act(ctx, exchange, { remove: () => this.removeOwn(ctx, exchange, { live, type: "biometric" }) }));
  }

  /** Does one of the page's actions, and comes back to it. */
  private async act(ctx: ProjectContext, exchange: PageExchange, works: Readonly<Record<string, () => Promise<void>>>): Promise<void> {
    const act = works[formOf(exchange.request).x_action ?? ""];
    if (!act) return sendText(exchange.reply, 400, "Unknown action");
    const work = async () => {
      await act();
      await goOn(exchange, pathOfRequest(exchange.request), "replace");
    };
    await this.forms.attempt(ctx, exchange, { work });
  }

  private async removeOwn(ctx: ProjectContext, { request }: PageExchange, { live, type }: { live: LiveSession; type: DeletableIdentity }): Promise<void> {
    await this.remove.run(ctx, { userId: live.user.id, identityId: formOf(request).x_identity_id ?? "", type });
  }

  private async own(ctx: ProjectContext, live: LiveSession, type: Identity["type"]): Promise<Identity[]> {
    const { identities } = await this.reader.facts(ctx, live.user.id);
    return identities.filter((one) => one.type === type).toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  }
}

const mayAdd = ({ project: { config } }: ProjectContext): boolean => config.authentication.identities.includes("passkey");
