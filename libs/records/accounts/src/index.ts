/** The whole user over its records. */
export { type Account, Accounts, type NewAccount } from "./accounts.js";
/** What becomes of whole accounts: disabled, scheduled, anonymized and back. */
export { AccountLifecycle, type StatusChange } from "./account-lifecycle.js";
/** Accounts with a grace period. */
export { graceEnd, type HookAnswer, ScheduledEnds, type SchedulingOperation } from "./scheduled-ends.js";
/** New users without an account. */
export { AnonymousSignUps } from "./anonymous-sign-ups.js";
/** The records of users, as one module. */
export { AccountsModule } from "./accounts.module.js";
/** Records in memory, before they are written. */
export { type AuthenticatorToMake, type IdentityToMake, makeAuthenticator, makeIdentity, withLoginIdValue } from "./make-account.js";
/** What errors say of an identity that collides with others. */
export { existingIdentities, existingInfo, incomingInfo, type IdentityKind, kindOf } from "./duplicate-identity.js";
/** Changes of identities and authenticators, with what follows from them. */
export { type DuplicateQuestion, type IdentityAddition, type IdentityChange, IdentityChanges, type LoginIdReplacement } from "./identity-changes.js";
/** An address that somebody has proven to control; users with one change more, in memory. */
export { type ProvenAddress, withAuthenticators, withIdentity, withLoginId, withoutAuthenticator, withoutIdentity } from "./plan-account.js";
/** What a removal must leave. */
export { checkIdentityLeft } from "./check-removal.js";
/** A user before and after a change, and writing the difference. */
export { type AccountChange, WriteAccount } from "./write-account.js";
/** Having sessions see what has changed of their user. */
export { CachedSessions } from "./cached-sessions.js";
/** Changes of the roles and groups that users have. */
export { UserMemberships } from "./user-memberships.js";
/** What is told of changed identities. */
export { identityAdded, identityRemoved, identityUnverified, identityUpdated, identityVerified } from "./identity-events.js";
/** Pictures that nobody shows any more. */
export { type AttributesChange, UnshownPictures } from "./unshown-pictures.js";
