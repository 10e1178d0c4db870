export { type AmrInput, type Authenticator, type AuthenticatorKind, type AuthenticatorType, amrOf, combineAmr, type PasskeyCredential } from "./authenticator.js";
export { checkPasswordPolicy, MAX_PASSWORD_BYTES, type PasswordFindings, type PasswordPolicy, type PasswordViolation, passwordViolations } from "./check-password-policy.js";
export { historyRule, mustChangePassword, passwordPolicy, shownPasswordPolicy, type UsedPassword } from "./configured-password-policy.js";
export { guessableLevel } from "./guessable-level.js";
