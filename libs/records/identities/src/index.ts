export { IdentityStore, toIdentity } from "./identity.store.js";
