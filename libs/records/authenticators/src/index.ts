/** Rows of authenticators. */
export { AuthenticatorStore, toAuthenticator } from "./authenticator.store.js";
/** Rows of trusted browsers. */
export { DeviceTokenStore } from "./device-token.store.js";
/** Rows of former passwords. */
export { type HistoryRule, PasswordHistoryStore } from "./password-history.store.js";
/** Rows of recovery codes. */
export { type RecoveryCode, RecoveryCodeStore } from "./recovery-code.store.js";
/** Making and reading recovery codes. */
export { newRecoveryCodes, normaliseRecoveryCode } from "./recovery-codes.js";
/** Checking and hashing the passwords that users choose. */
export { type ChosenPassword, ChosenPasswords } from "./chosen-passwords.js";
