-- Whether an account is disabled, as lists and indexes see it, and what the lifecycle of users looks for.

-- is_disabled is a copy: sign-ins look at the columns it is made of. account_status_stale_from: when it flips by itself.
alter table auth_user add column is_disabled boolean not null default false;
alter table auth_user add column account_status_stale_from timestamptz;
alter table auth_user add column anonymized_at timestamptz;

-- The copy of users who are there already is made by the next refresh.
update auth_user set is_disabled = is_indefinitely_disabled or is_anonymized, account_status_stale_from =
    case when temporarily_disabled_from is not null or account_valid_from is not null or account_valid_until is not null then now() end
  where is_indefinitely_disabled or is_anonymized or temporarily_disabled_from is not null or account_valid_from is not null or account_valid_until is not null;

create index auth_user_delete_at on auth_user (delete_at, project_id, id) where delete_at is not null;
create index auth_user_anonymize_at on auth_user (anonymize_at, project_id, id) where anonymize_at is not null and not is_anonymized;
create index auth_user_status_stale on auth_user (account_status_stale_from) where account_status_stale_from is not null;
