import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type FlowAnswer, type FlowVisitor, RunFlow, type Screen, type WebSession, WebSessions } from "@gatehouse/feature-authentication-flow";
import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import { isApiError } from "@gatehouse/platform-errors-core";
import { AuthorizationSessions } from "@gatehouse/record-grants";
import type { ResponseCookie } from "@gatehouse/record-sessions";
import { automaticInput, type ShownState } from "./flow-paths.js";

/** A state on a page: its screen, what it shows, and what went wrong on the way. */
export interface Visit {
  session: WebSession;
  screen: Screen;
  state: ShownState;
  cookies: ResponseCookie[];
  error?: Pick<ApiErrorJson, "reason" | "info">;
}

/** Flows as the hosted pages use them: over the same engine as the API, one screen per state. */
@Injectable()
export class FlowVisits {
  constructor(
    private readonly flows: RunFlow,
    private readonly sessions: WebSessions,
    private readonly authorizationSessions: AuthorizationSessions,
  ) {}

  /** Starts a flow for a web session. */
  async start(ctx: ProjectContext, session: WebSession, input: FlowVisitor & { type: "login" | "signup"; query: URLSearchParams }): Promise<Visit> {
    const query = new URLSearchParams(input.query);
    if (session.authorizationSessionId) query.set("x_ref", session.authorizationSessionId);
    const answer = await this.flows.create(ctx, { type: input.type, name: "default", urlQuery: query.toString(), cookies: input.cookies });
    return this.visit(session, answer, { stateToken: "", flowType: input.type });
  }

  /** Shows a state again. */
  async show(ctx: ProjectContext, session: WebSession, { screen, cookies }: FlowVisitor & { screen: Screen }): Promise<Visit> {
    if (screen.finished) return { session, screen, state: { type: screen.flowType, action: { type: "finished" } }, cookies: [] };
    return this.visit(session, await this.flows.read(ctx, { token: screen.stateToken, cookies }), screen);
  }

  /** Feeds an input, and then what needs nothing from the person. */
  async feed(ctx: ProjectContext, visit: Visit, fed: FlowVisitor & { input: Record<string, unknown> }): Promise<Visit> {
    let next = await this.feedOnce(ctx, visit, fed);
    for (let round = 0; round < 5 && !next.error; round += 1) {
      const input = automaticInput(next.state);
      if (!input) break;
      const taken = await this.feedOnce(ctx, next, { input, cookies: fed.cookies });
      if (taken.error) return { ...visit, error: taken.error };
      next = taken;
    }
    return next;
  }

  /** The parameters of the authorization request that a web session serves. */
  async request(ctx: ProjectContext, session: WebSession | undefined): Promise<Record<string, string> | undefined> {
    return session?.authorizationSessionId ? (await this.authorizationSessions.get(ctx, session.authorizationSessionId))?.request : undefined;
  }

  /** Keeps a visit's screen and returns its `x_step`. */
  keep(ctx: ProjectContext, visit: Visit): Promise<string> {
    return this.sessions.addScreen(ctx, visit.session, visit.screen);
  }

  private async feedOnce(ctx: ProjectContext, visit: Visit, { input, cookies }: FlowVisitor & { input: Record<string, unknown> }): Promise<Visit> {
    try {
      const answer = await this.flows.feed(ctx, { token: visit.screen.stateToken, inputs: [input], cookies });
      return answer.error ? { ...visit, error: answer.error } : this.visit(visit.session, answer, visit.screen);
    } catch (error) {
      if (!isApiError(error)) throw error;
      return { ...visit, error: error.toJSON() };
    }
  }

  private visit(session: WebSession, { result, cookies, finished }: FlowAnswer, before: Screen): Visit {
    const state: ShownState = result ?? { type: before.flowType, action: {} };
    const redirect = (state.action.data as { finish_redirect_uri?: string } | undefined)?.finish_redirect_uri;
    const screen: Screen = { stateToken: result?.state_token ?? before.stateToken, flowType: state.type, ...(finished ? { finished: true, finishRedirectUri: redirect } : {}) };
    return { session, screen, state, cookies };
  }
}
