/** Demonstrating proof of possession (RFC 9449; spec: oauth-oidc §15). */
export { checkDpopBinding, type DpopReading, readDpopProof, requireSoundProof } from "./dpop-proof.js";
