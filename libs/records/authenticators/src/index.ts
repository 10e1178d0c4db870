export { AuthenticatorStore, toAuthenticator } from "./authenticator.store.js";
