/** The whole user over its records. */
export { type Account, Accounts, type NewAccount } from "./accounts.js";
/** New users without an account. */
export { AnonymousSignUps } from "./anonymous-sign-ups.js";
/** The records of users, as one module. */
export { AccountsModule } from "./accounts.module.js";
/** Records in memory, before they are written. */
export { type AuthenticatorToMake, type IdentityToMake, makeAuthenticator, makeIdentity } from "./make-account.js";
/** What errors say of an identity that collides with others. */
export { existingIdentities, existingInfo, incomingInfo, type IdentityKind, kindOf } from "./duplicate-identity.js";
/** Changes of identities and authenticators, with what follows from them. */
export { type DuplicateQuestion, type IdentityAddition, type IdentityChange, IdentityChanges } from "./identity-changes.js";
/** An address that somebody has proven to control. */
export type { ProvenAddress } from "./plan-account.js";
/** A user before and after a change. */
export type { AccountChange } from "./write-account.js";
/** Having sessions see what has changed of their user. */
export { CachedSessions } from "./cached-sessions.js";
/** What is told of changed identities. */
export { identityAdded, identityRemoved, identityUpdated, identityVerified } from "./identity-events.js";
