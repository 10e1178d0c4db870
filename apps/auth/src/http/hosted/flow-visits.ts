import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type FlowAnswer, type FlowVisitor, RunFlow, type WebSession, WebSessions } from "@gatehouse/feature-authentication-flow";
import { type ApiErrorJson, isApiError } from "@gatehouse/platform-errors-core";
import { AuthorizationSessions } from "@gatehouse/record-grants";
import type { ResponseCookie } from "@gatehouse/record-sessions";
import { automaticBranch, branchInput, channelsOf, isOffered, type Taking } from "./branches.js";
import { flowName } from "./flow-name.js";
import { dataType, optionsOf, type ShownState } from "./flow-paths.js";
import type { PageScreen } from "./page-screen.js";

/** What a page can show of an error. */
export type ShownError = Pick<ApiErrorJson, "reason" | "info" | "tracking_id">;

/** A state on a page: its screen, what it shows, and what went wrong on the way. */
export interface Visit {
  session: WebSession;
  screen: PageScreen;
  state: ShownState;
  cookies: ResponseCookie[];
  error?: ShownError;
}

/** Types of flows that pages start. */
export type StartedType = "login" | "signup" | "signup_login" | "promote" | "reauth" | "account_recovery";

/** Failures of WhatsApp that another channel makes up for, unless the person chose WhatsApp (spec: auth UI §3). */
const WHATSAPP_FAILURES: readonly string[] = ["InvalidWhatsappUser", "WhatsappUndeliverable", "WhatsappMessageStatusCallbackTimeout"];

/** Flows as the hosted pages use them: over the same engine as the API, one screen per state. */
@Injectable()
export class FlowVisits {
  constructor(
    private readonly flows: RunFlow,
    private readonly sessions: WebSessions,
    private readonly authorizationSessions: AuthorizationSessions,
  ) {}

  /** Starts a flow for a web session, and takes what branches it begins with. Throws what keeps it from starting. */
  async start(ctx: ProjectContext, session: WebSession, input: FlowVisitor & { type: StartedType; query: URLSearchParams }): Promise<Visit> {
    const query = new URLSearchParams(input.query);
    if (session.authorizationSessionId) query.set("x_ref", session.authorizationSessionId);
    const request = await this.request(ctx, session);
    const name = flowName(ctx.project.config, { type: input.type, clientId: query.get("client_id") ?? request?.client_id, group: request?.x_authentication_flow_group });
    const answer = await this.flows.create(ctx, { type: input.type, name, urlQuery: query.toString(), cookies: input.cookies });
    return this.settle(ctx, this.visit(session, answer, { stateToken: "", flowType: input.type }), input);
  }

  /** Starts the run that a recovery link leads to. The visit has an error when the link is not good. */
  async startFromLink(ctx: ProjectContext, session: WebSession, { code, cookies }: FlowVisitor & { code: string }): Promise<Visit> {
    const screen: PageScreen = { stateToken: "", flowType: "account_recovery" };
    return this.feedOnce(ctx, { session, screen, state: { type: "account_recovery", action: {} }, cookies: [] }, { input: { account_recovery_code: code }, cookies });
  }

  /** Shows a state again. Throws `AuthenticationFlowNotFound` when it is gone. */
  async show(ctx: ProjectContext, session: WebSession, { screen, cookies }: FlowVisitor & { screen: PageScreen }): Promise<Visit> {
    if (screen.finished) return { session, screen, state: { type: screen.flowType, action: { type: "finished" } }, cookies: [] };
    const { result } = await this.flows.read(ctx, { token: screen.stateToken, cookies });
    return { session, screen, state: (result as ShownState | undefined) ?? { type: screen.flowType, action: {} }, cookies: [] };
  }

  /** The visit of the state that offers the branch a page is about. */
  async atBranch(ctx: ProjectContext, visit: Visit, visitor: FlowVisitor): Promise<Visit> {
    const { branch, stateToken } = visit.screen;
    if (!branch || branch.stateToken === stateToken) return visit;
    return this.show(ctx, visit.session, { screen: { ...visit.screen, stateToken: branch.stateToken }, cookies: visitor.cookies });
  }

  /** Feeds an input, and then takes the branches nobody is asked about. Where one of several cannot be taken, the visit is at their choice. */
  async feed(ctx: ProjectContext, visit: Visit, fed: FlowVisitor & { input: Record<string, unknown> }): Promise<Visit> {
    const next = await this.feedOnce(ctx, visit, fed);
    if (next.error || fed.input.resend === true) return next;
    const settled = await this.settle(ctx, next, fed);
    const hasChoice = optionsOf(settled.state).length + channelsOf(settled.state).length > 1;
    return settled.error && !hasChoice ? { ...visit, error: settled.error } : settled;
  }

