import type { ProjectConfig } from "@gatehouse/domain-config";
import { OAuthError } from "./oauth-error.js";

/** The page that a settings action happens on, with what its address says. */
export interface SettingsActionPage {
  path: string;
  query: Record<string, string>;
}

const LOGIN_ID_ACTION = /^(add|change)_(email|phone|username)$/;

const refuse = (description: string): never => {
  throw new OAuthError("invalid_request", description);
};

/** The page of an `x_settings_action`. Throws `invalid_request` for unknown actions, and for those that the project allows nobody (spec: oauth-oidc §11). */
export function settingsActionPage(config: ProjectConfig, { action = "", providerAlias }: { action?: string; providerAlias?: string }): SettingsActionPage {
  if (action === "change_password" || action === "delete_account") return { path: `/settings/${action}`, query: {} };
  if (action === "link_oauth" || action === "unlink_oauth") {
    if (!providerAlias) return refuse("x_oauth_provider_alias is required");
    return { path: "/settings/identity/oauth", query: { x_provider_alias: providerAlias, ...(action === "unlink_oauth" ? { x_settings_action: action } : {}) } };
  }
  const [, verb, type] = LOGIN_ID_ACTION.exec(action) ?? [];
  if (!verb || !type) return refuse("invalid settings action");
  const key = config.identity.login_id.keys.find((one) => one.type === type && (verb === "add" ? one.create_disabled : one.update_disabled) === false);
  if (!key) return refuse(`${action} is not allowed`);
  return { path: `/settings/identity/${action}`, query: { q_login_id_key: key.key ?? key.type } };
}
