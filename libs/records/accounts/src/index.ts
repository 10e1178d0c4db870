/** The whole user over its records. */
export { type Account, Accounts, type NewAccount } from "./accounts.js";
/** The records of users, as one module. */
export { AccountsModule } from "./accounts.module.js";
/** Records in memory, before they are written. */
export { type AuthenticatorToMake, type IdentityToMake, makeAuthenticator, makeIdentity } from "./make-account.js";
/** What errors say of an identity that collides with others. */
export { existingIdentities, existingInfo, incomingInfo, type IdentityKind, kindOf } from "./duplicate-identity.js";
