import { Injectable } from "@nestjs/common";
import { type AuthorizeParams, checkAuthorizeRequest, checkRedirectUri, clientTraits, findClient, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo, AuthorizationSession } from "@gatehouse/domain-session";
import { badRequest } from "@gatehouse/domain-errors";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { AuthenticationInfos, AuthorizationSessions, ClientAuthorizationStore } from "@gatehouse/record-grants";
import type { AuthorizationAnswer } from "./authorization-response.js";
import { FinishAuthorization } from "./finish-authorization.js";

/** The way back from the UI: grants, asks, or refuses (spec: oauth-oidc §6). */
@Injectable()
export class Consent {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly infos: AuthenticationInfos,
    private readonly authorizationSessions: AuthorizationSessions,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly finish: FinishAuthorization,
  ) {}

  /** `action`: what the consent form says; absent for the visit that may not need to ask. */
  async run(ctx: ProjectContext, query: AuthorizeParams, action?: string): Promise<AuthorizationAnswer> {
    if (action !== undefined && action !== "consent" && action !== "cancel") throw badRequest("Unknown action");
    if (!query.code) return { kind: "plain_error", error: new OAuthError("login_required", "authentication required") };
    try {
      return await this.resume(ctx, { code: query.code, action });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return this.refuse(ctx, query, error);
    }
  }

  private async resume(ctx: ProjectContext, { code, action }: { code: string; action?: string }): Promise<AuthorizationAnswer> {
    const info = await this.infos.get(ctx, code);
    if (!info) throw new OAuthError("invalid_request", "authentication expired");
    const session = info.authorizationSessionId ? await this.authorizationSessions.get(ctx, info.authorizationSessionId) : undefined;
    if (!session) throw new OAuthError("invalid_request", "oauth session expired");
    const params: AuthorizeParams = session.request;
    const client = findClient(ctx.project.config, params.client_id);
    if (!client) throw new OAuthError("unauthorized_client", "invalid client ID");
    const redirectUri = checkRedirectUri(ctx, client, params.redirect_uri);
    const approved = { client, redirectUri, request: checkAuthorizeRequest(ctx.project.config, client, { ...params, prompt: undefined }), params };
    if (action === "cancel") {
      await this.forget(ctx, { code, session });
      return this.finish.refusal(params, approved, new OAuthError("access_denied", "authorization denied"));
    }
    if (action === undefined && !clientTraits(client).firstParty && !(await this.isGranted(ctx, { info, clientId: client.client_id, scopes: approved.request.scopes })))
      return { kind: "ask_consent", client, scopes: approved.request.scopes, identity: await this.identity(ctx, info.userId) };
    if (!(await this.infos.consume(ctx, code))) throw new OAuthError("invalid_request", "authentication expired");
    await this.authorizationSessions.delete(ctx, session.id);
    return this.finish.run(ctx, { ...approved, info });
  }

  private async isGranted(ctx: ProjectContext, asked: { info: AuthenticationInfo; clientId: string; scopes: readonly string[] }): Promise<boolean> {
    const known = await this.db.read((tx) => this.authorizations.find(ctx, tx, { userId: asked.info.userId, clientId: asked.clientId }));
    return known !== undefined && asked.scopes.every((scope) => known.scopes.includes(scope));
  }

  private async identity(ctx: ProjectContext, userId: string): Promise<string> {
    const [facts] = await this.db.read((tx) => this.accounts.facts(ctx, tx, [userId]));
    return facts?.identities.find(({ loginId }) => loginId)?.loginId ?? userId;
  }

  private async forget(ctx: ProjectContext, { code, session }: { code: string; session: AuthorizationSession }): Promise<void> {
    await this.infos.consume(ctx, code);
    await this.authorizationSessions.delete(ctx, session.id);
  }

  /** An error goes to the redirect URI of the query when that one validates, else it is plain text. */
  private refuse(ctx: ProjectContext, query: AuthorizeParams, error: OAuthError): AuthorizationAnswer {
    const client = findClient(ctx.project.config, query.client_id);
    if (!client) return { kind: "plain_error", error };
    try {
      return this.finish.refusal({ state: query.state }, { client, redirectUri: checkRedirectUri(ctx, client, query.redirect_uri) }, error);
    } catch (invalid) {
      if (invalid instanceof OAuthError) return { kind: "plain_error", error };
      throw invalid;
    }
  }
}
