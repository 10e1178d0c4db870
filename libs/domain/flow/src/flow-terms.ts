/** Types of flows (spec: authentication flow §1). */
export const FLOW_TYPES = ["signup", "promote", "login", "signup_login", "reauth", "account_recovery"] as const;
/** One of the flow types. */
export type FlowType = (typeof FLOW_TYPES)[number];

/** How a user says who he is. */
export type Identification = "email" | "phone" | "username" | "oauth" | "passkey" | "id_token" | "ldap" | "select_account";
/** How a user proves it. */
export type Authentication =
  | "primary_password"
  | "primary_passkey"
  | "primary_oob_otp_email"
  | "primary_oob_otp_sms"
  | "secondary_password"
  | "secondary_totp"
  | "secondary_oob_otp_email"
  | "secondary_oob_otp_sms"
  | "recovery_code"
  | "device_token";
/** How a code travels. */
export type Channel = "email" | "sms" | "whatsapp";

/** Names a flow of the configuration. */
export interface FlowRef {
  type: FlowType;
  name: string;
}
