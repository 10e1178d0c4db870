import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits } from "./clients.js";
import { OAuthError } from "./oauth-error.js";

/** Everything the user may do. */
export const FULL_ACCESS = "https://authgear.com/scopes/full-access";
/** Every claim of the user. */
export const FULL_USERINFO = "https://authgear.com/scopes/full-userinfo";
/** May be carried over to a browser. */
export const PRE_AUTHENTICATED_URL = "https://authgear.com/scopes/pre-authenticated-url";

/** Scopes of the metadata document. */
export const SCOPES_SUPPORTED = ["offline_access", "device_sso", "openid", "profile", "email", "address", "phone", FULL_ACCESS, FULL_USERINFO, PRE_AUTHENTICATED_URL] as const;

/** Whether a scope has a meaning of its own; others are scopes of an API resource. */
export const isBuiltInScope = (scope: string): boolean => (SCOPES_SUPPORTED as readonly string[]).includes(scope);

const PLAIN: readonly string[] = ["openid", "offline_access", "profile", "email", "phone", "address", FULL_USERINFO];

/** Checks the scopes a client asks for. Throws `invalid_scope` (spec: oauth-oidc §5). */
export function checkScopes(client: OAuthClientConfig, scopes: readonly string[]): void {
  const refuse = (description: string): never => {
    throw new OAuthError("invalid_scope", description);
  };
  if (!scopes.includes("openid")) refuse("must request 'openid' scope");
  for (const [index, scope] of scopes.entries()) {
    if (PLAIN.includes(scope)) continue;
    if (scope === FULL_ACCESS && !clientTraits(client).fullAccess) refuse("full access is not allowed for this client");
    else if (scope === "device_sso" && !client.x_pre_authenticated_url_enabled) refuse("device_sso is not allowed for this client");
    else if (scope === PRE_AUTHENTICATED_URL && (!client.x_pre_authenticated_url_enabled || !scopes.slice(0, index).includes("device_sso")))
      refuse("pre-authenticated-url is not allowed for this client");
    else if (scope !== FULL_ACCESS && scope !== "device_sso" && scope !== PRE_AUTHENTICATED_URL) refuse(`specified scope is not allowed: ${scope}`);
  }
}

const CLAIMS_OF_SCOPE: Readonly<Record<string, readonly string[]>> = {
  profile: [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
  ],
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
  address: ["address"],
};

/** Standard attributes that scopes allow to be seen. */
export function claimsByScope(attributes: Readonly<Record<string, unknown>>, scopes: readonly string[]): Record<string, unknown> {
  if (scopes.includes(FULL_ACCESS) || scopes.includes(FULL_USERINFO)) return { ...attributes };
  const allowed = new Set(scopes.flatMap((scope) => CLAIMS_OF_SCOPE[scope] ?? []));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => allowed.has(name)));
}

/** The parts of a space-separated list. */
export const spaceList = (text: string | undefined): string[] => (text ?? "").split(" ").filter(Boolean);
