export { type CheckedLoginId, checkLoginId, loginIdLookupKeys } from "./check-login-id.js";
export { CLAIM_OF_LOGIN_ID, type Identity, identityClaims, type LoginIdType } from "./identity.js";
export { type LoginIdRules, maskLoginId, type NormalisedLoginId, normaliseLoginId, phoneRegion } from "./normalise-login-id.js";
