import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { DecideDevice } from "@gatehouse/feature-oauth";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { type LiveSession, RequestSessions } from "@gatehouse/record-sessions";
import { pageText, renderNotFoundPage } from "../pages/index.js";
import { formOf, queryOf, redirectTo, refusedCrossSite, sendPage } from "./page-exchange.js";
import { displayName, renderStatement } from "./render-account-pages.js";
import { renderDeviceCode, renderDeviceQuestion } from "./render-device.js";

const LONGEST = 20;

/** Where a signed-in person lets a device in (RFC 8628 §3.3). Ours; there only where `oauth.device_authorization_enabled` is set. */
@Access("public")
@Controller("device")
export class DevicePageController {
  constructor(
    private readonly devices: DecideDevice,
    private readonly sessions: RequestSessions,
  ) {}

  /** The code of a link is only filled in: the person goes on by hand (RFC 8628 §5.4). */
  @Get()
  async visit(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const userCode = queryOf(request).user_code?.slice(0, LONGEST);
    const live = await this.enter(ctx, { request, reply }, userCode);
    if (live) await sendPage(ctx, reply, renderDeviceCode(projectName(ctx), userCode ? { userCode } : {}));
  }

  @Post()
  async answer(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (await refusedCrossSite(ctx, { request, reply })) return;
    const { user_code = "", x_action } = formOf(request);
    const userCode = user_code.slice(0, LONGEST);
    const live = await this.enter(ctx, { request, reply }, userCode);
    if (!live) return;
    try {
      if (x_action === "allow" || x_action === "deny") return await this.decide(ctx, reply, { live, userCode, allowed: x_action === "allow" });
      const asked = await this.devices.run(ctx, live, userCode);
      const page = asked ? renderDeviceQuestion(projectName(ctx), asked, { userCode, identity: displayName(live) }) : unknownCode(ctx, userCode);
      await sendPage(ctx, reply, page, { status: asked ? 200 : 400 });
    } catch (error) {
      if (!isApiError(error) || error.reason !== "RateLimited") throw error;
      await sendPage(ctx, reply, renderDeviceCode(projectName(ctx), { userCode, error: pageText("v2.page.device.default.limited") }), { status: 429 });
    }
  }

  private async decide(ctx: ProjectContext, reply: FastifyReply, { live, userCode, allowed }: { live: LiveSession; userCode: string; allowed: boolean }): Promise<void> {
    if (!(await this.devices.decide(ctx, live, { userCode, allowed }))) return sendPage(ctx, reply, unknownCode(ctx, userCode), { status: 400 });
    const variant = allowed ? "device-done" : "device-denied";
    await sendPage(ctx, reply, renderStatement(projectName(ctx), { title: pageText(`v2.page.${variant}.default.title`), lead: pageText(`v2.page.${variant}.default.lead`) }));
  }

  /** Whoever is not signed in signs in first and comes back. */
  private async enter(ctx: ProjectContext, { request, reply }: { request: FastifyRequest; reply: FastifyReply }, userCode?: string): Promise<LiveSession | undefined> {
    if (!ctx.project.config.oauth.device_authorization_enabled) {
      await reply.status(404).type("text/html; charset=utf-8").send(renderNotFoundPage());
      return undefined;
    }
    const live = await this.sessions.fromCookie(ctx, request.cookies);
    if (!live) await redirectTo(reply, `/login?${new URLSearchParams({ redirect_uri: userCode ? `/device?user_code=${encodeURIComponent(userCode)}` : "/device" })}`);
    return live;
  }
}

const unknownCode = (ctx: ProjectContext, userCode: string): string => renderDeviceCode(projectName(ctx), { userCode, error: pageText("v2.page.device.default.unknown") });
