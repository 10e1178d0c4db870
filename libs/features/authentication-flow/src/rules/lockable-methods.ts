import type { RunMemory } from "@gatehouse/domain-flow";
import type { LockableMethod } from "@gatehouse/service-lockout";

const LOCKABLE: Readonly<Record<string, LockableMethod>> = {
  primary_password: "password",
  secondary_password: "password",
  secondary_totp: "totp",
  primary_oob_otp_email: "oob_otp",
  primary_oob_otp_sms: "oob_otp",
  secondary_oob_otp_email: "oob_otp",
  secondary_oob_otp_sms: "oob_otp",
  recovery_code: "recovery_code",
};

/** The methods of a run that may lock accounts, each once. */
export const lockableMethods = ({ asserted }: RunMemory): LockableMethod[] => [...new Set(asserted.flatMap(({ authentication }) => LOCKABLE[authentication] ?? []))];
