import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { checkScopes, OAuthError } from "@gatehouse/domain-oauth";

/** Those of some scopes that a client may ask for itself; order counts (spec: oauth-oidc §5). */
export function allowedScopes(client: OAuthClientConfig, scopes: readonly string[]): string[] {
  const allowed: string[] = [];
  for (const scope of scopes) if (mayAsk(client, ["openid", ...allowed, scope])) allowed.push(scope);
  return allowed;
}

function mayAsk(client: OAuthClientConfig, scopes: readonly string[]): boolean {
  try {
    checkScopes(client, scopes);
    return true;
  } catch (error) {
    if (error instanceof OAuthError) return false;
    throw error;
  }
}
