import type { UserId } from "@gatehouse/domain-project";

/** A user as kept. Times are UTC. */
export interface User {
  id: UserId;
  createdAt: Date;
  updatedAt: Date;
  /** Most recent login. */
  loginAt: Date | null;
  /** The login before the most recent one. */
  lastLoginAt: Date | null;
  standardAttributes: Record<string, unknown>;
  /** Keyed by attribute id. */
  customAttributes: Record<string, unknown>;
  status: AccountStatus;
  mfaGracePeriodEndAt: Date | null;
  /** Small facts of ours: `opt_out_passkey_upselling`. */
  metadata: Record<string, unknown>;
}

/** The columns that decide whether a user may sign in (spec: user model §2.1). */
export interface AccountStatus {
  isIndefinitelyDisabled: boolean;
  isDeactivated: boolean;
  disableReason: string | null;
  temporarilyDisabledFrom: Date | null;
  temporarilyDisabledUntil: Date | null;
  accountValidFrom: Date | null;
  accountValidUntil: Date | null;
  deleteAt: Date | null;
  deleteReason: string | null;
  anonymizeAt: Date | null;
  isAnonymized: boolean;
}

/** The status of a new user. */
export const normalStatus: Readonly<AccountStatus> = Object.freeze({
  isIndefinitelyDisabled: false,
  isDeactivated: false,
  disableReason: null,
  temporarilyDisabledFrom: null,
  temporarilyDisabledUntil: null,
  accountValidFrom: null,
  accountValidUntil: null,
  deleteAt: null,
  deleteReason: null,
  anonymizeAt: null,
  isAnonymized: false,
});
