export { type AccountVariant, accountStatusError, accountVariant, isDisabled, isOutsideValidPeriod } from "./account-status.js";
export { type NamingClaims, populateAttributes } from "./populate-attributes.js";
export { type AccountStatus, normalStatus, type User } from "./user.js";
export { isVerified, type VerificationRules } from "./is-verified.js";
export { identityModel, keptCustomAttributes, shownAttributes, shownCustomAttributes, type UserFacts, type UserModel, userModel } from "./user-model.js";
export { checkCustomAttributes, checkStandardAttributes } from "./check-attributes.js";
export { type FilledProfile, type GivenAttribute, type ListedAttribute, profileFromAttributes } from "./profile-from-attributes.js";
export { endUserAccountId } from "./end-user-account-id.js";
