import { Injectable } from "@nestjs/common";
import { OAuthError, settingsActionPage } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { AppSessionToken } from "./app-session-token.js";
import type { AuthorizationAnswer } from "./authorization-response.js";
import type { FoundRequest } from "./authorize-found.js";
import { HandOff } from "./authorize-hand-off.js";

const refuse = (description: string): never => {
  throw new OAuthError("invalid_request", description);
};

/** An app sends its user to one settings page, and wants to know when that is done (spec: oauth-oidc §11). */
@Injectable()
export class AuthorizeSettingsAction {
  constructor(
    private readonly appSession: AppSessionToken,
    private readonly handOff: HandOff,
  ) {}

  /** Throws OAuthError. The token of the hint is spent last. */
  async run(ctx: ProjectContext, found: FoundRequest): Promise<AuthorizationAnswer> {
    const { params, request, hint } = found;
    const { loginHint } = request;
    if (!loginHint) return refuse("login_hint must be provided when using settings action");
    if (loginHint.type !== "app_session_token") return refuse("login_hint must be app_session_token when using settings action");
    const page = settingsActionPage(ctx.project.config, { action: params.x_settings_action, providerAlias: params.x_oauth_provider_alias });
    const { cookie, live } = await this.appSession.redeem(ctx, loginHint.token);
    if (hint?.sub !== undefined && hint.sub !== live.user.id) return refuse("the login_hint is of another user than the id_token_hint");
    return this.handOff.run(ctx, found, { page, prompt: request.prompt, settingsActionId: randomString(32, CROCKFORD), cookies: [cookie] });
  }
}
