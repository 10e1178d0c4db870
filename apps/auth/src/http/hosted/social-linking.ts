import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { LinkSocialAccount } from "@gatehouse/feature-account";
import { isApiError } from "@gatehouse/platform-errors-core";
import { RequestSessions } from "@gatehouse/record-sessions";
import { callbackPath, CallbackUrls } from "./callback-urls.js";
import { type OAuthState, OAuthStates } from "./oauth-states.js";
import { goOn, ownUrl, type PageExchange, redirectTo } from "./page-exchange.js";
import { SettingsForms } from "./settings-forms.js";

/** The way of a signed-in user to a social provider and back, to link his account there (spec: oauth-oidc §11, account management §4.2). */
@Injectable()
export class SocialLinking {
  constructor(
    private readonly link: LinkSocialAccount,
    private readonly states: OAuthStates,
    private readonly callbacks: CallbackUrls,
    private readonly sessions: RequestSessions,
    private readonly forms: SettingsForms,
  ) {}

  /** Sends the browser to the provider. `back`: the page that it comes back to. */
  async start(ctx: ProjectContext, exchange: PageExchange, { userId, alias, back }: { userId: UserId; alias: string; back: string }): Promise<void> {
    const { token, authorizationUrl } = await this.link.start(ctx, { userId, alias, redirectUri: this.callbacks.of(ctx, alias), excludeState: true });
    const url = new URL(authorizationUrl);
    url.searchParams.set("state", await this.states.create(ctx, { webSessionId: "", alias, step: "", errorPath: back, link: token }));
    await goOn(exchange, url.href, "redirect");
  }

  /** Takes the callback: for the user who is signed in here, who must be the one that left (linking CSRF). */
  async finish(ctx: ProjectContext, exchange: PageExchange, { state, link, answer }: { state: OAuthState; link: string; answer: URLSearchParams }): Promise<void> {
    const { request, reply } = exchange;
    const resolved = await this.sessions.resolve(ctx, { cookies: request.cookies });
    if (resolved.outcome !== "valid") return redirectTo(reply, request.method === "POST" ? await this.byLink(ctx, { state, answer }) : state.errorPath);
    const { pathname, searchParams } = new URL(state.errorPath, ctx.request.publicOrigin);
    const back = (more: Record<string, string>) => ownUrl(pathname, Object.fromEntries(searchParams), more);
    const userId = resolved.session.live.user.id;
    try {
      await this.link.finishInSettings(ctx, { userId, token: link, query: answer.toString() });
    } catch (error) {
      if (!isApiError(error)) throw error;
      return this.forms.refuse(ctx, exchange, { error: error.toJSON(), back: back({ q_sso_error: "1" }) });
    }
    await goOn(exchange, back({ q_oauth_linked: "1" }), "redirect");
  }

  /** The form of another site brings no cookies; the same answer by a link of our own does. */
  private async byLink(ctx: ProjectContext, { state, answer }: { state: OAuthState; answer: URLSearchParams }): Promise<string> {
    const params = new URLSearchParams(answer);
    params.set("state", await this.states.create(ctx, state));
    return `${callbackPath(state.alias)}?${params}`;
  }
}
