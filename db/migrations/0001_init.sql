-- The first schema. Every table of a project starts its primary key and its unique constraints with project_id.

-- Control plane: which projects exist, their files, the hosts that lead to them.
create table project (
  id text primary key,
  version bigint not null default 1,
  plan_name text not null default '',
  -- copy of http.public_origin, so that lists need not read every configuration
  public_origin text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- Files as their authors wrote them: authgear.yaml, authgear.secrets.yaml, authgear.features.yaml, templates, static files, hook scripts.
create table project_file (
  project_id text not null references project (id) on delete cascade,
  path text not null,
  content bytea not null,
  updated_at timestamptz not null default now(),
  primary key (project_id, path)
);

-- Host (without port) -> project. Hosts are unique in the whole deployment, so this key alone does not start with the project.
create table project_domain (
  domain text primary key,
  project_id text not null references project (id) on delete cascade,
  is_custom boolean not null default false,
  created_at timestamptz not null default now()
);
create index project_domain_project on project_domain (project_id);

create table project_collaborator (
  project_id text not null references project (id) on delete cascade,
  user_id text not null,
  role text not null,
  created_at timestamptz not null default now(),
  primary key (project_id, user_id)
);
create index project_collaborator_user on project_collaborator (user_id);

-- Users and what belongs to them.
create table auth_user (
  project_id text not null,
  id uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- login_at: the latest login; last_login_at: the one before.
  login_at timestamptz,
  last_login_at timestamptz,
  standard_attributes jsonb not null default '{}',
  custom_attributes jsonb not null default '{}',
  is_indefinitely_disabled boolean not null default false,
  disable_reason text,
  temporarily_disabled_from timestamptz,
  temporarily_disabled_until timestamptz,
  account_valid_from timestamptz,
  account_valid_until timestamptz,
  is_deactivated boolean not null default false,
  delete_at timestamptz,
  delete_reason text,
  is_anonymized boolean not null default false,
  anonymize_at timestamptz,
  mfa_grace_period_end_at timestamptz,
  primary key (project_id, id)
);
create index auth_user_created on auth_user (project_id, created_at desc, id);

create table identity (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  type text not null,
  -- login_id identities
  login_id_key text,
  login_id_type text,
  login_id text,
  original_login_id text,
  -- what is unique for this identity: the normalised unique form of a login id, "<alias>:<subject>" of a social login ...
  unique_key text not null,
  claims jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  constraint identity_unique_key unique (project_id, type, unique_key),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);
create index identity_user on identity (project_id, user_id);
create index identity_unique on identity (project_id, unique_key);

create table authenticator (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  type text not null,
  kind text not null,
  is_default boolean not null default false,
  -- password: an encoded hash; one-time password: the target; TOTP: the secret
  password_hash text,
  expire_after timestamptz,
  email text,
  phone text,
  secret text,
  display_name text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);
create index authenticator_user on authenticator (project_id, user_id);
create unique index authenticator_one_password on authenticator (project_id, user_id, kind) where type = 'password';

create table verified_claim (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  name text not null,
  value text not null,
  created_at timestamptz not null,
  primary key (project_id, id),
  unique (project_id, user_id, name, value),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);

-- Sessions: durable here, cached in Redis.
create table idp_session (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  token_hash text not null,
  amr text[] not null default '{}',
  created_at timestamptz not null,
  authenticated_at timestamptz not null,
  initial_access jsonb not null,
  last_access jsonb not null,
  last_access_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);
create index idp_session_user on idp_session (project_id, user_id);

create table client_authorization (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  client_id text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  unique (project_id, user_id, client_id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);

create table offline_grant (
  project_id text not null,
  id uuid not null,
  user_id uuid not null,
  initial_client_id text not null,
  idp_session_id uuid,
  sso_enabled boolean not null default false,
  amr text[] not null default '{}',
  device_info jsonb,
  created_at timestamptz not null,
  authenticated_at timestamptz not null,
  initial_access jsonb not null,
  last_access jsonb not null,
  last_access_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade
);
create index offline_grant_user on offline_grant (project_id, user_id);
create index offline_grant_idp_session on offline_grant (project_id, idp_session_id) where idp_session_id is not null;

create table refresh_token (
  project_id text not null,
  grant_id uuid not null,
  initial_hash text not null,
  current_hash text not null,
  previous_hash text,
  rotated_at timestamptz,
  client_id text not null,
  authorization_id uuid not null,
  scopes text[] not null,
  dpop_jkt text,
  created_at timestamptz not null,
  last_access_at timestamptz not null,
  expire_at timestamptz,
  primary key (project_id, grant_id, initial_hash),
  foreign key (project_id, grant_id) references offline_grant (project_id, id) on delete cascade,
  foreign key (project_id, authorization_id) references client_authorization (project_id, id) on delete cascade
);

-- Events leave through the outbox; one sequence for all projects numbers them.
create sequence event_sequence;
create table outbox (
  seq bigint primary key default nextval('event_sequence'),
  project_id text not null,
  user_id text,
  type text not null,
  payload jsonb not null,
  context jsonb not null,
  created_at timestamptz not null default now(),
  dispatched_at timestamptz
);
create index outbox_undispatched on outbox (seq) where dispatched_at is null;
create index outbox_dispatched on outbox (dispatched_at) where dispatched_at is not null;

create table audit_log (
  project_id text not null,
  id text not null,
  created_at timestamptz not null,
  activity_type text not null,
  user_id text,
  ip_address text,
  user_agent text,
  client_id text,
  data jsonb not null,
  primary key (project_id, id)
);
create index audit_log_time on audit_log (project_id, created_at desc, id desc);
create index audit_log_user on audit_log (project_id, user_id, created_at desc);
create index audit_log_activity on audit_log (project_id, activity_type, created_at desc);
create index audit_log_recipient on audit_log (project_id, (data #>> '{payload,recipient}')) where data #>> '{payload,recipient}' is not null;
create index audit_log_age on audit_log using brin (created_at);

-- One row for each (event, handler); one row for each attempt.
create table webhook_delivery (
  project_id text not null,
  id text not null,
  event_id text not null,
  event_type text not null,
  handler_url text not null,
  event jsonb not null,
  status text not null default 'pending',
  attempts integer not null default 0,
  -- tries before it is given up; a replay gives it new ones
  attempts_left integer not null,
  -- when the next attempt is due; the sweep finds deliveries whose job was lost
  next_attempt_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (project_id, id)
);
create index webhook_delivery_due on webhook_delivery (next_attempt_at) where status = 'pending';
create index webhook_delivery_time on webhook_delivery (project_id, created_at desc);
create table webhook_attempt (
  project_id text not null,
  delivery_id text not null,
  attempt integer not null,
  started_at timestamptz not null,
  duration_ms integer not null,
  status_code integer,
  error text,
  primary key (project_id, delivery_id, attempt),
  foreign key (project_id, delivery_id) references webhook_delivery (project_id, id) on delete cascade
);

-- Development inbox: messages sent while no provider is configured (development mode only).
create table inbox_message (
  project_id text not null,
  id uuid not null,
  channel text not null,
  recipient text not null,
  template text not null,
  subject text,
  body text not null,
  code text,
  link text,
  created_at timestamptz not null,
  primary key (project_id, id)
);
create index inbox_message_time on inbox_message (project_id, created_at desc);
