-- API resources that machines get tokens for, and clients that registered themselves.

create table api_resource (
  project_id text not null,
  id uuid not null,
  uri text not null,
  name text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id)
);
create unique index api_resource_uri on api_resource (project_id, uri);

create table api_scope (
  project_id text not null,
  id uuid not null,
  resource_id uuid not null,
  scope text collate "C" not null,
  description text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id),
  foreign key (project_id, resource_id) references api_resource (project_id, id) on delete cascade
);
create unique index api_scope_scope on api_scope (project_id, resource_id, scope);

-- Which client may ask for tokens of which resource, and with which scopes. A scope counts only while its resource is associated.
create table client_resource (
  project_id text not null,
  client_id text not null,
  resource_id uuid not null,
  created_at timestamptz not null,
  primary key (project_id, client_id, resource_id),
  foreign key (project_id, resource_id) references api_resource (project_id, id) on delete cascade
);
create index client_resource_resource on client_resource (project_id, resource_id);

create table client_scope (
  project_id text not null,
  client_id text not null,
  scope_id uuid not null,
  created_at timestamptz not null,
  primary key (project_id, client_id, scope_id),
  foreign key (project_id, scope_id) references api_scope (project_id, id) on delete cascade
);
create index client_scope_scope on client_scope (project_id, scope_id);

-- The API resource that the access tokens of a refresh token are for, where it was asked for (RFC 8707).
create table token_resource (
  project_id text not null,
  grant_id uuid not null,
  initial_refresh_token_hash text not null,
  resource_uri text not null,
  primary key (project_id, grant_id, initial_refresh_token_hash),
  foreign key (project_id, grant_id) references offline_grant (project_id, id) on delete cascade
);

-- Sessions whose end an application wants to hear of (OpenID Connect Back-Channel Logout). Without a foreign key: the row tells of a session that is gone.
create table logout_subscription (
  project_id text not null,
  session_kind text not null,
  session_id uuid not null,
  client_id text not null,
  user_id uuid not null,
  ended_at timestamptz,
  primary key (project_id, session_kind, session_id, client_id)
);
create index logout_subscription_user on logout_subscription (project_id, user_id);
create index logout_subscription_ended on logout_subscription (ended_at) where ended_at is not null;

-- Clients that registered themselves (RFC 7591), and those that a document at their id describes. All are public third parties.
create table registered_client (
  project_id text not null,
  client_id text not null,
  -- Absent for clients with a document.
  registration_token_hash text,
  metadata jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, client_id)
);
create index registered_client_age on registered_client (project_id, created_at);
