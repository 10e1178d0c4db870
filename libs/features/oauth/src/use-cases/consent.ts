import { Injectable } from "@nestjs/common";
import { type AuthorizeParams, checkRedirectUri, clientTraits, findClient, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo, AuthorizationSession } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { AuthenticationInfos, AuthorizationSessions, ClientAuthorizationStore } from "@gatehouse/record-grants";
import { RequestTargets } from "../rules/request-targets.js";
import type { AuthorizationAnswer } from "./authorization-response.js";
import type { FoundRequest } from "./authorize-found.js";
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
    private readonly targets: RequestTargets,
  ) {}

  /** `action`: what the consent form says; absent for the visit that may not need to ask. */
  async run(ctx: ProjectContext, query: AuthorizeParams, action?: "consent" | "cancel"): Promise<AuthorizationAnswer> {
    if (!query.code) return { kind: "plain_error", error: new OAuthError("login_required", "authentication required") };
    try {
      return await this.resume(ctx, { code: query.code, action });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return this.refuse(ctx, query, error);
    }
  }

  private async resume(ctx: ProjectContext, { code, action }: { code: string; action?: "consent" | "cancel" }): Promise<AuthorizationAnswer> {
    const info = await this.infos.get(ctx, code);
    if (!info) throw new OAuthError("invalid_request", "authentication expired");
    const session = info.authorizationSessionId ? await this.authorizationSessions.get(ctx, info.authorizationSessionId) : undefined;
    if (!session) throw new OAuthError("invalid_request", "oauth session expired");
    const params: AuthorizeParams = session.request;
    const client = findClient(ctx.project.config, params.client_id);
    if (!client) throw new OAuthError("unauthorized_client", "invalid client ID");
    const redirectUri = checkRedirectUri(ctx, client, params.redirect_uri);
    const request = await this.targets.check(ctx, client, { ...params, prompt: undefined });
    const found = { client, redirectUri, request, params };
    // What a settings action proves is worth no tokens, and a login completes no settings action.
    if ((info.settingsAction === true) !== (request.responseType === "settings_action")) throw new OAuthError("invalid_request", "authentication expired");
    if (action === "cancel") {
      await this.forget(ctx, { code, session });
      return this.finish.refusal(found, new OAuthError("access_denied", "authorization denied"));
    }
    if (action === undefined && (await this.mustAsk(ctx, found, info)))
      return { kind: "ask_consent", client, redirectUri, scopes: request.scopes, identity: await this.identity(ctx, info.userId) };
    if (!(await this.infos.consume(ctx, code))) throw new OAuthError("invalid_request", "authentication expired");
    await this.authorizationSessions.delete(ctx, session.id);
    return this.finish.run(ctx, found, info);
  }

  /** Third parties get what the user has granted them, and ask for the rest. */
  private async mustAsk(ctx: ProjectContext, { client, request }: FoundRequest, info: AuthenticationInfo): Promise<boolean> {
    if (clientTraits(client).firstParty || request.responseType === "settings_action") return false;
    if (request.resources) return true; // what was granted says nothing of the API it was granted for
    return !(await this.isGranted(ctx, { info, clientId: client.client_id, scopes: request.scopes }));
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
      return this.finish.refusal({ client, redirectUri: checkRedirectUri(ctx, client, query.redirect_uri), params: { state: query.state } }, error);
    } catch (invalid) {
      if (invalid instanceof OAuthError) return { kind: "plain_error", error };
      throw invalid;
    }
  }
}
