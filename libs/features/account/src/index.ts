/** What users change of their own accounts. */
export { AccountModule } from "./account.module.js";
/** Whose account a request is about. */
export { AccountSession } from "./use-cases/account-session.js";
/** Pending operations, for the pages between their steps. */
export { AccountTokens, type TokenQuestion } from "./store/account-token.store.js";
/** What a token stands for. */
export type { AccountToken, PendingLink, PendingLoginId, PendingOneTimePassword, PendingOperation, PendingRecoveryCodes, PendingTotp } from "./store/pending-operation.js";
/** Linking social accounts. */
export { type LinkFinish, LinkSocialAccount, type LinkStart } from "./use-cases/link-social-account.js";
/** Login ids: adding and changing them. */
export { type LoginIdAddition, type LoginIdUpdate, StartLoginIdChange, type StartedLoginId } from "./use-cases/start-login-id-change.js";
/** Login ids: taking the code of an address. */
export { type LoginIdProof, ResumeLoginIdChange } from "./use-cases/resume-login-id-change.js";
/** What was written of a login id. */
export type { WrittenLoginId } from "./use-cases/write-login-id.js";
/** Sending a code again. */
export { ResendCode } from "./use-cases/resend-code.js";
/** Removing identities. */
export { type DeletableIdentity, DeleteIdentity } from "./use-cases/delete-identity.js";
/** Adding passkeys. */
export { AddPasskey } from "./use-cases/add-passkey.js";
/** Asking for passkeys. */
export { AskForPasskey } from "./use-cases/ask-for-passkey.js";
/** Changing passwords. */
export { ChangePassword, type PasswordChange } from "./use-cases/change-password.js";
/** Adding authenticator apps. */
export { EnrolTotp, type ResumedFactor, type StartedTotp } from "./use-cases/enrol-totp.js";
/** Adding addresses for one-time passwords. */
export { EnrolOneTimePassword } from "./use-cases/enrol-one-time-password.js";
/** Storing a second factor that was proven. */
export { FinishEnrolment } from "./use-cases/finish-enrolment.js";
/** Removing second factors. */
export { DeleteAuthenticator } from "./use-cases/delete-authenticator.js";
/** Recovery codes. */
export { RecoveryCodes, type ShownRecoveryCode } from "./use-cases/recovery-codes.js";
/** The account as it is. */
export { AccountReader } from "./guards/account-reader.js";
/** Closing the account. */
export { ScheduleOwnDeletion } from "./use-cases/schedule-own-deletion.js";
/** Changing attributes. */
export { type ProfileUpdate, UpdateProfile } from "./use-cases/update-profile.js";
/** Trusting no device any more. */
export { ForgetDevices } from "./use-cases/forget-devices.js";
