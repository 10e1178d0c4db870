-- What the authentication flows keep beside login ids and passwords: social, directory and passkey identities, TOTP, recovery codes, device tokens, password history.

-- Small facts such as opt_out_passkey_upselling.
alter table auth_user add column metadata jsonb not null default '{}';

-- unique_key: the normalised unique form of a login id, provider and subject of a social login, server and entry of a directory, a credential id ...
-- details: what the other types keep: {oauth}, {passkey}, {ldap}, {anonymous}
alter table identity add column details jsonb not null default '{}';
create unique index identity_passkey on identity (unique_key) where type = 'passkey';
create index identity_email on identity (project_id, (claims ->> 'email')) where claims ->> 'email' is not null;
create index identity_phone_number on identity (project_id, (claims ->> 'phone_number')) where claims ->> 'phone_number' is not null;
create index identity_preferred_username on identity (project_id, (claims ->> 'preferred_username')) where claims ->> 'preferred_username' is not null;

-- passkey: credential, public key, signature counter
alter table authenticator add column passkey jsonb;
create unique index authenticator_passkey on authenticator ((passkey ->> 'credentialId')) where type = 'passkey';

-- Former password hashes, for the rule against reuse.
create table password_history (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  password_hash text not null,
  created_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);
create index password_history_user on password_history (project_id, user_id, created_at desc);

-- Recovery codes: hashed; in plain form too only where the project lets people list theirs.
create table recovery_code (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  code_hash text not null,
  code text,
  created_at timestamptz not null,
  consumed_at timestamptz,
  primary key (project_id, id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);
create index recovery_code_user on recovery_code (project_id, user_id);

-- Browsers that need no second factor for a while.
create table device_token (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  token_hash text not null,
  created_at timestamptz not null,
  expire_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);
create index device_token_user on device_token (project_id, user_id);
create index device_token_hash on device_token (project_id, token_hash);
