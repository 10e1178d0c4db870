import type { UserId } from "@gatehouse/domain-project";

/** What an authenticator is. */
export type AuthenticatorType = "password" | "oob_otp_email" | "oob_otp_sms" | "totp" | "passkey";
/** First or second factor. */
export type AuthenticatorKind = "primary" | "secondary";

/** An authenticator as kept; members of other types are null. */
export interface Authenticator {
  id: string;
  userId: UserId;
  type: AuthenticatorType;
  kind: AuthenticatorKind;
  isDefault: boolean;
  /** Encoded hash of a password. */
  passwordHash: string | null;
  expireAfter: Date | null;
  /** Target of a one-time password. */
  email: string | null;
  phone: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Authentication method references of an authenticator (spec: sessions and tokens, AMR). */
export function amrOf({ type, kind }: Pick<Authenticator, "type" | "kind">): string[] {
  const base: Record<AuthenticatorType, string[]> = { password: ["pwd"], oob_otp_email: ["otp"], oob_otp_sms: ["otp", "sms"], totp: ["otp"], passkey: ["x_passkey"] };
  return [...base[type], `x_${kind}_${type}`];
}

/** The `amr` of a run: each value once, in byte order; `mfa` when more than one authenticator took part. `used` holds each authenticator once. */
export function combineAmr(used: readonly Pick<Authenticator, "type" | "kind">[]): string[] {
  const amr = new Set(used.flatMap(amrOf));
  if (used.length > 1) amr.add("mfa");
  return [...amr].sort();
}
