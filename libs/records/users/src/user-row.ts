/** Columns of `auth_user` that make a `User`, for a table alias `u`. */
export const USER_COLUMNS = `u.id, u.created_at, u.updated_at, u.login_at, u.last_login_at, u.standard_attributes, u.custom_attributes, u.is_indefinitely_disabled,
  u.disable_reason, u.temporarily_disabled_from, u.temporarily_disabled_until, u.account_valid_from, u.account_valid_until, u.is_deactivated, u.delete_at, u.delete_reason,
  u.is_anonymized, u.anonymize_at, u.mfa_grace_period_end_at, u.metadata`;
