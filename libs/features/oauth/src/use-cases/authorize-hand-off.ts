import { Injectable } from "@nestjs/common";
import { withQuery } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AuthorizationSessions } from "@gatehouse/record-grants";
import type { ResponseCookie } from "@gatehouse/record-sessions";
import type { AuthorizationAnswer } from "./authorization-response.js";
import type { FoundRequest } from "./authorize-found.js";

/** Where the browser goes, and what only this endpoint knows of the request. */
export interface HandOffInput {
  /** The page; the start of the UI where absent. */
  page?: { path: string; query: Readonly<Record<string, string>> };
  prompt: readonly string[];
  /** The user may prove himself again by the `id_token_hint` alone. */
  canReauthenticate?: boolean;
  settingsActionId?: string;
  cookies?: readonly ResponseCookie[];
}

type Named = Record<string, string>;
const present = (values: Readonly<Record<string, string | undefined>>): Named =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** Leaves an authorization request with the UI: it is kept while the user signs in (spec: oauth-oidc §6). */
@Injectable()
export class HandOff {
  constructor(private readonly sessions: AuthorizationSessions) {}

  async run(ctx: ProjectContext, { client, redirectUri, params, hint }: FoundRequest, input: HandOffInput): Promise<AuthorizationAnswer> {
    const { page, prompt, canReauthenticate, settingsActionId = "", cookies = [] } = input;
    // Whatever the client sends under these names is overwritten: they are this endpoint's own.
    const own = { user_id_hint: hint?.sub, can_reauthenticate: canReauthenticate ? "true" : undefined, settings_action_id: settingsActionId || undefined };
    const session = await this.sessions.create(ctx, present({ ...params, redirect_uri: redirectUri, prompt: prompt.join(" "), ...own }));
    const passed = { x_color_scheme: params.x_color_scheme, ui_locales: params.ui_locales, state: params.state, x_state: params.x_state };
    const custom = client.x_custom_ui_uri && !page ? client.x_custom_ui_uri : undefined;
    const query = {
      ...Object.fromEntries(new URLSearchParams(params.x_settings_action_query ?? "")),
      x_ref: session.id,
      client_id: client.client_id,
      redirect_uri: redirectUri,
      ...passed,
      ...(custom ? { login_hint: params.login_hint, id_token_hint: params.id_token_hint } : {}),
      ...page?.query,
      x_settings_action_id: settingsActionId,
    };
    const start = custom ?? `${ctx.project.config.http.public_origin}${page?.path ?? "/_internals/oauth_entrypoint"}`;
    return { kind: "to_ui", location: withQuery(start, present(query)), reference: session.id, cookies };
  }
}
