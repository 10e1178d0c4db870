import type { FlowBranchConfig, FlowConfig, FlowStepConfig, ProjectConfig } from "@gatehouse/domain-config";
import type { FlowType, Identification } from "./flow-terms.js";

/** One-time-password method of each identification. */
const OTP_OF: Partial<Record<Identification, string>> = { email: "oob_otp_email", phone: "oob_otp_sms" };
const LOGIN_IDS: readonly Identification[] = ["email", "phone", "username"];

/** `{bot_protection}` of a branch: the strictest of the named requirements, or nothing. */
function bot(config: ProjectConfig, ...names: (string | undefined)[]): Pick<FlowBranchConfig, "bot_protection"> {
  const requirements: Partial<Record<string, FlowBranchConfig["bot_protection"]>> = config.bot_protection.requirements ?? {};
  const modes = names.map((name) => name && requirements[name]?.mode).filter(Boolean);
  if (modes.length === 0) return {};
  return { bot_protection: { mode: modes.includes("always") ? "always" : "never" } };
}

/** What people may identify with, in the order of `authentication.identities` (spec: authentication flow §5). */
function identifications(config: ProjectConfig): Identification[] {
  const { login_id, oauth, ldap } = config.identity;
  return config.authentication.identities.flatMap((identity): Identification[] => {
    if (identity === "login_id") return [...new Set((login_id.keys ?? []).map(({ type }) => type as Identification))];
    if (identity === "oauth") return oauth.providers?.length ? ["oauth"] : [];
    if (identity === "ldap") return ldap.servers?.length ? ["ldap"] : [];
    return identity === "passkey" ? ["passkey"] : [];
  });
}

/** Primary methods that fit an identification, in the project's order. */
function primaryMethods(config: ProjectConfig, identification: Identification): string[] {
  if (!LOGIN_IDS.includes(identification)) return [];
  return config.authentication.primary_authenticators.filter((method) => method === "password" || method === "passkey" || method === OTP_OF[identification]);
}

function secondaryBranches(config: ProjectConfig, botFor: readonly string[]): FlowBranchConfig[] {
  return config.authentication.secondary_authenticators.map((method) => ({ authentication: `secondary_${method}`, ...(botFor.includes(method) ? bot(config, method) : {}) }));
}

function secondaryLoginStep(config: ProjectConfig, identification: Identification): FlowStepConfig[] {
  const { secondary_authentication_mode: mode, recovery_code, device_token } = config.authentication;
  if (mode === "disabled") return [];
  const branches = secondaryBranches(config, ["password", "oob_otp_email", "oob_otp_sms"]);
  if (!recovery_code.disabled) branches.push({ authentication: "recovery_code" });
  if (!device_token.disabled) branches.push({ authentication: "device_token" });
  return [{ name: `authenticate_secondary_${identification}`, type: "authenticate", ...(mode === "required" ? {} : { optional: true }), one_of: branches }];
}

const passkeyPrompt = (config: ProjectConfig): FlowStepConfig[] => (config.authentication.primary_authenticators.includes("passkey") ? [{ type: "prompt_create_passkey" }] : []);

/** spec: authentication flow §5.1 */
function loginFlow(config: ProjectConfig): FlowConfig {
  const branch = (identification: Identification): FlowBranchConfig => {
    if (identification === "ldap") return { identification, steps: secondaryLoginStep(config, identification) };
    if (!LOGIN_IDS.includes(identification)) return { identification };
    const name = `authenticate_primary_${identification}`;
    const methods = primaryMethods(config, identification).map((method): FlowBranchConfig => {
      if (method === "passkey") return { authentication: "primary_passkey" };
      const secondary = secondaryLoginStep(config, identification);
      if (method === "password") return { authentication: "primary_password", ...bot(config, "password"), steps: [...secondary, { type: "change_password", target_step: name }] };
      return { authentication: `primary_${method}`, target_step: "login_identify", ...bot(config, method), steps: secondary };
    });
    return { identification, ...bot(config, "signup_or_login"), steps: [{ name, type: "authenticate", one_of: methods }] };
  };
  return {
    name: "default",
    steps: [
      { name: "login_identify", type: "identify", one_of: [{ identification: "select_account" }, ...identifications(config).map(branch)] },
      { type: "check_account_status" },
      { type: "terminate_other_sessions" },
      ...passkeyPrompt(config),
    ],
  };
}

/** Whether a sign-up with an identification proves the address at once. */
function verifies(config: ProjectConfig, identification: Identification): boolean {
  const { claims } = config.verification;
  const claim = identification === "email" ? claims?.email : identification === "phone" ? claims?.phone_number : undefined;
  return claim !== undefined && claim.enabled !== false && claim.required !== false;
}

