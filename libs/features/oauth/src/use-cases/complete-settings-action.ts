import { Injectable } from "@nestjs/common";
import { responseTypeOf } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo } from "@gatehouse/domain-session";
import { AuthenticationInfos, AuthorizationSessions } from "@gatehouse/record-grants";

/** An action that is done. */
export interface DoneSettingsAction {
  authorizationSessionId: string;
  /** The `x_settings_action_id` of the page. */
  actionId: string;
  /** What was done, as `x_settings_action` names it. */
  done: readonly string[];
  /** Who did it. */
  info: AuthenticationInfo;
}

/** The end of a settings action: the app that asked for it is told (spec: oauth-oidc §11). */
@Injectable()
export class CompleteSettingsAction {
  constructor(
    private readonly sessions: AuthorizationSessions,
    private readonly infos: AuthenticationInfos,
  ) {}

  /** Where the browser goes with the result; undefined when the authorization session is over, or asked for something else. */
  async run(ctx: ProjectContext, { authorizationSessionId, actionId, done, info }: DoneSettingsAction): Promise<string | undefined> {
    const session = await this.sessions.get(ctx, authorizationSessionId);
    if (!session || responseTypeOf(session.request) !== "settings_action" || session.request.settings_action_id !== actionId) return undefined;
    const { client_id = "", redirect_uri = "", state, x_settings_action = "" } = session.request;
    if (!done.includes(x_settings_action)) return undefined;
    const code = await this.infos.create(ctx, { ...info, authorizationSessionId, settingsAction: true });
    return `${ctx.project.config.http.public_origin}/oauth2/consent?${new URLSearchParams({ client_id, redirect_uri, ...(state === undefined ? {} : { state }), code })}`;
  }
}
