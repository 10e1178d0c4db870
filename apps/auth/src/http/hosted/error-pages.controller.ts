import { Controller, Get, Req, Res } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { explainError, pageText } from "../pages/index.js";
import { queryOf, sendPage } from "./page-exchange.js";
import { renderStatement } from "./render-account-pages.js";

const STATUS_TEXTS = {
  DisabledUser: "v2.page.account-status.disabled.lead",
  AnonymizedUser: "v2.page.account-status.anonymized.lead",
  ScheduledDeletionByAdmin: "v2.page.account-status.deletion.lead",
  ScheduledDeletionByEndUser: "v2.page.account-status.deletion.lead",
  ScheduledAnonymizationByAdmin: "v2.page.account-status.anonymization.lead",
  UserOutsideValidPeriod: "v2.page.account-status.period.lead",
} as const;

/** Where runs end that cannot go on: the account may not be used, there is no way to prove oneself, or a page is of no use any more (spec: auth UI §6, §9). */
@Access("public")
@Controller()
export class ErrorPagesController {
  @Get("authflow/v2/account_status")
  async accountStatus(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const reason = reasonOf(queryOf(request).q_error);
    const lead = pageText(Object.hasOwn(STATUS_TEXTS, reason) ? STATUS_TEXTS[reason as keyof typeof STATUS_TEXTS] : "v2.error.account-disabled");
    await this.send(ctx, reply, { title: pageText("v2.page.account-status.default.title"), lead });
  }

  @Get("authflow/v2/no_authenticator")
  async noAuthenticator(@Ctx() ctx: ProjectContext, @Res() reply: FastifyReply): Promise<void> {
    await this.send(ctx, reply, { title: pageText("v2.page.no-authenticator.default.title"), lead: pageText("v2.page.no-authenticator.default.lead") });
  }

  /** The page of errors that no form can put right; what it is about is in the address, so only the reason is taken from there. */
  @Get("v2/errors/error")
  async fatal(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const reason = reasonOf(queryOf(request).q_error);
    await this.send(ctx, reply, { title: pageText("v2.page.error.default.title"), lead: explainError({ reason }) });
  }

  /** Where browsers end that an app has sent away: the rest happens in the app. */
  @Get("errors/return")
  async back(@Ctx() ctx: ProjectContext, @Res() reply: FastifyReply): Promise<void> {
    await sendPage(ctx, reply, renderStatement(projectName(ctx), { title: pageText("v2.page.return.default.title"), lead: pageText("v2.page.return.default.lead") }));
  }

  private send(ctx: ProjectContext, reply: FastifyReply, text: { title: string; lead: string }): Promise<void> {
    return sendPage(ctx, reply, renderStatement(projectName(ctx), { ...text, link: { href: "/login", label: pageText("v2.label.back-to-login") } }));
  }
}

/** The reason of a `q_error`. Anybody can write one, so nothing else of it is shown, and only known reasons choose a text. */
function reasonOf(packed = ""): string {
  try {
    const { error } = JSON.parse(Buffer.from(packed.slice(0, 4000), "base64url").toString("utf8")) as { error?: { reason?: unknown } };
    return typeof error?.reason === "string" ? error.reason : "";
  } catch {
    return "";
  }
}
