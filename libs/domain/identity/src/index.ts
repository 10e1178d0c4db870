export { type CheckedLoginId, checkLoginId, type LoginIdInput, type LoginIdProject, loginIdLookupKeys } from "./check-login-id.js";
export { checkOtpTarget } from "./check-otp-target.js";
export { isPhoneNumber } from "./check-phone.js";
export {
  type AnonymousIdentity,
  type BiometricIdentity,
  CLAIM_OF_LOGIN_ID,
  type Identity,
  type IdentityDetails,
  identityClaims,
  type LoginIdType,
  type OAuthIdentity,
  type PasskeyIdentity,
  type SiweIdentity,
} from "./identity.js";
export { type LdapIdentity, ldapDisplayId, ldapIdentityClaims, showLdapValue } from "./ldap-claims.js";
export { asciiDomain, type LoginIdRules, maskLoginId, type NormalisedLoginId, normaliseLoginId, phoneRegion } from "./normalise-login-id.js";
