/** Locking accounts after failed attempts. */
export { type LockableMethod, Lockout, type LockoutStatus } from "./lockout.js";
