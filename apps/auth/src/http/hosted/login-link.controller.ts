import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { html, pageText, renderPage } from "../pages/index.js";
import { formOf, goOn, queryOf, refusedCrossSite, sendPage } from "./page-exchange.js";
import { renderStatement } from "./render-account-pages.js";

const PATH = "/authflow/v2/verify_login_link";

/** The link of a login, opened on any device: whoever opens it confirms the login that waits elsewhere (spec: auth UI §6; messaging §2.3). */
@Access("public")
@Controller("authflow/v2/verify_login_link")
export class LoginLinkController {
  constructor(private readonly otp: OneTimePasswords) {}

  /** Looks at the link and leaves it good, since programs that scan mail open links. */
  @Get()
  async show(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { code = "", state } = queryOf(request);
    if (state === "matched") return sendPage(ctx, reply, statement(ctx, "matched"));
    if (!(await this.otp.byLink(ctx, "oob-otp", code))) return sendPage(ctx, reply, statement(ctx, "invalid-code"));
    await sendPage(ctx, reply, question(ctx, code));
  }

  @Post()
  async approve(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const exchange = { request, reply };
    if (await refusedCrossSite(ctx, exchange)) return;
    const code = formOf(request).x_oob_otp_code ?? queryOf(request).code ?? "";
    if (!(await this.otp.submitLink(ctx, code))) return sendPage(ctx, reply, statement(ctx, "invalid-code"));
    await goOn(exchange, `${PATH}?state=matched`, "replace");
  }
}

function statement(ctx: ProjectContext, state: "matched" | "invalid-code"): string {
  return renderStatement(projectName(ctx), { title: pageText(`v2.page.login-link.${state}.title`), lead: pageText(`v2.page.login-link.${state}.lead`) });
}

function question(ctx: ProjectContext, code: string): string {
  return renderPage({
    title: pageText("v2.page.login-link.default.title"),
    lead: pageText("v2.page.login-link.default.lead", { AppName: projectName(ctx) }),
    appName: projectName(ctx),
    body: html`<form method="post" action="${PATH}"><input type="hidden" name="x_oob_otp_code" value="${code}"><button>${pageText("v2.page.login-link.default.submit")}</button></form>
<p class="hint">${pageText("v2.page.login-link.default.warning")}</p>`,
  });
}
