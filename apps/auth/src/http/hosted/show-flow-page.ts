import { Injectable } from "@nestjs/common";
import { projectName } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { explainError, pageText, phoneInput } from "../pages/index.js";
import { alternatives, automaticBranch } from "./branches.js";
import { dataType, optionsOf, pageParameters, pathOf } from "./flow-paths.js";
import { FlowPages, type Found } from "./flow-pages.js";
import { FlowVisits, type Visit } from "./flow-visits.js";
import { readLoginHint } from "./login-hint.js";
import { nativeApp } from "./native-app.js";
import { goOn, ownUrl, type PageExchange, pathOfRequest, queryOf, sendPage, takeFlash } from "./page-exchange.js";
import { type KeptError, PageErrors } from "./page-errors.js";
import type { FlowPage } from "./flow-page.js";
import { lockedMs } from "./page-parts.js";
import { profileFields } from "./profile-fields.js";
import { renderFlowPage } from "./render-flow-page.js";

const OTHER_ENTRY: Readonly<Record<string, string>> = { "/login": "/signup", "/signup": "/login" };

/** Gathers what the page of a visit shows. */
@Injectable()
export class ShowFlowPage {
  constructor(
    private readonly visits: FlowVisits,
    private readonly pages: FlowPages,
    private readonly errors: PageErrors,
  ) {}

  /** Answers with the page of a visit. A visit that is at its end goes on to where that leads. */
  async run(ctx: ProjectContext, exchange: PageExchange, { visit, step }: Found & { step: string }): Promise<void> {
    const { request, reply } = exchange;
    const query = queryOf(request);
    const path = pathOf(visit.state, visit.screen);
    if (path.endsWith("/finish")) return goOn(exchange, ownUrl(path, query, { x_step: step }), "redirect");
    const { wechatCallback: answer } = visit.screen;
    if (answer && path.endsWith("/wechat")) return this.pages.takeWechat(ctx, exchange, { visit, step, answer });
    const kept = await this.errors.take(ctx, exchange);
    if (visit.error && !kept) return this.pages.failed(ctx, exchange, { before: visit, next: visit, error: visit.error });
    const instead = await this.visits.insteadOfWhatsapp(ctx, visit, request);
    if (instead) return this.pages.proceed(ctx, exchange, { visit: instead, query });
    const provider = ctx.project.config.bot_protection.provider;
    const page = await this.page(ctx, exchange, { visit, step, kept });
    const challenge = provider && asksChallenge(visit) ? { type: provider.type, siteKey: provider.site_key } : undefined;
    await sendPage(ctx, reply, (nonce) => renderFlowPage({ ...page, nonce, ...(challenge ? { challenge } : {}) }), { foreignStyles: challenge !== undefined });
  }

  private async page(ctx: ProjectContext, exchange: PageExchange, { visit, step, kept }: { visit: Visit; step: string; kept?: KeptError }): Promise<Omit<FlowPage, "nonce">> {
    const query = queryOf(exchange.request);
    const path = pathOf(visit.state, visit.screen);
    const { config } = ctx.project;
    const offers = await this.visits.atBranch(ctx, visit, exchange.request);
    const taken = visit.screen.branch ?? automaticBranch(visit.state) ?? { index: -1 };
    const asked = await this.visits.request(ctx, visit.session);
    const app = nativeApp(ctx, exchange.request, asked);
    const hint = readLoginHint(asked?.login_hint ?? query.login_hint);
    const flash = takeFlash(ctx, exchange);
    return {
      appName: projectName(ctx),
      path,
      state: visit.state,
      screen: visit.screen,
      action: ownUrl(path, query, { x_step: step, ...pageParameters(path), ...(visit.screen.ldapServer ? { q_server_name: visit.screen.ldapServer } : {}) }),
      query: exchange.request.query as Record<string, string>,
      others: alternatives(offers.state, taken),
      remembers: await this.pages.remembers(ctx, visit, exchange),
      profile: profileFields(config, visit.state, visit.screen.profilesDone ?? 0),
      form: kept?.form ?? {},
      now: ctx.now(),
      ...(kept ? { error: explainError(kept.error), errorReason: kept.error.reason, lockedMs: lockedMs(kept.error, ctx.now()) } : {}),
      switchTo: switchTo(ctx, { path, query }),
      ...(config.forgot_password.enabled ? { recovery: ownUrl("/authflow/v2/forgot_password", query) } : {}),
      login: ownUrl("/login", query),
      ...(flash === "resend_code_success" && !kept ? { notice: pageText(/link/.test(path) ? "v2.page.otp-link.default.resent" : "v2.page.enter-code.default.resent") } : {}),
      loginId: (kept?.form.x_login_id ?? kept?.form.q_login_id ?? query.q_login_id ?? hint?.value) || undefined,
      ...(hint?.enforce ? { loginIdReadonly: true } : {}),
      native: app !== undefined,
      phone: () => phoneInput(ctx),
      ...(path.endsWith("/wechat") ? { providerUrl: await this.pages.providerUrl(ctx, { visit, step, app }) } : {}),
    };
  }
}

/** The other of the two pages where people begin, unless it is closed to them. */
function switchTo({ project: { config } }: ProjectContext, { path, query }: { path: string; query: Record<string, string> }): string | undefined {
  const other = OTHER_ENTRY[path];
  return other && !(other === "/signup" && config.authentication.public_signup_disabled) ? ownUrl(other, query) : undefined;
}

/** Whether a page holds the challenge of the bot protection. */
function asksChallenge({ state, screen }: Visit): boolean {
  if (pathOf(state, screen).endsWith("/verify_bot_protection")) return true;
  const options = optionsOf(state);
  const type = dataType(state);
  if (type === "create_authenticator_data") return options[screen.branch?.index ?? 0]?.bot_protection !== undefined;
  if (type !== "identification_data" && type !== "account_recovery_identification_data") return false;
  return !screen.ldapServer && options.some(({ identification, bot_protection }) => bot_protection && identification !== "oauth");
}

/** Whether a request is for the page of a visit. */
export const isPageOf = ({ state, screen }: Visit, exchange: PageExchange): boolean => {
  const path = pathOf(state, screen);
  return path.endsWith("/finish") || path === pathOfRequest(exchange.request);
};
