/** Identities vouched for by another issuer. */
export { type ExternalIdentity, ExternalJwt } from "./external-jwt.js";
