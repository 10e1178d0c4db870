import { Controller, Get, Param, Post, Req, Res } from "@nestjs/common";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AccountReader, AccountTokens, ResendCode, ResumeLoginIdChange, StartLoginIdChange } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import type { LiveSession } from "@gatehouse/record-sessions";
import { pageText, renderNotFoundPage } from "../pages/index.js";
import { formOf, goOn, ownUrl, type PageExchange, queryOf, sendPage, sendText, takeFlash, writeFlash } from "./page-exchange.js";
import { askedChannel, channelField } from "./phone-channels.js";
import { renderLoginIdPage, renderNothingToChange, renderVerifyLoginId } from "./render-settings-pages.js";
import { SettingsActions } from "./settings-actions.js";
import { SettingsForms } from "./settings-forms.js";

type Type = "email" | "phone" | "username";
interface Change {
  verb: "add" | "change";
  type: Type;
}

const PAGE = /^(add|change)_(email|phone|username)$/;
const VERIFY = /^verify_(email|phone)$/;

/** Settings pages of email addresses, phone numbers and user names: adding, changing, proving (spec: auth UI §7). */
@Access("public")
@Controller("settings/identity")
export class SettingsLoginIdsController {
  constructor(
    private readonly actions: SettingsActions,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly start: StartLoginIdChange,
    private readonly resume: ResumeLoginIdChange,
    private readonly resending: ResendCode,
    private readonly tokens: AccountTokens,
  ) {}

  @Get(":page")
  async show(@Ctx() ctx: ProjectContext, @Param("page") page: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    const verified = VERIFY.exec(page);
    const change = changeOf(page);
    if (!verified && !change) return notFound(reply);
    await this.actions.page(ctx, exchange, (live) => (change ? this.showChange(ctx, exchange, { live, change }) : this.showVerify(ctx, exchange, live)));
  }

  @Post(":page")
  async answer(@Ctx() ctx: ProjectContext, @Param("page") page: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    const verified = VERIFY.exec(page);
    const change = changeOf(page);
    if (!verified && !change) return notFound(reply);
    await this.actions.page(ctx, exchange, async (live) => {
      if (change) return this.forms.attempt(ctx, exchange, { work: () => this.change(ctx, exchange, { live, change }) });
      await this.verify(ctx, exchange, { live, type: verified?.[1] as Type });
    });
  }

  private async showChange(ctx: ProjectContext, exchange: PageExchange, { live, change }: { live: LiveSession; change: Change }): Promise<void> {
    const { verb, type } = change;
    const own = verb === "change" ? await this.own(ctx, exchange, { live, type }) : undefined;
    const page = await this.forms.page(ctx, exchange, ownUrl(`/settings/identity/${type}`, {}, { q_login_id_key: keyOf(ctx, exchange, type) }));
    if (verb === "change" && !own) return sendPage(ctx, exchange.reply, renderNothingToChange(page, `v2.page.settings-change-${type}.default.title`));
    const value = page.typed.x_login_id ?? own?.originalLoginId ?? "";
    const fields = { x_login_id_key: keyOf(ctx, exchange, type), ...(own ? { x_identity_id: own.id } : {}) };
    await sendPage(ctx, exchange.reply, renderLoginIdPage(page, { verb, type, value, fields, ...(type === "phone" ? { channel: channelField(ctx.project.config) } : {}) }));
  }

  private async change(ctx: ProjectContext, exchange: PageExchange, { live, change }: { live: LiveSession; change: Change }): Promise<void> {
    const { verb, type } = change;
    const form = formOf(exchange.request);
    const channel = type === "phone" ? askedChannel(ctx.project.config, form.x_channel) : undefined;
    const key = form.x_login_id_key ?? keyOf(ctx, exchange, type);
    const wish = { userId: live.user.id, type, key, value: form.x_login_id ?? "", ...(channel ? { channel } : {}) };
    const identityId = form.x_identity_id ?? (verb === "change" ? (await this.own(ctx, exchange, { live, type }))?.id : undefined) ?? "";
    const started = verb === "add" ? await this.start.add(ctx, wish) : await this.start.update(ctx, { ...wish, identityId });
    if (!started.token) return this.actions.done(ctx, exchange, { live, actions: [`${verb}_${type}`] });
    await goOn(exchange, ownUrl(`/settings/identity/verify_${type}`, queryOf(exchange.request), { q_login_id_key: key, q_token: started.token }));
  }

  private async showVerify(ctx: ProjectContext, exchange: PageExchange, live: LiveSession): Promise<void> {
    const { q_token: token = "", q_login_id_key: key = "" } = queryOf(exchange.request);
    const { value } = await this.tokens.find(ctx, { token, userId: live.user.id, kinds: ["login_id"] });
    const page = await this.forms.page(ctx, exchange);
    const notice = takeFlash(ctx, exchange) === "resend_code_success" && !page.error ? { notice: pageText("v2.page.enter-code.default.resent") } : {};
    await sendPage(ctx, exchange.reply, renderVerifyLoginId({ ...page, ...notice }, { target: value, fields: { q_token: token, x_login_id_key: key } }));
  }

  private async verify(ctx: ProjectContext, exchange: PageExchange, { live, type }: { live: LiveSession; type: Type }): Promise<void> {
    const form = { ...queryOf(exchange.request), ...formOf(exchange.request) };
    const token = form.q_token ?? "";
    const userId = live.user.id;
    const works: Readonly<Record<string, () => Promise<void>>> = {
      submit: async () => {
        await this.resume.run(ctx, { userId, token, key: form.x_login_id_key ?? form.q_login_id_key ?? type, code: form.x_code ?? "" });
        await this.actions.done(ctx, exchange, { live, actions: [`add_${type}`, `change_${type}`] });
      },
      resend: async () => {
        await this.resending.run(ctx, { userId, token });
        writeFlash(ctx, exchange.reply, "resend_code_success");
        await goOn(exchange, exchange.request.url, "replace");
      },
    };
    const work = works[form.x_action ?? ""];
    if (!work) return sendText(exchange.reply, 400, "Unknown action");
    await this.forms.attempt(ctx, exchange, { work });
  }

  /** The login id to be changed: the one that is named by id or value, else the first of its key. */
  private async own(ctx: ProjectContext, exchange: PageExchange, { live, type }: { live: LiveSession; type: Type }): Promise<Identity | undefined> {
    const { q_identity_id: id, q_login_id: value } = queryOf(exchange.request);
    const { identities } = await this.reader.facts(ctx, live.user.id);
    const mine = identities.filter(({ loginIdType }) => loginIdType === type);
    if (id) return mine.find((one) => one.id === id);
    if (value) return mine.find(({ loginId, originalLoginId }) => loginId === value || originalLoginId === value);
    const key = keyOf(ctx, exchange, type);
    return mine.toReversed().find(({ loginIdKey }) => loginIdKey === key);
  }
}

async function notFound(reply: FastifyReply): Promise<void> {
  await reply.status(404).type("text/html; charset=utf-8").send(renderNotFoundPage());
}

function changeOf(page: string): Change | undefined {
  const [, verb, type] = PAGE.exec(page) ?? [];
  return verb && type ? { verb: verb as Change["verb"], type: type as Type } : undefined;
}

/** The key that the address names, else the first of the type. */
function keyOf(ctx: ProjectContext, { request }: PageExchange, type: Type): string {
  const first = ctx.project.config.identity.login_id.keys.find((key) => key.type === type);
  return queryOf(request).q_login_id_key ?? first?.key ?? type;
}
