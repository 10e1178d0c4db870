import type { UserId } from "@gatehouse/domain-project";
import type { OtpChannel } from "@gatehouse/record-one-time-codes";

/** A social account on its way to be linked. */
export interface PendingLink {
  kind: "oauth";
  alias: string;
  redirectUri: string;
  /** Absent when the caller brings his own. */
  state?: string;
}

/** An email address or phone number that waits for its code. */
export interface PendingLoginId {
  kind: "login_id";
  /** The login id that gets the new value; absent when one is added. */
  identityId?: string;
  type: "email" | "phone";
  /** As typed. */
  value: string;
  /** Normalised: where the code went. */
  target: string;
  channel: OtpChannel;
}

/** A second factor on its way. */
interface PendingFactor {
  /** The person has proven to hold it. */
  verified: boolean;
  /** Codes that were made with it, to be shown before the finish and stored by it. */
  recoveryCodes?: readonly string[];
}

/** An authenticator app. */
export interface PendingTotp extends PendingFactor {
  kind: "totp";
  secret: string;
  issuer: string;
  /** The end-user account id. */
  accountId: string;
  displayName?: string;
}

/** An address for one-time passwords. */
export interface PendingOneTimePassword extends PendingFactor {
  kind: "oob_otp";
  channel: OtpChannel;
  target: string;
}

/** Recovery codes that are stored already and wait to be seen. */
export interface PendingRecoveryCodes {
  kind: "recovery_codes";
  recoveryCodes: readonly string[];
}

/** What a token stands for. */
export type PendingOperation = PendingLink | PendingLoginId | PendingTotp | PendingOneTimePassword | PendingRecoveryCodes;

/** A stored token; times in milliseconds. */
export interface AccountToken {
  userId: UserId;
  createdAt: number;
  expireAt: number;
  operation: PendingOperation;
}
