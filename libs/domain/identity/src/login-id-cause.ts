import type { Cause } from "@gatehouse/platform-schema";

/** A reason why a login id is refused. */
export const loginIdCause = (kind: string, details?: Record<string, unknown>): Cause => ({ location: "/login_id", kind, ...(details ? { details } : {}) });
/** The project does not take login ids of this kind. */
export const blocked = (reason: string, extra: Record<string, unknown> = {}): Cause => loginIdCause("blocked", { reason, ...extra });
