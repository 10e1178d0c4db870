export { AuthenticatorStore } from "./authenticator.store.js";
