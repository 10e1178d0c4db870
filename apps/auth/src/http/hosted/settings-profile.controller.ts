import { Controller, Get, Param, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { PatchedAttribute, UserFacts } from "@gatehouse/domain-user";
import { AccountReader, UpdateProfile } from "@gatehouse/feature-account";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { ImageUploads, readFileForm } from "@gatehouse/service-images";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { uploadLimit } from "../images/upload-limit.js";
import { renderNotFoundPage } from "../pages/index.js";
import type { Form } from "./form-meaning.js";
import { formOf, goOn, type PageExchange, queryOf, sendPage, sendText } from "./page-exchange.js";
import { editablePointers, isProfileVariant, type ProfileVariant, readProfileEdit } from "./profile-edits.js";
import { profileView } from "./profile-view.js";
import { renderNoPermission, renderOwnProfile, renderProfileEdit } from "./render-own-profile.js";
import { SettingsForms } from "./settings-forms.js";
import { isGuest, SettingsGuard } from "./settings-guard.js";
import { personName, pictureOf } from "./settings-menu.js";

const PROFILE = "/settings/profile";

/** An edit page that may be used: what it edits, of whom. */
interface Editing {
  variant: ProfileVariant;
  pointers: string[];
  facts: UserFacts;
}

/** Settings pages of a person's attributes (spec: auth UI §7, user model §7). */
@Access("public")
@Controller("settings/profile")
export class SettingsProfileController {
  constructor(
    private readonly guard: SettingsGuard,
    private readonly forms: SettingsForms,
    private readonly reader: AccountReader,
    private readonly profile: UpdateProfile,
    private readonly uploads: ImageUploads,
    private readonly limiter: RateLimiter,
  ) {}

  @Get()
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.guard.openPage(ctx, exchange, async (live) => {
      const { config } = ctx.project;
      const facts = await this.reader.facts(ctx, live.user.id);
      const picture = pictureOf(config, facts);
      const shown = { view: profileView(config, facts, isGuest(live)), name: personName(config, facts), ...(picture ? { picture } : {}) };
      await sendPage(ctx, reply, renderOwnProfile(await this.forms.page(ctx, exchange), shown));
    });
  }

  @Get(":variant/edit")
  async edit(@Ctx() ctx: ProjectContext, @Param("variant") variant: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.editing(ctx, exchange, variant, async (editing) => {
      const { config } = ctx.project;
      const page = await this.forms.page(ctx, exchange, PROFILE);
      const { facts } = editing;
      const picture = pictureOf(config, facts);
      const edit = { ...editing, config, user: facts.user, typed: page.typed, name: personName(config, facts), ...(picture ? { picture } : {}) };
      await sendPage(ctx, reply, (nonce) => renderProfileEdit({ ...page, nonce }, edit));
    });
  }

  @Post(":variant/edit")
  async save(@Ctx() ctx: ProjectContext, @Param("variant") variant: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    await this.editing(ctx, exchange, variant, async (editing) => {
      const userId = editing.facts.user.id;
      const work = async () => {
        const { form, file, wrong } = await readForm(exchange, variant);
        if (wrong) return this.forms.refuse(ctx, exchange, { error: { reason: wrong } });
        if (form.x_action !== "save") return sendText(reply, 400, "Unknown action");
        const attributes = file ? [await this.picture(ctx, { userId, file, editing })] : this.attributes(ctx, editing, form);
        if (attributes.length > 0) await this.profile.run(ctx, { userId, attributes });
        await goOn(exchange, PROFILE, "replace");
      };
      await this.forms.attempt(ctx, exchange, { work });
    });
  }

  private attributes(ctx: ProjectContext, { variant, pointers, facts }: Editing, form: Form): PatchedAttribute[] {
    return readProfileEdit(ctx.project.config, { user: facts.user, variant, pointers, form });
  }

  /** Keeps a picture that came with the form; it counts as an upload. */
  private async picture(ctx: ProjectContext, { userId, file, editing }: { userId: UserId; file: Buffer; editing: Editing }): Promise<PatchedAttribute> {
    await this.limiter.consume(ctx, [uploadLimit(userId)]);
    return { pointer: editing.pointers[0] as string, value: await this.uploads.keepNew(ctx, file) };
  }

  /** An edit page: there is one of that name, and something on it is the user's to write. */
  private editing(ctx: ProjectContext, exchange: PageExchange, variant: string, work: (editing: Editing) => Promise<void>): Promise<void> {
    return this.guard.page(ctx, exchange, async (live) => {
      if (!isProfileVariant(variant)) return void (await exchange.reply.status(404).type("text/html; charset=utf-8").send(renderNotFoundPage()));
      const pointers = editablePointers(ctx.project.config, variant, queryOf(exchange.request).pointer ?? "");
      if (pointers.length === 0) return sendPage(ctx, exchange.reply, renderNoPermission(await this.forms.page(ctx, exchange, PROFILE)), { status: 403 });
      await work({ variant, pointers, facts: await this.reader.facts(ctx, live.user.id) });
    });
  }
}

/** The fields of a form, and the picture in it; what is wrong with a form that should hold one. */
async function readForm({ request }: PageExchange, variant: string): Promise<{ form: Form; file?: Buffer; wrong?: "PictureTooLarge" | "PictureMissing" }> {
  const { headers, body } = request;
  if (!/^multipart\/form-data\b/i.test(headers["content-type"] ?? "")) return { form: formOf(request) };
  request.body = {};
  try {
    const { fields: form, file } = await readFileForm({ headers, body });
    if (variant !== "picture") return { form };
    return file ? { form, file } : { form, wrong: "PictureMissing" };
  } catch (error) {
    if (isApiError(error) && error.message === "asset too large") return { form: {}, wrong: "PictureTooLarge" };
    throw error;
  }
}
