import type { LockoutStatus } from "@gatehouse/service-lockout";

/** `AccountLockout` of the schema; it has its members as the service names them. */
export const presentLockout = ({ lockoutType, isLocked, lockedUntil, lockedIPs }: LockoutStatus) => ({ lockoutType, isLocked, lockedUntil: lockedUntil ?? null, lockedIPs });

/** A lockout status in the audit event (spec: admin API §10). */
export const lockoutModel = ({ lockoutType, isLocked, lockedUntil, lockedIPs }: LockoutStatus): Record<string, unknown> => ({
  lockout_type: lockoutType,
  is_locked: isLocked,
  ...(lockedUntil ? { locked_until: lockedUntil.toISOString() } : {}),
  locked_ips: lockedIPs.map(({ ipAddress, lockedUntil: until }) => ({ ip_address: ipAddress, locked_until: until.toISOString() })),
});
