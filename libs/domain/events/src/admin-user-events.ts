import { defineEvent } from "./gatehouse-event.js";
import type { EventAuthenticator, EventAuthorization, EventIdentity, EventSession, EventUser } from "./models.js";

/** The Admin API mutation `addGroupToUsers` was executed. */
export const adminApiMutationAddGroupToUsersExecuted = defineEvent<{ user_ids: string[]; group_id: string }>({
  type: "admin_api.mutation.add_group_to_users.executed",
  payload: "user_ids group_id",
  reindex: true,
  description: "The Admin API mutation `addGroupToUsers` was executed.",
});
/** The Admin API mutation `addRoleToUsers` was executed. */
export const adminApiMutationAddRoleToUsersExecuted = defineEvent<{ user_ids: string[]; role_key: string }>({
  type: "admin_api.mutation.add_role_to_users.executed",
  payload: "user_ids role_key",
  reindex: true,
  description: "The Admin API mutation `addRoleToUsers` was executed.",
});
/** The Admin API mutation `addUserToGroups` was executed. */
export const adminApiMutationAddUserToGroupsExecuted = defineEvent<{ user_id: string; group_ids: string[] }>({
  type: "admin_api.mutation.add_user_to_groups.executed",
  payload: "user_id group_ids",
  reindex: true,
  description: "The Admin API mutation `addUserToGroups` was executed.",
});
/** The Admin API mutation `addUserToRoles` was executed. */
export const adminApiMutationAddUserToRolesExecuted = defineEvent<{ user_id: string; role_ids: string[] }>({
  type: "admin_api.mutation.add_user_to_roles.executed",
  payload: "user_id role_ids",
  reindex: true,
  description: "The Admin API mutation `addUserToRoles` was executed.",
});
/** The Admin API mutation `anonymizeUser` was executed. */
export const adminApiMutationAnonymizeUserExecuted = defineEvent<{ user: EventUser }>({
  type: "admin_api.mutation.anonymize_user.executed",
  payload: "user",
  reindex: true,
  description: "The Admin API mutation `anonymizeUser` was executed.",
});
/** The Admin API mutation `createAuthenticator` was executed. */
export const adminApiMutationCreateAuthenticatorExecuted = defineEvent<{ user: EventUser; authenticator: EventAuthenticator }>({
  type: "admin_api.mutation.create_authenticator.executed",
  payload: "user authenticator",
  description: "The Admin API mutation `createAuthenticator` was executed.",
});
/** The Admin API mutation `createIdentity` was executed. */
export const adminApiMutationCreateIdentityExecuted = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "admin_api.mutation.create_identity.executed",
  payload: "user identity",
  description: "The Admin API mutation `createIdentity` was executed.",
});
/** The Admin API mutation `createSession` was executed. */
export const adminApiMutationCreateSessionExecuted = defineEvent<{ user: EventUser; session: EventSession }>({
  type: "admin_api.mutation.create_session.executed",
  payload: "user session",
  description: "The Admin API mutation `createSession` was executed.",
});
/** The Admin API mutation `createUser` was executed. */
export const adminApiMutationCreateUserExecuted = defineEvent<{ user: EventUser }>({
  type: "admin_api.mutation.create_user.executed",
  payload: "user",
  description: "The Admin API mutation `createUser` was executed.",
});
/** The Admin API mutation `deleteAuthenticator` was executed. */
export const adminApiMutationDeleteAuthenticatorExecuted = defineEvent<{ user: EventUser; authenticator: EventAuthenticator }>({
  type: "admin_api.mutation.delete_authenticator.executed",
  payload: "user authenticator",
  description: "The Admin API mutation `deleteAuthenticator` was executed.",
});
/** The Admin API mutation `deleteAuthorization` was executed. */
export const adminApiMutationDeleteAuthorizationExecuted = defineEvent<{ authorization: EventAuthorization }>({
  type: "admin_api.mutation.delete_authorization.executed",
  payload: "authorization",
  description: "The Admin API mutation `deleteAuthorization` was executed.",
});
/** The Admin API mutation `deleteIdentity` was executed. */
export const adminApiMutationDeleteIdentityExecuted = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "admin_api.mutation.delete_identity.executed",
  payload: "user identity",
  description: "The Admin API mutation `deleteIdentity` was executed.",
});
/** The Admin API mutation `deleteUser` was executed. */
export const adminApiMutationDeleteUserExecuted = defineEvent<{ user: EventUser; reason?: string }>({
  type: "admin_api.mutation.delete_user.executed",
  payload: "user reason?",
  description: "The Admin API mutation `deleteUser` was executed.",
});
/** The Admin API mutation `generateOobOtpCode` was executed. */
export const adminApiMutationGenerateOobOtpCodeExecuted = defineEvent<{ target: string; purpose: string }>({
  type: "admin_api.mutation.generate_oob_otp_code.executed",
  payload: "target purpose",
  description: "The Admin API mutation `generateOobOtpCode` was executed.",
});
/** The Admin API mutation `removeGroupFromUsers` was executed. */
export const adminApiMutationRemoveGroupFromUsersExecuted = defineEvent<{ user_ids: string[]; group_id: string }>({
  type: "admin_api.mutation.remove_group_from_users.executed",
  payload: "user_ids group_id",
  reindex: true,
  description: "The Admin API mutation `removeGroupFromUsers` was executed.",
});
/** The Admin API mutation `removeRoleFromUsers` was executed. */
export const adminApiMutationRemoveRoleFromUsersExecuted = defineEvent<{ user_ids: string[]; role_key: string }>({
  type: "admin_api.mutation.remove_role_from_users.executed",
  payload: "user_ids role_key",
  reindex: true,
  description: "The Admin API mutation `removeRoleFromUsers` was executed.",
});
/** The Admin API mutation `removeUserFromGroups` was executed. */
export const adminApiMutationRemoveUserFromGroupsExecuted = defineEvent<{ user_id: string; group_ids: string[] }>({
  type: "admin_api.mutation.remove_user_from_groups.executed",
  payload: "user_id group_ids",
  reindex: true,
  description: "The Admin API mutation `removeUserFromGroups` was executed.",
});
/** The Admin API mutation `removeUserFromRoles` was executed. */
export const adminApiMutationRemoveUserFromRolesExecuted = defineEvent<{ user_id: string; role_ids: string[] }>({
  type: "admin_api.mutation.remove_user_from_roles.executed",
  payload: "user_id role_ids",
  reindex: true,
  description: "The Admin API mutation `removeUserFromRoles` was executed.",
});
/** The Admin API mutation `resetAccountLockout` was executed. */
export const adminApiMutationResetAccountLockoutExecuted = defineEvent<{ user: EventUser; previous_lockout_status: Record<string, unknown> }>({
  type: "admin_api.mutation.reset_account_lockout.executed",
  payload: "user previous_lockout_status",
  description: "The Admin API mutation `resetAccountLockout` was executed.",
});
/** The Admin API mutation `resetPassword` was executed. */
export const adminApiMutationResetPasswordExecuted = defineEvent<{ user: EventUser }>({
  type: "admin_api.mutation.reset_password.executed",
  payload: "user",
  description: "The Admin API mutation `resetPassword` was executed.",
});
/** The Admin API mutation `revokeAllSessions` was executed. */
export const adminApiMutationRevokeAllSessionsExecuted = defineEvent<{ user: EventUser }>({
  type: "admin_api.mutation.revoke_all_sessions.executed",
  payload: "user",
  description: "The Admin API mutation `revokeAllSessions` was executed.",
});
/** The Admin API mutation `revokeSession` was executed. */
export const adminApiMutationRevokeSessionExecuted = defineEvent<{ user: EventUser; session: EventSession }>({
  type: "admin_api.mutation.revoke_session.executed",
  payload: "user session",
  description: "The Admin API mutation `revokeSession` was executed.",
});
/** The Admin API mutation `scheduleAccountAnonymization` was executed. */
export const adminApiMutationScheduleAccountAnonymizationExecuted = defineEvent<{ user: EventUser }>({
  type: "admin_api.mutation.schedule_account_anonymization.executed",
  payload: "user",
  reindex: true,
  description: "The Admin API mutation `scheduleAccountAnonymization` was executed.",
});
/** The Admin API mutation `scheduleAccountDeletion` was executed. */
export const adminApiMutationScheduleAccountDeletionExecuted = defineEvent<{ user: EventUser; reason?: string }>({
  type: "admin_api.mutation.schedule_account_deletion.executed",
  payload: "user reason?",
  reindex: true,
  description: "The Admin API mutation `scheduleAccountDeletion` was executed.",
});
/** The Admin API mutation `sendResetPasswordMessage` was executed. */
export const adminApiMutationSendResetPasswordMessageExecuted = defineEvent<{ login_id: string }>({
  type: "admin_api.mutation.send_reset_password_message.executed",
  payload: "login_id",
  description: "The Admin API mutation `sendResetPasswordMessage` was executed.",
});
/** The Admin API mutation `setAccountValidFrom` was executed. */
export const adminApiMutationSetAccountValidFromExecuted = defineEvent<{ user: EventUser; account_valid_from: string | null }>({
  type: "admin_api.mutation.set_account_valid_from.executed",
  payload: "user account_valid_from",
  reindex: true,
  description: "The Admin API mutation `setAccountValidFrom` was executed.",
});
/** The Admin API mutation `setAccountValidPeriod` was executed. */
export const adminApiMutationSetAccountValidPeriodExecuted = defineEvent<{ user: EventUser; account_valid_from: string | null; account_valid_until: string | null }>({
  type: "admin_api.mutation.set_account_valid_period.executed",
  payload: "user account_valid_from account_valid_until",
  reindex: true,
  description: "The Admin API mutation `setAccountValidPeriod` was executed.",
});
/** The Admin API mutation `setAccountValidUntil` was executed. */
export const adminApiMutationSetAccountValidUntilExecuted = defineEvent<{ user: EventUser; account_valid_until: string | null }>({
  type: "admin_api.mutation.set_account_valid_until.executed",
  payload: "user account_valid_until",
  reindex: true,
  description: "The Admin API mutation `setAccountValidUntil` was executed.",
});
/** The Admin API mutation `setDisabledStatus` was executed. */
export const adminApiMutationSetDisabledStatusExecuted = defineEvent<{ user: EventUser; is_disabled: boolean }>({
  type: "admin_api.mutation.set_disabled_status.executed",
  payload: "user is_disabled",
  reindex: true,
  description: "The Admin API mutation `setDisabledStatus` was executed.",
});
/** The Admin API mutation `setPasswordExpired` was executed. */
export const adminApiMutationSetPasswordExpiredExecuted = defineEvent<{ user: EventUser; expired: boolean }>({
  type: "admin_api.mutation.set_password_expired.executed",
  payload: "user expired",
  description: "The Admin API mutation `setPasswordExpired` was executed.",
});
/** The Admin API mutation `setVerifiedStatus` was executed. */
export const adminApiMutationSetVerifiedStatusExecuted = defineEvent<{ claim_name: string; claim_value: string; is_verified: boolean }>({
  type: "admin_api.mutation.set_verified_status.executed",
  payload: "claim_name claim_value is_verified",
  description: "The Admin API mutation `setVerifiedStatus` was executed.",
});
/** The Admin API mutation `unscheduleAccountAnonymization` was executed. */
export const adminApiMutationUnscheduleAccountAnonymizationExecuted = defineEvent<{ user: EventUser }>({
  type: "admin_api.mutation.unschedule_account_anonymization.executed",
  payload: "user",
  reindex: true,
  description: "The Admin API mutation `unscheduleAccountAnonymization` was executed.",
});
/** The Admin API mutation `unscheduleAccountDeletion` was executed. */
export const adminApiMutationUnscheduleAccountDeletionExecuted = defineEvent<{ user: EventUser }>({
  type: "admin_api.mutation.unschedule_account_deletion.executed",
  payload: "user",
  reindex: true,
  description: "The Admin API mutation `unscheduleAccountDeletion` was executed.",
});
/** The Admin API mutation `updateIdentity` was executed. */
export const adminApiMutationUpdateIdentityExecuted = defineEvent<{ user: EventUser; identity: EventIdentity }>({
  type: "admin_api.mutation.update_identity.executed",
  payload: "user identity",
  description: "The Admin API mutation `updateIdentity` was executed.",
});
/** The Admin API mutation `updateUser` was executed. */
export const adminApiMutationUpdateUserExecuted = defineEvent<{ user: EventUser }>({
  type: "admin_api.mutation.update_user.executed",
  payload: "user",
  description: "The Admin API mutation `updateUser` was executed.",
});