function signupSteps(config: ProjectConfig, identification: Identification): FlowStepConfig[] {
  const steps: FlowStepConfig[] = verifies(config, identification) ? [{ type: "verify", target_step: "signup_identify" }] : [];
  const primary = primaryMethods(config, identification).filter((method) => method !== "passkey");
  if (primary.length > 0)
    steps.push({
      name: `authenticate_primary_${identification}`,
      type: "create_authenticator",
      one_of: primary.map((method) => ({ authentication: `primary_${method}`, ...(method === "password" ? {} : { target_step: "signup_identify", ...bot(config, method) }) })),
    });
  if (config.authentication.secondary_authentication_mode === "required") {
    const recovery: FlowStepConfig[] = config.authentication.recovery_code.disabled ? [] : [{ type: "view_recovery_code" }];
    const branches = secondaryBranches(config, ["oob_otp_email", "oob_otp_sms"]).map((one) => ({ ...one, steps: recovery }));
    steps.push({ name: `authenticate_secondary_${identification}`, type: "create_authenticator", one_of: branches });
  }
  return steps;
}

/** spec: authentication flow §5.2 */
function signupFlow(config: ProjectConfig): FlowConfig {
  const branch = (identification: Identification): FlowBranchConfig => {
    if (identification === "oauth") return { identification };
    const steps = signupSteps(config, identification);
    if (identification === "ldap") return { identification, steps };
    return { identification, ...bot(config, "signup_or_login", verifies(config, identification) ? OTP_OF[identification] : undefined), steps };
  };
  const branches = identifications(config)
    .filter((one) => one !== "passkey")
    .map(branch);
  return { name: "default", steps: [{ name: "signup_identify", type: "identify", one_of: branches }, ...passkeyPrompt(config)] };
}

/** spec: authentication flow §5.3 */
function signupLoginFlow(config: ProjectConfig): FlowConfig {
  const branch = (identification: Identification): FlowBranchConfig => ({
    identification,
    ...(LOGIN_IDS.includes(identification) ? bot(config, "signup_or_login", OTP_OF[identification]) : {}),
    signup_flow: "default",
    login_flow: "default",
  });
  const branches: FlowBranchConfig[] = [{ identification: "select_account", login_flow: "default" }, ...identifications(config).map(branch)];
  return { name: "default", steps: [{ name: "signup_login_identify", type: "identify", one_of: branches }] };
}

/** spec: authentication flow §5.4 */
function reauthFlow(config: ProjectConfig): FlowConfig {
  const { primary_authenticators, secondary_authenticators, secondary_authentication_mode: mode } = config.authentication;
  const primary = primary_authenticators.map((method) => ({ authentication: `primary_${method}` }));
  const secondary = mode === "disabled" ? [] : secondary_authenticators.map((method) => ({ authentication: `secondary_${method}` }));
  return {
    name: "default",
    steps: [
      { name: "reauth_identify", type: "identify", one_of: [{ identification: "id_token" }] },
      { name: "reauthenticate", type: "authenticate", one_of: [...primary, ...secondary] },
    ],
  };
}

type Channels = FlowStepConfig["allowed_channels"];

/** spec: authentication flow §5.5 */
function recoveryFlow(config: ProjectConfig): FlowConfig {
  const channels: Partial<Record<Identification, Channels>> = config.ui.forgot_password;
  const kinds = [...new Set((config.identity.login_id.keys ?? []).map(({ type }) => type as Identification))].filter((kind) => channels[kind]);
  const branches = kinds.map((identification) => ({
    identification,
    on_failure: "ignore" as const,
    ...bot(config, "account_recovery"),
    steps: [{ type: "select_destination", enumerate_destinations: false, allowed_channels: channels[identification] }],
  }));
  return {
    name: "default",
    steps: [{ name: "account_recovery_identify", type: "identify", one_of: branches }, { type: "verify_account_recovery_code" }, { type: "reset_password" }],
  };
}

const GENERATORS: Readonly<Record<FlowType, (config: ProjectConfig) => FlowConfig>> = {
  login: loginFlow,
  signup: signupFlow,
  promote: signupFlow,
  signup_login: signupLoginFlow,
  reauth: reauthFlow,
  account_recovery: recoveryFlow,
};

/** The flow `default` of a type, as the project's settings make it (spec: authentication flow §5). */
export const generateFlow = (config: ProjectConfig, type: FlowType): FlowConfig => GENERATORS[type](config);
