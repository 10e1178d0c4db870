-- Roles of users, and groups that give their roles to everybody in them.

create table auth_role (
  project_id text not null,
  id uuid not null,
  key text collate "C" not null,
  name text,
  description text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id)
);
create unique index auth_role_key on auth_role (project_id, key);

create table auth_group (
  project_id text not null,
  id uuid not null,
  key text collate "C" not null,
  name text,
  description text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, id)
);
create unique index auth_group_key on auth_group (project_id, key);

create table group_role (
  project_id text not null,
  group_id uuid not null,
  role_id uuid not null,
  created_at timestamptz not null,
  primary key (project_id, group_id, role_id),
  foreign key (project_id, group_id) references auth_group (project_id, id) on delete cascade,
  foreign key (project_id, role_id) references auth_role (project_id, id) on delete cascade
);
create index group_role_role on group_role (project_id, role_id, created_at, group_id);

create table user_role (
  project_id text not null,
  user_id uuid not null,
  role_id uuid not null,
  created_at timestamptz not null,
  primary key (project_id, user_id, role_id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade,
  foreign key (project_id, role_id) references auth_role (project_id, id) on delete cascade
);
create index user_role_role on user_role (project_id, role_id, created_at, user_id);

create table user_group (
  project_id text not null,
  user_id uuid not null,
  group_id uuid not null,
  created_at timestamptz not null,
  primary key (project_id, user_id, group_id),
  foreign key (project_id, user_id) references auth_user (project_id, id) on delete cascade,
  foreign key (project_id, group_id) references auth_group (project_id, id) on delete cascade
);
create index user_group_group on user_group (project_id, group_id, created_at, user_id);
