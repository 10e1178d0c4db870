import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import {
  type AuthorizeParams,
  type AuthorizeRequest,
  checkAuthorizeRequest,
  checkRedirectUri,
  clientTraits,
  decodeSid,
  findClient,
  OAuthError,
  PRE_AUTHENTICATED_URL,
  responseMode,
  withQuery,
} from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo } from "@gatehouse/domain-session";
import { type KeyJwk, verifyJwt } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { AuthorizationSessions, ClientAuthorizationStore } from "@gatehouse/record-grants";
import { type LiveSession, type RequestSession, SessionReader } from "@gatehouse/record-sessions";
import type { AuthorizationAnswer } from "./authorization-response.js";
import { FinishAuthorization } from "./finish-authorization.js";

interface Hint {
  sub?: string;
  session?: LiveSession;
}

/** The authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2; spec: oauth-oidc §4). */
@Injectable()
export class Authorize {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionReader,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly authorizationSessions: AuthorizationSessions,
    private readonly finish: FinishAuthorization,
  ) {}

  async run(ctx: ProjectContext, params: AuthorizeParams, current: RequestSession | undefined): Promise<AuthorizationAnswer> {
    const target = this.target(ctx, params);
    if ("error" in target) return { kind: "plain_error", error: target.error };
    try {
      const request = checkAuthorizeRequest(ctx.project.config, target.client, params);
      const hint = await this.hint(ctx, params.id_token_hint);
      const prompt = effectivePrompt(ctx, request, hint);
      const found = { ...target, request, params };
      if (prompt.includes("none")) return await this.silently(ctx, found, { current, hint });
      return await this.toUi(ctx, found, { prompt, hint });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return this.finish.refusal(params, target, error);
    }
  }

  private target(ctx: ProjectContext, params: AuthorizeParams): { client: OAuthClientConfig; redirectUri: string } | { error: OAuthError } {
    try {
      const client = findClient(ctx.project.config, params.client_id);
      if (!client) throw new OAuthError("unauthorized_client", "invalid client ID");
      if (client.x_application_type === "m2m") throw new OAuthError("unauthorized_client", "m2m clients are not allowed to use the authorize endpoint");
      responseMode(params);
      return { client, redirectUri: checkRedirectUri(ctx, client, params.redirect_uri) };
    } catch (error) {
      if (error instanceof OAuthError) return { error };
      throw error;
    }
  }

  /** The signature of a hint is checked; its expiry, issuer and audience are not. */
  private async hint(ctx: ProjectContext, token: string | undefined): Promise<Hint> {
    if (!token) return {};
    const keys = (ctx.project.secrets.oauth?.keys ?? []) as KeyJwk[];
    const claims = await verifyJwt(keys, token, { currentDate: new Date(0) });
    if (!claims) throw new OAuthError("invalid_request", "invalid id_token_hint");
    const sid = decodeSid(claims.sid);
    return { sub: claims.sub, session: sid && (await this.sessions.byId(ctx, sid.kind, sid.id)) };
  }

  /** `prompt=none`: an answer at once, or `login_required`. */
  private async silently(ctx: ProjectContext, found: Found, { current, hint }: { current: RequestSession | undefined; hint: Hint }): Promise<AuthorizationAnswer> {
    const eligible = current?.scopes.includes(PRE_AUTHENTICATED_URL) ? current.live : undefined;
    if (!eligible || (hint.sub !== undefined && hint.sub !== eligible.user.id)) throw new OAuthError("login_required", "authentication required");
    const { client, request } = found;
    if (!clientTraits(client).firstParty) {
      const known = await this.db.read((tx) => this.authorizations.find(ctx, tx, { userId: eligible.user.id, clientId: client.client_id }));
      if (!known) throw new OAuthError("access_denied", "authorization required");
      if (!request.scopes.every((scope) => known.scopes.includes(scope))) throw new OAuthError("access_denied", "requested scopes are not granted");
    }
    return this.finish.run(ctx, { ...found, info: infoOf(eligible) });
  }

  private async toUi(ctx: ProjectContext, { client, redirectUri, params }: Found, { prompt, hint }: { prompt: string[]; hint: Hint }): Promise<AuthorizationAnswer> {
    const kept = Object.fromEntries(
      Object.entries({ ...params, redirect_uri: redirectUri, prompt: prompt.join(" "), user_id_hint: hint.sub }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const session = await this.authorizationSessions.create(ctx, kept);
    const passed = { x_color_scheme: params.x_color_scheme, ui_locales: params.ui_locales, state: params.state, x_state: params.x_state };
    const custom = client.x_custom_ui_uri ? { login_hint: params.login_hint, id_token_hint: params.id_token_hint } : {};
    const query = { x_ref: session.id, client_id: client.client_id, redirect_uri: redirectUri, x_settings_action_id: "", ...passed, ...custom };
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Record<string, string>;
    return { kind: "to_ui", location: withQuery(client.x_custom_ui_uri ?? `${ctx.project.config.http.public_origin}/_internals/oauth_entrypoint`, given) };
  }
}

interface Found {
  client: OAuthClientConfig;
  redirectUri: string;
  request: AuthorizeRequest;
  params: AuthorizeParams;
}

/** `max_age` turns into `prompt=login` when the session of the hint is missing or too old (spec: oauth-oidc §4.4). */
function effectivePrompt(ctx: ProjectContext, { prompt, maxAge }: AuthorizeRequest, { session }: Hint): string[] {
  if (maxAge === undefined || prompt.includes("login")) return prompt;
  const age = session ? (ctx.now().getTime() - session.session.authenticatedAt.getTime()) / 1000 : undefined;
  return age === undefined || maxAge === 0 || age > maxAge || age < 0 ? [...prompt, "login"] : prompt;
}

/** The result of an authentication that a live session stands for. */
export function infoOf({ kind, session, user }: LiveSession): AuthenticationInfo {
  return { userId: user.id, authenticatedAt: session.authenticatedAt.getTime(), amr: session.amr, session: { type: kind, id: session.id }, continued: true, createdUser: false };
}
