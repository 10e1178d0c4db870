-- Access tokens survive the loss of the cache; grants carry what SDKs bind to a device.

-- identity_id: the biometric identity a grant was made with. app2app_device_key: public JWK. device_secret_*: native SSO.
alter table offline_grant add column identity_id uuid;
alter table offline_grant add column app2app_device_key jsonb;
alter table offline_grant add column device_secret_hash text;
alter table offline_grant add column device_secret_dpop_jkt text;
create index offline_grant_identity on offline_grant (project_id, identity_id) where identity_id is not null;

-- The token before the previous one: two tabs may be two rotations apart.
alter table refresh_token add column prior_hash text;
alter table refresh_token add column prior_rotated_at timestamptz;
create index refresh_token_authorization on refresh_token (project_id, authorization_id);

-- The server side of access tokens, found by the SHA-256 of the token. Without foreign keys: a row means nothing once its session is gone.
create table access_grant (
  project_id text not null,
  token_hash text not null,
  user_id uuid not null,
  client_id text not null,
  authorization_id uuid not null,
  session_id uuid not null,
  session_kind text not null,
  initial_refresh_token_hash text,
  scopes text[] not null,
  created_at timestamptz not null,
  expire_at timestamptz not null,
  primary key (project_id, token_hash)
);
create index access_grant_expiry on access_grant (expire_at);
create index access_grant_authorization on access_grant (project_id, authorization_id);

-- Cookie sessions made from a refresh token, for web views and settings.
create table app_session (
  project_id text not null,
  token_hash text not null,
  grant_id uuid not null,
  initial_refresh_token_hash text not null,
  created_at timestamptz not null,
  expire_at timestamptz not null,
  primary key (project_id, token_hash),
  foreign key (project_id, grant_id) references offline_grant (project_id, id) on delete cascade
);
create index app_session_grant on app_session (project_id, grant_id);
