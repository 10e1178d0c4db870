import type { UserId } from "@gatehouse/domain-project";

/** What an authenticator is. */
export type AuthenticatorType = "password" | "oob_otp_email" | "oob_otp_sms" | "totp" | "passkey";
/** First or second factor. */
export type AuthenticatorKind = "primary" | "secondary";

/** The public half of a passkey. */
export interface PasskeyCredential {
  /** base64url. */
  credentialId: string;
  /** COSE public key, base64url. */
  publicKey: string;
  /** Signature counter; a counter that falls back betrays a copy. */
  signCount: number;
  transports: string[];
}

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
  /** TOTP: base32 secret without padding. */
  secret: string | null;
  /** TOTP: what the person calls it. */
  displayName: string | null;
  passkey: PasskeyCredential | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Authentication method references of an authenticator (spec: sessions and tokens, AMR). */
export function amrOf({ type, kind }: Pick<Authenticator, "type" | "kind">): string[] {
  const base: Record<AuthenticatorType, string[]> = { password: ["pwd"], oob_otp_email: ["otp"], oob_otp_sms: ["otp", "sms"], totp: ["otp"], passkey: ["x_passkey"] };
  return [...base[type], `x_${kind}_${type}`];
}

/** What took part in a run: authenticators once each, and what has none. */
export interface AmrInput {
  authenticators: readonly Pick<Authenticator, "type" | "kind">[];
  recoveryCode?: boolean;
  deviceToken?: boolean;
  /** A directory has checked the password (spec: providers §C.2). */
  directory?: boolean;
}

/** The `amr` of a run: each value once, in byte order; `mfa` when more than one authenticator took part, or a recovery code beside one (spec: authentication flow §10.7). */
export function combineAmr({ authenticators, recoveryCode, deviceToken, directory }: AmrInput): string[] {
  const amr = new Set(authenticators.flatMap(amrOf));
  if (recoveryCode) amr.add("x_recovery_code");
  if (deviceToken) amr.add("x_device_token");
  if (directory) amr.add("pwd");
  if (authenticators.length > 1 || (recoveryCode && authenticators.length > 0)) amr.add("mfa");
  return [...amr].sort();
}
