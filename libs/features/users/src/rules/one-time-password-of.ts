import type { ProjectConfig } from "@gatehouse/domain-config";
import type { CheckedLoginId } from "@gatehouse/domain-identity";

/** A primary authenticator by one-time passwords. */
export interface OneTimePassword {
  type: "oob_otp_email" | "oob_otp_sms";
  kind: "primary";
  target: string;
}

const TYPES = { email: "oob_otp_email", phone: "oob_otp_sms", username: undefined } as const;

/** The one-time password that comes with a login id, where the project has such (`authentication.primary_authenticators`). */
export function oneTimePasswordOf({ authentication }: ProjectConfig, { type, value }: CheckedLoginId): OneTimePassword | undefined {
  const wanted = TYPES[type];
  return wanted && authentication.primary_authenticators.includes(wanted) ? { type: wanted, kind: "primary", target: value } : undefined;
}
