/** Challenges that JWTs of apps answer. */
export { Challenges, type ChallengePurpose } from "./challenges.js";
/** Codes that let an anonymous user become a regular one. */
export { type Promotion, PromotionCodes } from "./promotion-codes.js";
