-- Who used a session on which day (UTC): what active users are counted from, beside the audit log. Kept for this month and the one before.
create table active_user (
  project_id text not null,
  day date not null,
  user_id uuid not null,
  primary key (project_id, day, user_id)
);
