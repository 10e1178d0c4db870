/** Rows of identities. */
export { IdentityStore, type SoughtIdentity, toIdentity } from "./identity.store.js";
