import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import {
  type AuthorizeParams,
  type AuthorizeRequest,
  checkRedirectUri,
  checkUrlTokenRedirectUri,
  clientTraits,
  findClient,
  FULL_ACCESS,
  OAuthError,
  PRE_AUTHENTICATED_URL,
  responseMode,
  responseTypeOf,
} from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { ClientAuthorizationStore } from "@gatehouse/record-grants";
import { type LiveSession, type RequestSession, SessionReader } from "@gatehouse/record-sessions";
import { readIdTokenHint } from "../rules/id-token-hint.js";
import { meetsLoginHint } from "../rules/meets-login-hint.js";
import { RequestTargets } from "../rules/request-targets.js";
import { AppSessionToken } from "./app-session-token.js";
import type { AuthorizationAnswer } from "./authorization-response.js";
import type { FoundRequest } from "./authorize-found.js";
import { HandOff } from "./authorize-hand-off.js";
import { AuthorizeSettingsAction } from "./authorize-settings-action.js";
import { AuthorizeUrlToken } from "./authorize-url-token.js";
import { FinishAuthorization } from "./finish-authorization.js";

/** What is kept of a request is bounded: characters of all its parameters. */
const MAX_CHARACTERS = 64 * 1024;

/** The authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2; spec: oauth-oidc §4). */
@Injectable()
export class Authorize {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionReader,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly handOff: HandOff,
    private readonly appSession: AppSessionToken,
    private readonly settingsActions: AuthorizeSettingsAction,
    private readonly urlTokens: AuthorizeUrlToken,
    private readonly finish: FinishAuthorization,
    private readonly targets: RequestTargets,
  ) {}

  async run(ctx: ProjectContext, params: AuthorizeParams, current: RequestSession | undefined): Promise<AuthorizationAnswer> {
    const target = this.target(ctx, params);
    if ("error" in target) return { kind: "plain_error", error: target.error };
    try {
      const request = await this.targets.check(ctx, target.client, params);
      const hint = await readIdTokenHint(ctx, params.id_token_hint);
      return await this.answer(ctx, { ...target, request, params, ...(hint ? { hint } : {}) }, current);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return this.finish.refusal({ ...target, params }, error);
    }
  }

  private async answer(ctx: ProjectContext, found: FoundRequest, current: RequestSession | undefined): Promise<AuthorizationAnswer> {
    const { request, hint, client } = found;
    if (request.responseType === "url_token") return this.urlTokens.run(ctx, found);
    if (request.responseType === "settings_action") return this.settingsActions.run(ctx, found);
    if (request.loginHint?.type === "app_session_token") return this.carryOver(ctx, found, request.loginHint.token);
    if (request.prompt.includes("none")) return this.silently(ctx, found, current);
    const hinted = hint?.sid && (await this.sessions.byHint(ctx, hint.sid.kind, hint.sid.id));
    const canReauthenticate = hinted !== undefined && hint?.isExpired === false && mayVouch(client, hinted);
    return this.handOff.run(ctx, found, { prompt: effectivePrompt(ctx, request, hinted), canReauthenticate });
  }

  private target(ctx: ProjectContext, params: AuthorizeParams): { client: OAuthClientConfig; redirectUri: string } | { error: OAuthError } {
    try {
      const client = findClient(ctx.project.config, params.client_id);
      if (!client) throw new OAuthError("unauthorized_client", "invalid client ID");
      if (client.x_application_type === "m2m") throw new OAuthError("unauthorized_client", "m2m clients are not allowed to use the authorize endpoint");
      const check = responseTypeOf(params) === "url_token" ? checkUrlTokenRedirectUri : checkRedirectUri;
      const redirectUri = check(ctx, client, params.redirect_uri);
      responseMode(params);
      const size = Object.entries(params).reduce((sum, [name, value = ""]) => sum + name.length + value.length, 0);
      if (size > MAX_CHARACTERS) throw new OAuthError("invalid_request", "the request is too large");
      return { client, redirectUri };
    } catch (error) {
      if (error instanceof OAuthError) return { error };
      throw error;
    }
  }

  /** An app's session becomes the browser's; the page that was asked for sees it (spec: oauth-oidc §10). */
  private async carryOver(ctx: ProjectContext, { redirectUri }: FoundRequest, token: string): Promise<AuthorizationAnswer> {
    const { cookie } = await this.appSession.redeem(ctx, token);
    return { kind: "to_ui", location: new URL(redirectUri).href, cookies: [cookie] };
  }

  /** `prompt=none`: an answer at once, or `login_required`. */
  private async silently(ctx: ProjectContext, found: FoundRequest, current: RequestSession | undefined): Promise<AuthorizationAnswer> {
    const { client, request, hint } = found;
    const eligible = current?.scopes.includes(PRE_AUTHENTICATED_URL) ? current.live : undefined;
    const expected = eligible && (hint?.sub === undefined || hint.sub === eligible.user.id) && meetsLoginHint(ctx, request.loginHint, eligible);
    if (!expected) throw new OAuthError("login_required", "authentication required");
    if (!clientTraits(client).firstParty) {
      const known = await this.db.read((tx) => this.authorizations.find(ctx, tx, { userId: eligible.user.id, clientId: client.client_id }));
      if (!known || request.resources) throw new OAuthError("access_denied", "authorization required");
      if (!request.scopes.every((scope) => known.scopes.includes(scope))) throw new OAuthError("access_denied", "requested scopes are not granted");
    }
    return this.finish.run(ctx, found, infoOf(eligible));
  }
}

/** Whether a live session lets its user prove himself again without saying who he is: a browser's does, an app's with full access for this client. */
const mayVouch = ({ client_id }: OAuthClientConfig, { kind, tokens }: LiveSession): boolean =>
  kind === "idp" || tokens.some(({ clientId, scopes }) => clientId === client_id && scopes.includes(FULL_ACCESS));

/** `max_age` turns into `prompt=login` when the session of the hint is missing or too old (spec: oauth-oidc §4.4). */
function effectivePrompt(ctx: ProjectContext, { prompt, maxAge }: AuthorizeRequest, hinted: LiveSession | undefined): string[] {
  if (maxAge === undefined || prompt.includes("login")) return prompt;
  const age = hinted ? (ctx.now().getTime() - hinted.session.authenticatedAt.getTime()) / 1000 : undefined;
  return age === undefined || maxAge === 0 || age > maxAge || age < 0 ? [...prompt, "login"] : prompt;
}

/** The result of an authentication that a live session stands for. */
export function infoOf({ kind, session, user }: LiveSession): AuthenticationInfo {
  return { userId: user.id, authenticatedAt: session.authenticatedAt.getTime(), amr: session.amr, session: { type: kind, id: session.id }, continued: true, createdUser: false };
}
