export { type VerifiedClaim, VerifiedClaimStore } from "./verified-claim.store.js";
