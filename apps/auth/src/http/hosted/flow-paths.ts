import type { PageScreen } from "./page-screen.js";

/** A flow's answer as the pages read it. */
export interface ShownState {
  type: string;
  name?: string;
  action: { type?: string; data?: Record<string, unknown>; identification?: string; authentication?: string };
}

/** An option of a state, whatever it is an option of. */
export interface Option {
  identification?: string;
  authentication?: string;
  alias?: string;
  provider_type?: string;
  provider_status?: string;
  wechat_app_type?: string;
  server_name?: string;
  channel?: string;
  channels?: string[];
  otp_form?: string;
  target?: { masked_display_name: string; verification_required: boolean };
  masked_display_name?: string;
  request_options?: unknown;
  password_policy?: PasswordPolicy;
  bot_protection?: { enabled?: boolean; provider?: { type?: string } };
}

/** What new passwords must be like. */
export interface PasswordPolicy {
  minimum_length?: number;
  uppercase_required?: boolean;
  lowercase_required?: boolean;
  alphabet_required?: boolean;
  digit_required?: boolean;
  symbol_required?: boolean;
  minimum_zxcvbn_score?: number;
}

/** The options a state offers. */
export const optionsOf = (state: ShownState): Option[] => (state.action.data?.options ?? []) as Option[];

/** The `type` of a state's data. */
export const dataType = (state: ShownState): string | undefined => state.action.data?.type as string | undefined;

/** Pages of a step are under this path. */
export const V2 = "/authflow/v2";

/** Where a flow of a type begins. */
export const ENTRY: Readonly<Record<string, string>> = {
  login: "/login",
  signup_login: "/login",
  signup: "/signup",
  promote: "/flows/promote_user",
  reauth: "/reauth",
  account_recovery: `${V2}/forgot_password`,
};

/** Pages of states whose data have a type that says it all. */
const BY_DATA: Readonly<Record<string, string>> = {
  account_linking_identification_data: "account_linking",
  create_totp_data: "setup_totp",
  select_oob_otp_channels_data: "enter_oob_otp",
  view_recovery_code_data: "view_recovery_code",
  create_passkey_data: "prompt_create_passkey",
  account_recovery_identification_data: "forgot_password",
  account_recovery_select_destination_data: "forgot_password",
};

/** The page of a state (spec: auth UI §4). */
export function pathOf(state: ShownState, screen: Partial<PageScreen> = {}): string {
  if (state.action.type === "finished") return `${V2}/finish`;
  if (screen.waiting) return `${V2}/verify_bot_protection`;
  const type = dataType(state);
  if (type === "identification_data") return screen.ldapServer ? `${V2}/ldap_login` : (ENTRY[state.type] ?? "/login");
  return `${V2}/${(type && BY_DATA[type]) ?? stepPage(state, screen)}`;
}

function stepPage(state: ShownState, screen: Partial<PageScreen>): string {
  const data = state.action.data ?? {};
  switch (data.type) {
    case "authentication_data":
      return authenticatePage(state, screen);
    case "create_authenticator_data":
      return createPage(state, screen);
    case "verify_oob_otp_data":
      return data.otp_form === "link" ? "oob_otp_link" : "enter_oob_otp";
    case "account_recovery_verify_code_data":
      return data.otp_form === "link" ? "forgot_password/link/sent" : "forgot_password/otp";
    case "new_password_data":
      return state.type === "account_recovery" ? "reset_password" : "change_password";
    case "oauth_data":
      return oauthPage(data);
    default:
      return state.action.type ?? "error";
  }
}

function oauthPage(data: Record<string, unknown>): string {
  if (data.oauth_provider_type === "wechat") return "wechat";
  return data.provider_status === "using_demo_credentials" ? "oauth_provider_demo_credential" : "oauth_provider";
}

function authenticatePage(state: ShownState, screen: Partial<PageScreen>): string {
  const option = optionsOf(state)[screen.branch?.index ?? 0];
  if (option?.bot_protection && !screen.bot) return "verify_bot_protection";
  const { authentication = "" } = option ?? {};
  if (authentication.endsWith("totp")) return "enter_totp";
  if (authentication === "recovery_code") return "enter_recovery_code";
  if (authentication.endsWith("passkey")) return "use_passkey";
  return authentication.endsWith("password") ? "enter_password" : "enter_oob_otp";
}

function createPage(state: ShownState, screen: Partial<PageScreen>): string {
  const option = optionsOf(state)[screen.branch?.index ?? 0];
  if (option?.authentication?.endsWith("password")) return "create_password";
  if (option?.authentication?.includes("oob_otp") && !option.target) return "setup_oob_otp";
  return "verify_bot_protection";
}

/** Parameters that a page is opened with beside its state (spec: auth UI §4). */
export function pageParameters(path: string): Record<string, string> {
  if (path.endsWith("/forgot_password/otp")) return { x_can_back_to_login: "true" };
  return path.endsWith("/link/sent") ? { x_can_back_to_login: "false" } : {};
}

/** What a typed login id most likely is (spec: auth UI §6). */
export function guessIdentification(typed: string, allowed: readonly string[]): string {
  const text = typed.trim();
  const guess = /^\+?[0-9][0-9 ().-]{5,}$/.test(text) || /^\+[0-9 -]*$/.test(text) ? "phone" : text.includes("@") ? "email" : "username";
  return allowed.includes(guess) ? guess : (allowed[0] ?? guess);
}
