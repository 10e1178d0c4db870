import type { OAuthClientConfig, ProjectConfig } from "@gatehouse/domain-config";
import type { SessionKind } from "@gatehouse/domain-session";
import { bearerLevel, isVerified, shownAttributes, shownCustomAttributes, shownPicture, type User } from "@gatehouse/domain-user";
import { clientTraits } from "./clients.js";
import { claimsByScope, FULL_ACCESS, FULL_USERINFO } from "./scopes.js";

/** What claims say of a user. */
export interface ClaimSource {
  user: User;
  identities: readonly {
    type: string;
    login_id_key: string | null;
    login_id_type: string | null;
    oauth_provider_type: string | null;
    oauth_provider_alias: string | null;
    claims: Record<string, unknown>;
    created_at: string;
    updated_at: string;
  }[];
  authenticators: readonly { type: string; kind: string; created_at: string; updated_at: string }[];
  verified: readonly { name: string; value: string }[];
  hasRecoveryCodes: boolean;
  /** Keys of the user's own roles and those of his groups, oldest role first. */
  effectiveRoles: readonly string[];
}

const USER = "https://authgear.com/claims/user";
const IDENTITY_ORDER = ["login_id", "oauth", "anonymous", "biometric", "passkey", "siwe", "ldap"];

/** The claims every token and userinfo carry. */
export function coreClaims(config: ProjectConfig, source: ClaimSource): Record<string, unknown> {
  const rules = config.verification;
  return {
    [`${USER}/is_anonymous`]: source.identities.some(({ type }) => type === "anonymous"),
    [`${USER}/is_verified`]: isVerified(
      rules,
      source.identities.map(({ claims }) => claims),
      source.verified,
    ),
    [`${USER}/can_reauthenticate`]: source.authenticators.length > 0,
    [`${USER}/roles`]: source.effectiveRoles,
  };
}

const HIDDEN_BY_DEFAULT: readonly string[] = ["name", "nickname", "middle_name", "profile", "website", "address"];

/** Standard attributes that the bearer of a token may see (`user_profile.standard_attributes.access_control`). */
function bearerAttributes(config: ProjectConfig, source: ClaimSource): Record<string, unknown> {
  const rules = config.user_profile.standard_attributes.access_control ?? [];
  const level = (name: string): string => rules.find(({ pointer }) => pointer === `/${name}`)?.access_control?.bearer ?? (HIDDEN_BY_DEFAULT.includes(name) ? "hidden" : "readonly");
  return Object.fromEntries(
    Object.entries(shownPicture(config.http.public_origin, shownAttributes(source.user, source.verified))).filter(([name]) => level(name.replace(/_verified$/, "")) !== "hidden"),
  );
}

/** Custom attributes that the bearer of a token may see; a project has to allow each of them (spec: user model §7.3). */
const bearerCustomAttributes = (config: ProjectConfig, { user }: ClaimSource): Record<string, unknown> =>
  Object.fromEntries(Object.entries(shownCustomAttributes(config, user)).filter(([name]) => bearerLevel(config, `/${name}`) !== "hidden"));

/** The claims of personal attributes in tokens of a client, by scope. */
export function personalClaims(config: ProjectConfig, source: ClaimSource, grant: { client: OAuthClientConfig; scopes: readonly string[] }): Record<string, unknown> {
  return clientTraits(grant.client).personalClaims ? claimsByScope(bearerAttributes(config, source), grant.scopes) : {};
}

/** The body of userinfo (spec: oauth-oidc §8). Without a client the caller is the IdP session itself. */
export function userInfo(config: ProjectConfig, source: ClaimSource, grant: { client: OAuthClientConfig | undefined; scopes: readonly string[] }): Record<string, unknown> {
  const everything = !grant.client || clientTraits(grant.client).firstParty;
  const attributes = bearerAttributes(config, source);
  const shown = everything ? { ...attributes, custom_attributes: bearerCustomAttributes(config, source), x_web3: {} } : claimsByScope(attributes, grant.scopes);
  const detailed = grant.scopes.includes(FULL_ACCESS) || grant.scopes.includes(FULL_USERINFO) ? detailClaims(config, source) : {};
  return { sub: source.user.id, ...coreClaims(config, source), ...detailed, ...shown };
}

function detailClaims(config: ProjectConfig, { identities, authenticators, hasRecoveryCodes }: ClaimSource): Record<string, unknown> {
  const { primary_authenticators: primary, secondary_authenticators: secondary } = config.authentication;
  const enabled: readonly string[] = [...primary, ...secondary];
  const ordered = identities.toSorted((a, b) => IDENTITY_ORDER.indexOf(a.type) - IDENTITY_ORDER.indexOf(b.type));
  return {
    [`${USER}/authenticators`]: authenticators
      .filter(({ type }) => enabled.includes(type))
      .map(({ created_at, updated_at, type, kind }) => ({ created_at: iso(created_at), updated_at: iso(updated_at), type, kind })),
    [`${USER}/identities`]: ordered.map(({ created_at, updated_at, type, login_id_key, login_id_type, oauth_provider_type, oauth_provider_alias }) => ({
      created_at: iso(created_at),
      updated_at: iso(updated_at),
      type,
      ...(login_id_key ? { login_id_key } : {}),
      ...(login_id_type ? { login_id_type } : {}),
      ...(oauth_provider_type ? { oauth_provider_type } : {}),
      ...(oauth_provider_alias ? { oauth_provider_alias } : {}),
    })),
    [`${USER}/recovery_code_enabled`]: hasRecoveryCodes,
  };
}

const iso = (time: string): string => new Date(time).toISOString();

/** The `sid` claim: which session a token belongs to (spec: sessions and tokens §11.3). */
export function encodeSid(kind: SessionKind, id: string): string {
  return btoa(`${kind}:${id}`).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The session of a `sid`, or undefined when it is malformed. */
export function decodeSid(sid: unknown): { kind: SessionKind; id: string } | undefined {
  if (typeof sid !== "string" || !/^[A-Za-z0-9_-]+$/.test(sid)) return undefined;
  try {
    const [, kind, id] = /^(idp|offline_grant):([0-9a-f-]{36})$/.exec(atob(sid.replaceAll("-", "+").replaceAll("_", "/"))) ?? [];
    return kind && id ? { kind: kind as SessionKind, id } : undefined;
  } catch {
    return undefined;
  }
}
