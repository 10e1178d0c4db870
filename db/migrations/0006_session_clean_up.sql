-- What the periodic clean-up looks for: users whose account opens or closes by itself, and app sessions by their end.

create index auth_user_timed on auth_user (project_id, id)
  where temporarily_disabled_from is not null or account_valid_from is not null or account_valid_until is not null;
create index app_session_expiry on app_session (expire_at);
