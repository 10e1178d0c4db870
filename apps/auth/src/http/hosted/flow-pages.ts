import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError } from "@gatehouse/platform-errors-core";
import { writeCookies } from "@gatehouse/platform-http";
import { CallbackUrls } from "./callback-urls.js";
import { dataType, ENTRY, optionsOf, pageParameters, pathOf, V2 } from "./flow-paths.js";
import { FlowVisits, type ShownError, type Visit } from "./flow-visits.js";
import { readForm } from "./form-input.js";
import type { FormMeaning } from "./form-meaning.js";
import { type NativeApp, wechatAppUrl } from "./native-app.js";
import { OAuthStates } from "./oauth-states.js";
import { formOf, goOn, ownUrl, type PageExchange, queryOf, sendText, writeFlash } from "./page-exchange.js";
import { PageErrors } from "./page-errors.js";
import { PageGuard } from "./page-guard.js";
import { profileFields } from "./profile-fields.js";
import { sendRecoveryCodes } from "./recovery-code-file.js";

/** A visit and the `x_step` it is kept under, if it is. */
export interface Found {
  visit: Visit;
  step?: string;
}

/** Errors that end a run: a page says so, and nothing can be tried again (spec: auth UI §9). */
const ENDS: Readonly<Record<string, string>> = {
  DisabledUser: "account_status",
  AnonymizedUser: "account_status",
  ScheduledDeletionByAdmin: "account_status",
  ScheduledDeletionByEndUser: "account_status",
  ScheduledAnonymizationByAdmin: "account_status",
  UserOutsideValidPeriod: "account_status",
  OAuthProviderMissingCredentials: "oauth_provider_missing_credential",
};

const CHANGE_PASSWORD = `${V2}/change_password`;

/** What forms of the pages do, and where the browser goes next (spec: auth UI §4). */
@Injectable()
export class FlowPages {
  constructor(
    private readonly visits: FlowVisits,
    private readonly guard: PageGuard,
    private readonly errors: PageErrors,
    private readonly states: OAuthStates,
    private readonly callbacks: CallbackUrls,
  ) {}

  /** Answers the form of a visit's page. */
  async submit(ctx: ProjectContext, exchange: PageExchange, found: Found): Promise<void> {
    const { visit } = found;
    const form = formOf(exchange.request);
    const meaning = readForm({
      path: pathOf(visit.state, visit.screen),
      state: visit.state,
      screen: visit.screen,
      form,
      remembers: form.x_device_token === "true" && (await this.remembers(ctx, visit, exchange)),
      callback: (alias) => this.callbacks.of(ctx, alias),
      profile: profileFields(ctx.project.config, visit.state, visit.screen.profilesDone ?? 0),
    });
    if ("unknown" in meaning) return sendText(exchange.reply, 400, "Unknown action");
    if ("refused" in meaning) return this.refuse(ctx, exchange, { error: meaning.refused });
    if ("does" in meaning) return this.act(ctx, exchange, { found, what: meaning.does });
    const next = await this.next(ctx, exchange, { visit, meaning });
    if (next.error) return this.failed(ctx, exchange, { before: visit, next, error: next.error });
    const resent = "input" in meaning && meaning.input.resend === true;
    if (resent) writeFlash(ctx, exchange.reply, "resend_code_success");
    writeCookies(exchange.reply, next.cookies);
    // Screens are never changed, but sending again is not a new page: its branch and what came before stay.
    const kept = resent ? { ...next, screen: { ...visit.screen, stateToken: next.screen.stateToken } } : next;
    const query = queryOf(exchange.request);
    // A new password is confirmed on a page of its own, which then goes on to the next step.
    if (pathOf(visit.state, visit.screen) === CHANGE_PASSWORD) return goOn(exchange, ownUrl(`${CHANGE_PASSWORD}/success`, query, { x_step: await this.visits.keep(ctx, kept) }));
    await this.proceed(ctx, exchange, { visit: kept, query });
  }

  /** Sends the browser to the page of a visit: of this site, or of a social provider. */
  async proceed(ctx: ProjectContext, exchange: PageExchange, { visit, query }: { visit: Visit; query: Record<string, string> }): Promise<void> {
    const step = await this.visits.keep(ctx, visit);
    const path = pathOf(visit.state, visit.screen);
    if (path.endsWith("/oauth_provider")) return goOn(exchange, await this.providerUrl(ctx, { visit, step }), "redirect");
    const replaces = Object.values(ENTRY).includes(path);
    const more = visit.screen.ldapServer && path.endsWith("/ldap_login") ? { q_server_name: visit.screen.ldapServer } : pageParameters(path);
    await goOn(exchange, ownUrl(path, query, { x_step: step, ...more }), path.endsWith("/finish") ? "redirect" : replaces ? "replace" : "advance");
  }

