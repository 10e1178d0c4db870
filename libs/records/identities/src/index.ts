export { IdentityStore } from "./identity.store.js";
