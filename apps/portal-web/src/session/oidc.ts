import { type User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { PortalSettings } from "../api/shapes.js";

/** Path the sign-in comes back to. */
export const CALLBACK_PATH = "/oauth-redirect";

/** Reads GET /api/config. Throws when the portal server does not answer. */
export async function loadSettings(): Promise<PortalSettings> {
  const response = await fetch("/api/config", { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`The portal server answered with status ${response.status}.`);
  return (await response.json()) as PortalSettings;
}

/** Authorization code with PKCE against the project that signs developers in; tokens stay in this tab. */
export function createUserManager(settings: PortalSettings): UserManager {
  const origin = window.location.origin;
  return new UserManager({
    authority: settings.authgear_endpoint,
    client_id: settings.client_id,
    redirect_uri: `${origin}${CALLBACK_PATH}`,
    post_logout_redirect_uri: `${origin}/`,
    response_type: "code",
    scope: "openid offline_access https://authgear.com/scopes/full-access",
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    automaticSilentRenew: false,
    loadUserInfo: false,
  });
}

/** The access token, renewed first when it is about to end. */
export async function freshToken(manager: UserManager): Promise<string | undefined> {
  const user = await manager.getUser();
  if (!user) return undefined;
  return (user.expires_in ?? 0) > 30 ? user.access_token : (await renew(manager, user))?.access_token;
}

/** A new access token by the refresh token; undefined when the session has ended. */
export async function renew(manager: UserManager, user?: User | null): Promise<User | undefined> {
  const known = user ?? (await manager.getUser());
  if (!known?.refresh_token) return undefined;
  try {
    return (await manager.signinSilent()) ?? undefined;
  } catch {
    return undefined;
  }
}