  /** Goes back to the page of a form, which shows the error. */
  async refuse(ctx: ProjectContext, exchange: PageExchange, { error, back }: { error: ShownError; back?: string }): Promise<void> {
    await this.errors.keep(ctx, exchange.reply, { error, form: formOf(exchange.request) });
    await goOn(exchange, back ?? exchange.request.url, "replace");
  }

  /** The address of a visit's provider, with a `state` that brings the browser back to it; within an app, that of WeChat is the app's own. */
  async providerUrl(ctx: ProjectContext, { visit, step, app }: { visit: Visit; step: string; app?: NativeApp | undefined }): Promise<string> {
    const { alias, oauth_authorization_url } = visit.state.action.data as { alias: string; oauth_authorization_url: string };
    const state = await this.states.create(ctx, { webSessionId: visit.session.id, alias, step, errorPath: visit.screen.cameFrom ?? "/login" });
    if (app) return wechatAppUrl(ctx, app, state);
    const url = new URL(oauth_authorization_url);
    url.searchParams.set("state", state);
    return url.href;
  }

  /** Goes on with the answer of WeChat that waits on the screen, which is spent by that. */
  async takeWechat(ctx: ProjectContext, exchange: PageExchange, { visit, step, answer }: { visit: Visit; step: string; answer: string }): Promise<void> {
    const { wechatCallback: _spent, ...screen } = visit.screen;
    await this.visits.change(ctx, { session: visit.session, step, screen });
    const before: Visit = { ...visit, screen };
    const next = await this.visits.feed(ctx, before, { input: { query: answer }, cookies: exchange.request.cookies });
    const back = screen.cameFrom;
    if (next.error) return this.failed(ctx, exchange, { before, next, error: next.error, ...(back ? { back } : {}) });
    writeCookies(exchange.reply, next.cookies);
    await this.proceed(ctx, exchange, { visit: next, query: queryOf(exchange.request) });
  }

  /** Starts a visit of a social provider. The pages of login and sign-up turn to a flow that does either (spec: auth UI §3). */
  async toProvider(ctx: ProjectContext, exchange: PageExchange, { visit, alias }: { visit: Visit; alias: string }): Promise<Visit> {
    const started = await this.eitherFlow(ctx, exchange, visit);
    const option = optionsOf(started.state).find((one) => one.identification === "oauth" && one.alias === alias);
    const input = { identification: "oauth", alias, redirect_uri: this.callbacks.of(ctx, alias), response_mode: "form_post" };
    const at = { ...started, screen: { ...started.screen, cameFrom: exchange.request.url } };
    if (option?.bot_protection && !at.screen.bot) return { ...at, screen: { ...at.screen, waiting: input } };
    return this.visits.feed(ctx, at, { input, cookies: exchange.request.cookies });
  }

  /** What went wrong, on the page where it can be put right (`back`, or the request's) or on the one that says that it cannot. */
  async failed(ctx: ProjectContext, exchange: PageExchange, { before, next, error, back }: { before: Visit; next: Visit; error: ShownError; back?: string }): Promise<void> {
    const query = back ? Object.fromEntries(new URL(back, ctx.request.publicOrigin).searchParams) : queryOf(exchange.request);
    if (error.reason === "AuthenticationFlowNotFound") return this.guard.expired(ctx, exchange);
    const end =
      (error.info?.cause as { kind?: string } | undefined)?.kind === "NoAuthenticator" ? "no_authenticator" : Object.hasOwn(ENDS, error.reason) ? ENDS[error.reason] : undefined;
    if (end) return goOn(exchange, `${V2}/${end}?${new URLSearchParams({ q_error: packedError(error) })}`, "replace");
    if (beginsAnew(before, error)) return this.refuse(ctx, exchange, { error, back: ownUrl(ENTRY[before.state.type] ?? "/login", query) });
    if (next.screen.stateToken === before.screen.stateToken) return this.refuse(ctx, exchange, { error, ...(back ? { back } : {}) });
    const step = await this.visits.keep(ctx, next);
    await this.refuse(ctx, exchange, { error, back: ownUrl(pathOf(next.state, next.screen), query, { x_step: step }) });
  }

