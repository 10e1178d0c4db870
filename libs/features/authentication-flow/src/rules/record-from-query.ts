import { suppressesIdpSession } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthorizationSessions } from "@gatehouse/record-grants";
import type { RunRecord } from "../engine/run.js";

const text = (value: string | null | undefined): string | undefined => value || undefined;

/** What the query string of the UI says about the run; an unknown or expired `x_ref` is ignored (spec: authentication flow §2.3). */
export async function recordFromQuery(ctx: ProjectContext, sessions: AuthorizationSessions, urlQuery: string): Promise<Omit<RunRecord, "id" | "traceId" | "channel">> {
  const query = new URLSearchParams(urlQuery);
  const reference = text(query.get("x_ref"));
  const session = reference ? await sessions.get(ctx, reference) : undefined;
  const request = session?.request ?? {};
  const pick = (name: string): string | undefined => text(query.get(name)) ?? text(request[name]);
  const own = { clientId: pick("client_id"), state: pick("state"), xState: pick("x_state"), uiLocales: pick("ui_locales"), loginHint: pick("login_hint") };
  if (!session) return reference ? { ...own, unknownAuthorization: true } : own;
  return {
    ...own,
    authorizationSessionId: session.id,
    redirectUri: consentUrl(ctx, request),
    suppressIdpSession: suppressesIdpSession(request),
    userIdHint: text(request.user_id_hint),
    idTokenHint: text(request.id_token_hint),
    prompt: (request.prompt ?? "").split(" ").filter((value) => value !== ""),
  };
}

function consentUrl(ctx: ProjectContext, request: Record<string, string>): string {
  const url = new URL(`${ctx.request.publicOrigin}/oauth2/consent`);
  for (const name of ["client_id", "redirect_uri", "state"]) if (request[name]) url.searchParams.set(name, request[name]);
  return url.href;
}
