import type { FlowBranchConfig, FlowConfig, FlowStepConfig, ProjectConfig } from "@gatehouse/domain-config";

type LoginId = "email" | "phone" | "username";

/** One-time-password method of each kind of login id. */
const OTP_OF: Readonly<Record<LoginId, string | undefined>> = { email: "oob_otp_email", phone: "oob_otp_sms", username: undefined };

interface BotProtection {
  requirements?: Record<string, { mode?: "never" | "always" } | undefined>;
}

/** `{bot_protection}` of a branch: the strictest of the named requirements, or nothing. */
function bot(config: ProjectConfig, ...names: string[]): Pick<FlowBranchConfig, "bot_protection"> {
  const requirements = (config.bot_protection as BotProtection | undefined)?.requirements ?? {};
  const modes = names.map((name) => requirements[name]?.mode).filter((mode) => mode !== undefined);
  if (modes.length === 0) return {};
  return { bot_protection: { mode: modes.includes("always") ? "always" : "never" } };
}

/** The distinct types of login ids, in the order of their keys; empty when the project signs in without login ids. */
function loginIdTypes(config: ProjectConfig): LoginId[] {
  if (!config.authentication.identities.includes("login_id")) return [];
  return [...new Set((config.identity.login_id.keys ?? []).map(({ type }) => type as LoginId))];
}

/** Primary methods that fit a login id, in the project's order. */
function primaryMethods(config: ProjectConfig, loginId: LoginId): string[] {
  return config.authentication.primary_authenticators.filter((method) => method === "password" || method === "passkey" || method === OTP_OF[loginId]);
}

function secondaryBranches(config: ProjectConfig): FlowBranchConfig[] {
  return config.authentication.secondary_authenticators.map((method) => ({ authentication: `secondary_${method}`, ...(method === "totp" ? {} : bot(config, method)) }));
}

function secondaryLoginStep(config: ProjectConfig, loginId: LoginId): FlowStepConfig[] {
  const { secondary_authentication_mode: mode, recovery_code, device_token } = config.authentication;
  if (mode === "disabled") return [];
  const branches = secondaryBranches(config);
  if (!recovery_code.disabled) branches.push({ authentication: "recovery_code" });
  if (!device_token.disabled) branches.push({ authentication: "device_token" });
  return [{ name: `authenticate_secondary_${loginId}`, type: "authenticate", ...(mode === "required" ? {} : { optional: true }), one_of: branches }];
}

/** The generated login flow (spec: authentication flow §5.1). */
export function generateLoginFlow(config: ProjectConfig): FlowConfig {
  const branch = (loginId: LoginId): FlowBranchConfig => {
    const name = `authenticate_primary_${loginId}`;
    const methods = primaryMethods(config, loginId).map((method): FlowBranchConfig => {
      const secondary = secondaryLoginStep(config, loginId);
      if (method === "password") return { authentication: "primary_password", ...bot(config, "password"), steps: [...secondary, { type: "change_password", target_step: name }] };
      if (method === "passkey") return { authentication: "primary_passkey" };
      return { authentication: `primary_${method}`, target_step: "login_identify", ...bot(config, method), steps: secondary };
    });
    return { identification: loginId, ...bot(config, "signup_or_login"), steps: [{ name, type: "authenticate", one_of: methods }] };
  };
  return {
    name: "default",
    steps: [
      { name: "login_identify", type: "identify", one_of: loginIdTypes(config).map(branch) },
      { type: "check_account_status" },
      { type: "terminate_other_sessions" },
      ...passkeyPrompt(config),
    ],
  };
}

/** The generated sign-up flow (spec: authentication flow §5.2). */
export function generateSignupFlow(config: ProjectConfig): FlowConfig {
  const branch = (loginId: LoginId): FlowBranchConfig => {
    const claim = loginId === "email" ? config.verification.claims?.email : loginId === "phone" ? config.verification.claims?.phone_number : undefined;
    const verify = claim !== undefined && claim.enabled !== false && claim.required !== false;
    const requirements = verify ? ["signup_or_login", OTP_OF[loginId] as string] : ["signup_or_login"];
    const steps: FlowStepConfig[] = verify ? [{ type: "verify", target_step: "signup_identify" }] : [];
    const primary = primaryMethods(config, loginId).filter((method) => method !== "passkey");
    if (primary.length > 0)
      steps.push({
        name: `authenticate_primary_${loginId}`,
        type: "create_authenticator",
        one_of: primary.map((method) => ({ authentication: `primary_${method}`, ...(method === "password" ? {} : { target_step: "signup_identify", ...bot(config, method) }) })),
      });
    if (config.authentication.secondary_authentication_mode === "required") {
      const recovery: FlowStepConfig[] = config.authentication.recovery_code.disabled ? [] : [{ type: "view_recovery_code" }];
      steps.push({ name: `authenticate_secondary_${loginId}`, type: "create_authenticator", one_of: secondaryBranches(config).map((one) => ({ ...one, steps: recovery })) });
    }
    return { identification: loginId, ...bot(config, ...requirements), steps };
  };
  return { name: "default", steps: [{ name: "signup_identify", type: "identify", one_of: loginIdTypes(config).map(branch) }, ...passkeyPrompt(config)] };
}

const passkeyPrompt = (config: ProjectConfig): FlowStepConfig[] => (config.authentication.primary_authenticators.includes("passkey") ? [{ type: "prompt_create_passkey" }] : []);