  /** Takes a branch of the state at hand: feeds what takes it, or turns to the page that asks for more. */
  async take(ctx: ProjectContext, visit: Visit, taken: FlowVisitor & { taking: Taking; automatic: boolean }): Promise<Visit> {
    const { taking, automatic, cookies } = taken;
    if (!isOffered(visit.state, taking)) return { ...visit, error: { reason: "ValidationFailed" } };
    const option = optionsOf(visit.state)[taking.index];
    const channel = taking.channel ?? option?.channels?.[0];
    const branch = { stateToken: visit.screen.stateToken, index: taking.index, automatic, ...(channel ? { channel } : {}) };
    const input = branchInput(visit.state, { index: taking.index, channel }, visit.screen.bot);
    if (!input) return { ...visit, screen: { ...visit.screen, branch } };
    const next = await this.feedOnce(ctx, visit, { input, cookies });
    if (!next.error) return { ...next, screen: { ...next.screen, branch } };
    const other = automatic && channel === "whatsapp" && WHATSAPP_FAILURES.includes(next.error.reason) ? this.channelBeside(visit.state, option?.channels) : undefined;
    return other ? this.take(ctx, visit, { ...taken, taking: { index: taking.index, channel: other } }) : next;
  }

  /** WhatsApp could not deliver what nobody asked to be sent that way: another channel is taken. Undefined when there is nothing to do. */
  async insteadOfWhatsapp(ctx: ProjectContext, visit: Visit, visitor: FlowVisitor): Promise<Visit | undefined> {
    const { branch } = visit.screen;
    const { channel, delivery_error } = (visit.state.action.data ?? {}) as { channel?: string; delivery_error?: { reason?: string } };
    if (!branch?.automatic || channel !== "whatsapp" || !WHATSAPP_FAILURES.includes(delivery_error?.reason ?? "")) return undefined;
    const before = await this.atBranch(ctx, visit, visitor);
    const other = this.channelBeside(before.state, optionsOf(before.state)[branch.index]?.channels);
    const next = other && (await this.take(ctx, before, { taking: { index: branch.index, channel: other }, automatic: false, cookies: visitor.cookies }));
    return next && !next.error ? next : undefined;
  }

  /** The parameters of the authorization request that a web session serves. */
  async request(ctx: ProjectContext, session: WebSession | undefined): Promise<Record<string, string> | undefined> {
    return session?.authorizationSessionId ? (await this.authorizationSessions.get(ctx, session.authorizationSessionId))?.request : undefined;
  }

  /** Keeps a visit's screen and returns its `x_step`. */
  keep(ctx: ProjectContext, visit: Visit): Promise<string> {
    return this.sessions.addScreen(ctx, visit.session, visit.screen);
  }

  /** Changes a screen that is kept. */
  change(ctx: ProjectContext, { session, step, screen }: { session: WebSession; step: string; screen: PageScreen }): Promise<void> {
    return this.sessions.replaceScreen(ctx, session, { step, screen });
  }

  private channelBeside(state: ShownState, channels = (state.action.data?.channels ?? []) as string[]): string | undefined {
    return channels.find((channel) => channel !== "whatsapp");
  }

  private async settle(ctx: ProjectContext, visit: Visit, { cookies }: FlowVisitor): Promise<Visit> {
    let next = visit;
    for (let round = 0; round < 5 && !next.error; round += 1) {
      const taking = automaticBranch(next.state);
      if (!taking) break;
      const before = next.screen.stateToken;
      next = await this.take(ctx, next, { taking, automatic: true, cookies });
      if (next.screen.stateToken === before) break;
    }
    return next;
  }

  private async feedOnce(ctx: ProjectContext, visit: Visit, { input, cookies }: FlowVisitor & { input: Record<string, unknown> }): Promise<Visit> {
    try {
      const answer = await this.flows.feed(ctx, { token: visit.screen.stateToken, inputs: [input], cookies });
      if (answer.error) return { ...visit, error: answer.error };
      const next = this.visit(visit.session, answer, visit.screen);
      return { ...next, screen: { ...next.screen, ...carried(visit, next.state) } };
    } catch (error) {
      if (!isApiError(error)) throw error;
      return { ...visit, error: error.toJSON() };
    }
  }

  private visit(session: WebSession, { result, cookies, finished }: FlowAnswer, before: PageScreen): Visit {
    const state = (result as ShownState | undefined) ?? { type: before.flowType, action: {} };
    const redirect = (state.action.data as { finish_redirect_uri?: string } | undefined)?.finish_redirect_uri;
    const screen: PageScreen = { stateToken: result?.state_token ?? before.stateToken, flowType: state.type, ...(finished ? { finished: true, finishRedirectUri: redirect } : {}) };
    return { session, screen, state, cookies };
  }
}

/** What a screen takes over from the one before it. */
function carried({ screen, state }: Visit, next: ShownState): Partial<PageScreen> {
  const profiles = (screen.profilesDone ?? 0) + (state.action.type === "fill_in_user_profile" ? 1 : 0);
  const same = dataType(next) === dataType(state) && dataType(next) !== undefined && !optionsOf(next).length;
  return {
    ...(profiles > 0 ? { profilesDone: profiles } : {}),
    ...(same && screen.branch ? { branch: screen.branch } : {}),
    ...(screen.cameFrom ? { cameFrom: screen.cameFrom } : {}),
  };
}