  /** Whether the page's step may remember this device. */
  async remembers(ctx: ProjectContext, visit: Visit, { request }: PageExchange): Promise<boolean> {
    if (!["authentication_data", "verify_oob_otp_data"].includes(dataType(visit.state) ?? "")) return false;
    const { state } = await this.visits.atBranch(ctx, visit, request);
    return dataType(state) === "authentication_data" && state.action.data?.device_token_enabled === true;
  }

  private async next(
    ctx: ProjectContext,
    exchange: PageExchange,
    { visit, meaning }: { visit: Visit; meaning: Exclude<FormMeaning, { unknown: true } | { refused: ShownError } | { does: string }> },
  ): Promise<Visit> {
    const { cookies } = exchange.request;
    if ("input" in meaning) return this.visits.feed(ctx, this.from(exchange, visit), { input: meaning.input, cookies });
    if ("waits" in meaning) return { ...visit, screen: { ...this.from(exchange, visit).screen, waiting: meaning.waits } };
    if ("social" in meaning) return this.toProvider(ctx, exchange, { visit, alias: meaning.social });
    if ("directory" in meaning) {
      const started = await this.eitherFlow(ctx, exchange, visit);
      return { ...started, screen: { ...started.screen, ldapServer: meaning.directory } };
    }
    if ("challenge" in meaning) return this.challenged(ctx, exchange, { ...visit, screen: { ...visit.screen, bot: meaning.challenge } });
    const before = await this.visits.atBranch(ctx, visit, exchange.request);
    return this.visits.take(ctx, before, { taking: meaning.take, automatic: false, cookies });
  }

  /** The challenge is answered: what waited for it is fed, or the branch is taken. */
  private async challenged(ctx: ProjectContext, { request }: PageExchange, visit: Visit): Promise<Visit> {
    const { waiting, bot, branch } = visit.screen;
    if (waiting)
      return this.visits.feed(ctx, { ...visit, screen: { ...visit.screen, waiting: undefined } }, { input: { ...waiting, bot_protection: bot }, cookies: request.cookies });
    const { index = 0, channel, automatic = true } = branch ?? {};
    return this.visits.take(ctx, visit, { taking: { index, ...(channel ? { channel } : {}) }, automatic, cookies: request.cookies });
  }

  private async act(ctx: ProjectContext, exchange: PageExchange, { found, what }: { found: Found; what: "download" | "cancel" | "visit-provider" | "again" }): Promise<void> {
    const { visit } = found;
    if (what === "cancel") return goOn(exchange, ownUrl(`${V2}/select_account`, queryOf(exchange.request)));
    const answer = visit.screen.wechatCallback;
    if (what === "again" && answer && found.step) return this.takeWechat(ctx, exchange, { visit, step: found.step, answer });
    if (what === "again") return goOn(exchange, exchange.request.url, "replace");
    if (what === "visit-provider") return goOn(exchange, await this.providerUrl(ctx, { visit, step: found.step ?? (await this.visits.keep(ctx, visit)) }), "redirect");
    const codes = (visit.state.action.data?.recovery_codes ?? []) as string[];
    await sendRecoveryCodes(exchange.reply, codes);
  }

  private async eitherFlow(ctx: ProjectContext, { request }: PageExchange, visit: Visit): Promise<Visit> {
    if (visit.state.type !== "login" && visit.state.type !== "signup") return visit;
    const query = new URLSearchParams(queryOf(request));
    try {
      return await this.visits.start(ctx, visit.session, { type: "signup_login", query, cookies: request.cookies });
    } catch (error) {
      // A client that may not use that flow keeps to the one it has.
      if (isApiError(error) && error.reason === "AuthenticationFlowNotAllowed") return visit;
      throw error;
    }
  }

  /** A page that sends people to a provider remembers where it was. */
  private from({ request }: PageExchange, visit: Visit): Visit {
    return dataType(visit.state) === "account_linking_identification_data" ? { ...visit, screen: { ...visit.screen, cameFrom: request.url } } : visit;
  }
}

/** What cannot be tried again in the same run: a challenge that was failed once fails it for good, and one of a passkey is spent by the first answer. */
function beginsAnew({ state, screen }: Visit, { reason, info }: ShownError): boolean {
  if (reason === "BotProtectionVerificationFailed" || reason === "BotProtectionVerificationServiceUnavailable") return true;
  if (reason === "WebAuthnSessionNotFound") return dataType(state) !== "create_passkey_data";
  return reason === "InvalidCredentials" && info?.AuthenticationType === "passkey" && pathOf(state, screen) === ENTRY[state.type];
}

const packedError = ({ reason, tracking_id }: ShownError): string => Buffer.from(JSON.stringify({ error: { reason }, tracking_id })).toString("base64url");
