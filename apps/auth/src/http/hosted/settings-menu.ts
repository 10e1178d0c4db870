import type { ProjectConfig } from "@gatehouse/domain-config";
import type { Identity } from "@gatehouse/domain-identity";
import { endUserLevel, shownPicture, type UserFacts } from "@gatehouse/domain-user";

type LoginIdKey = ProjectConfig["identity"]["login_id"]["keys"][number];

/** A value with whether it has been proven; undefined where nobody asks for that. */
export interface ShownLoginId {
  identity: Identity;
  value: string;
  verified?: boolean;
}

/** A kind of login id on the first page of the settings. */
export interface LoginIdEntry {
  type: "email" | "phone" | "username";
  href: string;
  values: readonly ShownLoginId[];
}

/** What the first page of the settings offers (spec: auth UI §7, menu visibility). */
export interface SettingsMenu {
  loginIds: readonly LoginIdEntry[];
  /** Names of linked social accounts, by alias; absent where there are no providers. */
  social?: readonly string[];
  password: boolean;
  passkeys?: number;
  secondFactors?: number;
  biometric?: number;
  advanced: boolean;
}

/** The menu of a user. */
export function settingsMenu(config: ProjectConfig, facts: UserFacts): SettingsMenu {
  const { authentication, identity, account_deletion } = config;
  const { identities, authenticators } = facts;
  const count = (type: Identity["type"]) => identities.filter((one) => one.type === type).length;
  const providers = (authentication.identities.includes("oauth") && identity.oauth.providers) || [];
  const linked = identities.flatMap(({ details }) => details.oauth?.alias ?? []);
  const passkeys = count("passkey");
  const offersSecond = authentication.secondary_authenticators.length > 0 && authentication.secondary_authentication_mode !== "disabled";
  return {
    loginIds: identity.login_id.keys.flatMap((key) => loginIdEntry(config, facts, key) ?? []),
    ...(providers.length > 0 ? { social: linked } : {}),
    password: authenticators.some(({ type, kind }) => type === "password" && kind === "primary"),
    ...(passkeys > 0 || authentication.identities.includes("passkey") ? { passkeys } : {}),
    ...(offersSecond ? { secondFactors: authenticators.filter(({ kind }) => kind === "secondary").length } : {}),
    ...(identity.biometric.list_enabled ? { biometric: count("biometric") } : {}),
    advanced: account_deletion.scheduled_by_end_user_enabled,
  };
}

/** One identity that may be changed leads straight to that page. */
function loginIdEntry(config: ProjectConfig, facts: UserFacts, declared: LoginIdKey): LoginIdEntry | undefined {
  const key = declared.key ?? declared.type;
  const values = loginIdsOf(config, facts, key);
  const [only] = values;
  if (!only && declared.create_disabled) return undefined;
  const single = values.length === 1 && only && !declared.update_disabled;
  const query = new URLSearchParams({ q_login_id_key: key, ...(single ? { q_identity_id: only.identity.id, q_back_url: "/settings" } : {}) });
  return { type: declared.type, values, href: `/settings/identity/${single ? "change_" : ""}${declared.type}?${query}` };
}

/** The user's login ids of a key, oldest first. */
export function loginIdsOf(config: ProjectConfig, { identities, verified }: Pick<UserFacts, "identities" | "verified">, key: string): ShownLoginId[] {
  const own = identities.filter(({ loginIdKey }) => loginIdKey === key).toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return own.map((identity) => {
    const name = identity.loginIdType === "email" ? "email" : identity.loginIdType === "phone" ? "phone_number" : undefined;
    const value = identity.originalLoginId ?? identity.loginId ?? "";
    if (!name || !config.verification.claims[name].enabled) return { identity, value };
    return { identity, value, verified: verified.some((claim) => claim.name === name && claim.value === identity.loginId) };
  });
}

/** The address of the user's picture, where he may see it. */
export function pictureOf(config: ProjectConfig, { user }: Pick<UserFacts, "user">): string | undefined {
  const { picture } = shownPicture(config.http.public_origin, user.standardAttributes);
  return endUserLevel(config, "/picture") !== "hidden" && typeof picture === "string" ? picture : undefined;
}

/** What a person is called: his name as far as he may see it, else what names his account. */
export function personName(config: ProjectConfig, { user }: Pick<UserFacts, "user">): string {
  const shown = (name: string): string => {
    const value = user.standardAttributes[name];
    return typeof value === "string" && endUserLevel(config, `/${name}`) !== "hidden" ? value : "";
  };
  const parts = ["given_name", "middle_name", "family_name"].map(shown).filter(Boolean).join(" ");
  return shown("name") || parts || shown("nickname") || shown("email") || shown("preferred_username") || shown("phone_number");
}
