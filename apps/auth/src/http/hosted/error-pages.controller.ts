import { Controller, Get, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { pageText } from "../pages/index.js";
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

/** Where runs end that cannot go on: the account may not be used, or there is no way to prove oneself (spec: auth UI §9). */
@Access("public")
@Controller("authflow/v2")
export class ErrorPagesController {
  @Get("account_status")
  async accountStatus(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const reason = reasonOf(queryOf(request).q_error);
    const lead = pageText(Object.hasOwn(STATUS_TEXTS, reason) ? STATUS_TEXTS[reason as keyof typeof STATUS_TEXTS] : "v2.error.account-disabled");
    await this.send(ctx, reply, { title: pageText("v2.page.account-status.default.title"), lead });
  }

  @Get("no_authenticator")
  async noAuthenticator(@Ctx() ctx: ProjectContext, @Res() reply: FastifyReply): Promise<void> {
    await this.send(ctx, reply, { title: pageText("v2.page.no-authenticator.default.title"), lead: pageText("v2.page.no-authenticator.default.lead") });
  }

  private send(ctx: ProjectContext, reply: FastifyReply, text: { title: string; lead: string }): Promise<void> {
    return sendPage(ctx, reply, renderStatement(ctx.project.id, { ...text, link: { href: "/login", label: pageText("v2.label.back-to-login") } }));
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
