/** Providers of the use cases. */
export { UsersModule } from "./users.module.js";
/** A page of users. */
export { ListUsers, type ListUsersInput } from "./use-cases/list-users.js";
/** Users by keyword, roles and groups. */
export { SearchUsers, type SearchUsersInput } from "./use-cases/search-users.js";
/** Users by id. */
export { GetUsers } from "./use-cases/get-users.js";
/** First half of a creation: checks, hashing, blocking hooks; no transaction. */
export { type NewUserInput, type PreparedUser, PrepareUser } from "./use-cases/prepare-user.js";
/** Second half of a creation: writes what was prepared. */
export { CreateUser } from "./use-cases/create-user.js";
/** Deletes a user with everything it owns. */
export { DeleteUser } from "./use-cases/delete-user.js";
/** Users by login id, attribute or social account. */
export { LookUpUsers } from "./use-cases/look-up-users.js";
/** Replacing attributes: checks and blocking hooks without a transaction, then the writing. */
export { PrepareProfile, type PreparedProfile } from "./use-cases/prepare-profile.js";
export { UpdateProfile } from "./use-cases/update-profile.js";
/** Setting a primary password: checks and hashing without a transaction, then the writing. */
export { type PreparedPassword, PreparePassword } from "./use-cases/prepare-password.js";
export { ResetPassword } from "./use-cases/reset-password.js";
/** Having a password changed at the next login. */
export { SetPasswordExpired } from "./use-cases/set-password-expired.js";
/** Sending the link of an account recovery; no transaction. */
export { type PreparedRecovery, PrepareResetPasswordMessage } from "./use-cases/prepare-reset-password-message.js";
export { SendResetPasswordMessage } from "./use-cases/send-reset-password-message.js";
/** One-time codes that are passed on by other means. */
export { type AdminCodePurpose, GenerateCode } from "./use-cases/generate-code.js";
/** Login ids of users; the password that may come with a new one is hashed before. */
export type { IdentityDefinition } from "./rules/check-identity-definition.js";
export { type FirstPassword, PrepareFirstPassword } from "./use-cases/prepare-first-password.js";
export { CreateIdentity } from "./use-cases/create-identity.js";
export { UpdateIdentity } from "./use-cases/update-identity.js";
export { DeleteIdentity } from "./use-cases/delete-identity.js";
/** Authenticators of users: checks and hashing without a transaction, then the writing. */
export type { AuthenticatorDefinition } from "./rules/authenticator-definition.js";
export { PrepareAuthenticator } from "./use-cases/prepare-authenticator.js";
export { CreateAuthenticator } from "./use-cases/create-authenticator.js";
export { DeleteAuthenticator } from "./use-cases/delete-authenticator.js";
/** Whether an address counts as proven. */
export { SetVerifiedStatus } from "./use-cases/set-verified-status.js";
/** Takes everything from a user but his row. */
export { AnonymizeUser } from "./use-cases/anonymize-user.js";
/** Disables and enables users. */
export { type DisabledStatusInput, SetDisabledStatus } from "./use-cases/set-disabled-status.js";
/** When accounts may be used. */
export { SetValidPeriod, type ValidPeriodInput } from "./use-cases/set-valid-period.js";
/** Schedules the deletion or anonymization of users. */
export { type EndInput, type PreparedEnd, ScheduleEnd } from "./use-cases/schedule-end.js";
/** Calls scheduled ends off. */
export { UnscheduleEnd } from "./use-cases/unschedule-end.js";
/** A respite for enrolling a second factor. */
export { SetGracePeriod } from "./use-cases/set-grace-period.js";
/** What becomes of users by itself. */
export { type EndedUsers, EndDueUsers } from "./use-cases/end-due-users.js";
export { RefreshAccountStatus } from "./use-cases/refresh-account-status.js";
export { UserJobsModule } from "./user-jobs.module.js";
