export { type Authenticator, type AuthenticatorKind, type AuthenticatorType, amrOf, combineAmr } from "./authenticator.js";
export { checkPasswordPolicy, MAX_PASSWORD_BYTES, type PasswordPolicy, passwordViolations } from "./check-password-policy.js";
