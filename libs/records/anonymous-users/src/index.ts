/** JWTs that apps sign with a key of their device. */
export { type AppRequest, type AppRequestClaims, AppRequestError, type AppRequestFault, AppRequests, type DeviceKey, isSameKey } from "./app-requests.js";
/** Challenges that JWTs of apps answer. */
export { Challenges, type ChallengePurpose } from "./challenges.js";
/** Codes that let an anonymous user become a regular one. */
export { type Promotion, PromotionCodes } from "./promotion-codes.js";
