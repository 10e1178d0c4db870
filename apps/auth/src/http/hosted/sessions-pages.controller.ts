import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ListAuthorizations, ListSessions, RemoveAuthorization, RevokeOtherSessions, RevokeSession } from "@gatehouse/feature-sessions";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import type { LiveSession } from "@gatehouse/record-sessions";
import { formOf, goOn, type PageExchange, redirectTo, sendPage, sendText } from "./page-exchange.js";
import { renderSessionsPage } from "./render-sessions-page.js";
import { SettingsGuard } from "./settings-guard.js";

/** The settings page of sessions and authorized apps (spec: sessions and tokens §13). */
@Access("public")
@Controller("settings")
export class SessionsPagesController {
  constructor(
    private readonly guard: SettingsGuard,
    private readonly list: ListSessions,
    private readonly authorizations: ListAuthorizations,
    private readonly revoke: RevokeSession,
    private readonly revokeOthers: RevokeOtherSessions,
    private readonly remove: RemoveAuthorization,
  ) {}

  @Get("sessions")
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.guard.page(ctx, { request, reply }, (live) => this.page(ctx, reply, { live }));
  }

  @Post("sessions")
  async act(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.guard.page(ctx, { request, reply }, (live) => this.change(ctx, { request, reply }, live));
  }

  /** SDKs still open these pages of former versions. */
  @Get(["identity", "identities"])
  async former(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.guard.page(ctx, { request, reply }, () => redirectTo(reply, "/settings"));
  }

  private async change(ctx: ProjectContext, exchange: PageExchange, live: LiveSession): Promise<void> {
    const form = formOf(exchange.request);
    const userId = live.user.id;
    const actions: Readonly<Record<string, () => Promise<void>>> = {
      revoke: () => this.revoke.run(ctx, { userId, sessionId: form.x_session_id ?? "", current: live }),
      revoke_all: () => this.revokeOthers.run(ctx, { userId, current: live }),
      remove_authorization: () => this.remove.run(ctx, { userId, authorizationId: form.x_authorization_id ?? "" }),
    };
    const act = actions[form.x_action ?? ""];
    if (!act) return sendText(exchange.reply, 400, "Unknown action");
    try {
      await act();
    } catch (error) {
      if (!isApiError(error)) throw error;
      return this.page(ctx, exchange.reply, { live, error: error.message, status: error.status });
    }
    await goOn(exchange, "/settings/sessions", "replace");
  }

  private async page(ctx: ProjectContext, reply: FastifyReply, { live, error, status }: { live: LiveSession; error?: string; status?: number }): Promise<void> {
    const userId = live.user.id;
    const [sessions, apps] = await Promise.all([this.list.run(ctx, { userId, current: live }), this.authorizations.run(ctx, userId)]);
    const accesses = await this.list.recentAccesses(ctx, sessions);
    await sendPage(ctx, reply, renderSessionsPage({ appName: projectName(ctx), sessions, accesses, apps, ...(error ? { error } : {}) }), { ...(status ? { status } : {}) });
  }
}
