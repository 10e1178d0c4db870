import { invalidInput } from "@gatehouse/domain-errors";
import { checkOtpTarget } from "@gatehouse/domain-identity";
import type { AuthenticatorKind, AuthenticatorType } from "@gatehouse/domain-authenticator";
import type { ProjectConfig } from "@gatehouse/domain-config";

/** An authenticator an administrator asks for. */
export interface AuthenticatorDefinition {
  kind: AuthenticatorKind;
  type: AuthenticatorType;
  password?: { password: string } | null;
  oobOtpEmail?: { email: string } | null;
  oobOtpSMS?: { phone: string } | null;
}

/** What is asked for: a password in plain, or an address of one-time passwords. */
export type AskedAuthenticator = { type: "password"; kind: AuthenticatorKind; plain: string } | { type: "oob_otp_email" | "oob_otp_sms"; kind: AuthenticatorKind; target: string };

const missing = (member: string) => invalidInput(`definition/${member} is required`);

/** Reads a definition (spec: admin API §8.1). Throws Invalid, `ValidationFailed` "invalid target", and a plain error for an empty password. */
export function checkAuthenticatorDefinition(config: ProjectConfig, { kind, type, ...definition }: AuthenticatorDefinition): AskedAuthenticator {
  if (type === "password") {
    if (!definition.password) throw missing("password");
    if (definition.password.password === "") throw new Error("the password of a new authenticator is empty");
    return { type, kind, plain: definition.password.password };
  }
  if (type === "oob_otp_email") {
    if (!definition.oobOtpEmail) throw missing("oobOtpEmail");
    return { type, kind, target: checkOtpTarget(config, { type: "email", target: definition.oobOtpEmail.email }) };
  }
  if (type !== "oob_otp_sms") throw invalidInput("unsupported authenticator type");
  if (!definition.oobOtpSMS) throw missing("oobOtpSMS");
  return { type, kind, target: checkOtpTarget(config, { type: "phone", target: definition.oobOtpSMS.phone }) };
}
