import { OAuthError } from "./oauth-error.js";

/** Whom a request expects to log in (spec: oauth-oidc §4.5). */
export type LoginHint =
  | { type: "login_id"; loginId?: string; enforce: boolean }
  /** An anonymous user, who is to be promoted. */
  | { type: "anonymous" }
  /** The session of an app, to be carried over to the browser. */
  | { type: "app_session_token"; token: string };

const PREFIX = "https://authgear.com/login_hint?";

/** Reads a `login_hint`; undefined for none. Throws `invalid_request` when it is malformed or of an unknown type. */
export function parseLoginHint(hint: string | undefined): LoginHint | undefined {
  if (!hint) return undefined;
  const params = hint.startsWith(PREFIX) ? new URLSearchParams(hint.slice(PREFIX.length)) : new URLSearchParams();
  const value = (name: string): string | undefined => params.get(name) || undefined;
  switch (params.get("type")) {
    case "login_id": {
      const loginId = value("email") ?? value("phone") ?? value("username");
      return { type: "login_id", ...(loginId ? { loginId } : {}), enforce: params.get("enforce") === "true" };
    }
    case "anonymous":
      return { type: "anonymous" };
    case "app_session_token":
      return { type: "app_session_token", token: params.get("app_session_token") ?? "" };
    default:
      throw new OAuthError("invalid_request", "invalid login_hint");
  }
}
