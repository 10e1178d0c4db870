/** Passkeys: options for browsers, and the check of their answers. */
export { WebAuthn } from "./webauthn.js";
/** What clients send. */
export { assertionResponseSchema, creationResponseSchema } from "./response-schemas.js";
