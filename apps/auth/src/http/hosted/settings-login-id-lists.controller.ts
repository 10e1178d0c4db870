import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import type { ProjectConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { AccountReader, DeleteIdentity, StartLoginIdChange, UpdateProfile } from "@gatehouse/feature-account";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import type { LiveSession } from "@gatehouse/record-sessions";
import { formOf, goOn, ownUrl, type PageExchange, pathOfRequest, queryOf, redirectTo, sendPage, sendText } from "./page-exchange.js";
import { type ListedLoginIds, renderLoginId, renderLoginIds, renderPrimaryChoice } from "./render-login-ids.js";
import { SettingsForms } from "./settings-forms.js";
import { SettingsGuard } from "./settings-guard.js";
import { loginIdsOf } from "./settings-menu.js";

type Type = ListedLoginIds["type"];

const PRIMARY = { email: "/email", phone: "/phone_number", username: "/preferred_username" } as const;

/** Settings pages that list email addresses, phone numbers and user names, show one of them, and choose the main one (spec: auth UI §7). */
@Access("public")
@Controller("settings/identity")
export class SettingsLoginIdListsController {
  constructor(
    private readonly guard: SettingsGuard,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly start: StartLoginIdChange,
    private readonly remove: DeleteIdentity,
    private readonly profile: UpdateProfile,
  ) {}

  @Get(["email", "phone", "username"])
  async list(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.guard.page(ctx, { request, reply }, async (live) => {
      const listed = await this.listed(ctx, { request, reply }, live);
      await sendPage(ctx, reply, renderLoginIds(await this.forms.page(ctx, { request, reply }), listed));
    });
  }

  @Get(["view_email", "view_phone", "view_username"])
  async view(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, async (live) => {
      const listed = await this.listed(ctx, exchange, live);
      const { q_identity_id: id, q_login_id: value } = queryOf(request);
      const found = listed.values.find(({ identity }) => (id ? identity.id === id : identity.loginId === value || identity.originalLoginId === value));
      if (!found) return redirectTo(reply, listUrl(listed));
      await sendPage(ctx, reply, renderLoginId(await this.forms.page(ctx, exchange, listUrl(listed)), { ...listed, shown: found }));
    });
  }

  @Post(["view_email", "view_phone", "view_username"])
  async act(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, async (live) => {
      const [form, type, key] = [formOf(request), typeOf(request), keyOf(ctx.project.config, request)];
      const { x_identity_id: identityId = "", x_login_id: value = "" } = form;
      const userId = live.user.id;
      const works: Readonly<Record<string, () => Promise<void>>> = {
        remove: async () => {
          await this.remove.run(ctx, { userId, identityId, type });
          await goOn(exchange, listUrl({ type, key }), "replace");
        },
        verify: async () => {
          const { token } = await this.start.update(ctx, { userId, type, key, value, identityId, isVerificationRequested: true });
          await goOn(exchange, token ? ownUrl(`/settings/identity/verify_${type}`, {}, { q_login_id_key: key, q_token: token }) : listUrl({ type, key }));
        },
      };
      const work = works[form.x_action ?? ""];
      if (!work) return sendText(reply, 400, "Unknown action");
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  @Get(["change_primary_email", "change_primary_phone"])
  async choose(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, async (live) => {
      const listed = await this.listed(ctx, exchange, live);
      const pointer = PRIMARY[listed.type];
      const facts = await this.reader.facts(ctx, live.user.id);
      const choices = ownValues(facts, pointer.slice(1));
      const page = await this.forms.page(ctx, exchange, listUrl(listed));
      await sendPage(ctx, reply, renderPrimaryChoice(page, { type: listed.type, pointer, choices, current: String(facts.user.standardAttributes[pointer.slice(1)] ?? "") }));
    });
  }

  @Post(["change_primary_email", "change_primary_phone"])
  async choosePrimary(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.page(ctx, exchange, async (live) => {
      const [form, type] = [formOf(request), typeOf(request)];
      if (form.x_action !== "save") return sendText(reply, 400, "Unknown action");
      const pointer = PRIMARY[type];
      const work = async () => {
        await this.profile.run(ctx, { userId: live.user.id, attributes: [{ pointer, value: form[pointer] ?? "" }] });
        await goOn(exchange, listUrl({ type, key: keyOf(ctx.project.config, request) }), "replace");
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  private async listed(ctx: ProjectContext, { request }: PageExchange, live: LiveSession): Promise<ListedLoginIds> {
    const { config } = ctx.project;
    const [type, key] = [typeOf(request), keyOf(config, request)];
    const declared = config.identity.login_id.keys.find((one) => (one.key ?? one.type) === key && one.type === type);
    const facts = await this.reader.facts(ctx, live.user.id);
    const may = (switched: "create_disabled" | "update_disabled" | "delete_disabled") => declared?.[switched] === false;
    const main = facts.user.standardAttributes[PRIMARY[type].slice(1)];
    const rights = { mayAdd: may("create_disabled"), mayChange: may("update_disabled"), mayRemove: may("delete_disabled") };
    const mayChoose = type !== "username" && ownValues(facts, PRIMARY[type].slice(1)).length > 1;
    return { type, key, values: loginIdsOf(config, facts, key), mayChoose, ...rights, ...(typeof main === "string" ? { main } : {}) };
  }
}

/** Values of a claim that the user's identities carry, each once, oldest first. */
function ownValues({ identities }: Pick<UserFacts, "identities">, claim: string): string[] {
  const ordered = identities.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return [...new Set(ordered.flatMap(({ claims }) => (typeof claims[claim] === "string" ? [claims[claim]] : [])))];
}

const typeOf = (request: FastifyRequest): Type => /(email|phone|username)$/.exec(pathOfRequest(request))?.[1] as Type;

/** The key that the address names, else the first of the type. */
function keyOf(config: ProjectConfig, request: FastifyRequest): string {
  const type = typeOf(request);
  const first = config.identity.login_id.keys.find((key) => key.type === type);
  return queryOf(request).q_login_id_key ?? first?.key ?? type;
}

const listUrl = ({ type, key }: Pick<ListedLoginIds, "type" | "key">): string => ownUrl(`/settings/identity/${type}`, {}, { q_login_id_key: key });
