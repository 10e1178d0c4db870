-- Import and export of users. Everything here is gone a day after it was asked for.

create table user_import_job (
  project_id text not null,
  id text not null,
  identifier text not null,
  upsert boolean not null,
  records integer not null,
  created_at timestamptz not null,
  -- when a worker last did something for it
  touched_at timestamptz not null,
  completed_at timestamptz,
  primary key (project_id, id)
);
create index user_import_job_open on user_import_job (touched_at) where completed_at is null;
create index user_import_job_age on user_import_job (created_at);

-- Up to a hundred records each. Texts and not JSON columns: those take no \u0000.
create table user_import_task (
  project_id text not null,
  job_id text not null,
  task integer not null,
  -- index of its first record in the job
  first_index integer not null,
  -- the records as they came, hashes and secrets included; emptied with the last of them
  records text not null,
  -- one JSON text for each record that is done, in order, without secrets
  details text[] not null default '{}',
  completed_at timestamptz,
  primary key (project_id, job_id, task),
  foreign key (project_id, job_id) references user_import_job (project_id, id) on delete cascade
);

create table user_export_task (
  project_id text not null,
  id text not null,
  request jsonb not null,
  object_key text not null,
  created_at timestamptz not null,
  touched_at timestamptz not null,
  attempts integer not null default 0,
  completed_at timestamptz,
  -- set beside completed_at when no file was made
  failed_at timestamptz,
  error jsonb,
  primary key (project_id, id)
);
create index user_export_task_open on user_export_task (touched_at) where completed_at is null;
create index user_export_task_age on user_export_task (created_at);
