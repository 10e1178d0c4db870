-- Lists and search of users that stay fast in a project with a million of them.

-- A user is due for indexing while require_reindex_after is later than last_indexed_at. New users are due from the start, whoever writes them.
alter table auth_user add column require_reindex_after timestamptz default now();
alter table auth_user add column last_indexed_at timestamptz;
create index auth_user_reindex_due on auth_user (require_reindex_after)
  where require_reindex_after is not null and (last_indexed_at is null or last_indexed_at < require_reindex_after);

-- The other order of the list; (project_id, created_at desc, id) is there already. Pages are cut by index-only scans, which need a fresh visibility map.
create index auth_user_last_login on auth_user (project_id, last_login_at desc nulls last, id);
alter table auth_user set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

-- How many users a project has, by the day (UTC) they were created: the sum is the total, and a late page is found by its day instead of by counting all rows before it.
-- Triggers append differences, so that sign-ups wait for no common row; periodic work adds them up.
create table auth_user_count (
  project_id text not null,
  day date not null,
  id bigint generated always as identity,
  users integer not null,
  -- set on sums: nothing was appended to the day since
  merged boolean not null default false,
  primary key (project_id, day, id)
);
create index auth_user_count_unmerged on auth_user_count (project_id, day) where not merged;

create function count_new_users() returns trigger language plpgsql as $$
begin
  insert into auth_user_count (project_id, day, users)
    select project_id, (created_at at time zone 'UTC')::date, count(*) from changed group by 1, 2;
  return null;
end $$;
create function count_deleted_users() returns trigger language plpgsql as $$
begin
  insert into auth_user_count (project_id, day, users)
    select project_id, (created_at at time zone 'UTC')::date, -count(*) from changed group by 1, 2;
  return null;
end $$;
create trigger auth_user_inserted after insert on auth_user referencing new table as changed for each statement execute function count_new_users();
create trigger auth_user_deleted after delete on auth_user referencing old table as changed for each statement execute function count_deleted_users();
insert into auth_user_count (project_id, day, users, merged)
  select project_id, (created_at at time zone 'UTC')::date, count(*), true from auth_user group by 1, 2;

-- What search knows of a user, as of the last indexing. Never logged in twice: last_login_at is -infinity, which sorts behind every time.
create table user_search (
  project_id text not null,
  user_id uuid not null,
  created_at timestamptz not null,
  last_login_at timestamptz not null,
  -- what the user is found by; the first character tells exact values (=), beginnings of values (~), words (w), roles (r) and groups (g) apart
  terms text[] collate "C" not null,
  -- hashes of project and term, of the terms that several users may share: what many users have and few have together is found by intersecting them
  keys bigint[] not null,
  document jsonb not null,
  primary key (project_id, user_id)
);
create index user_search_keys on user_search using gin (keys) with (fastupdate = off);
create index user_search_created on user_search (project_id, created_at, user_id);
create index user_search_last_login on user_search (project_id, last_login_at, user_id);

-- The users of each term in both orders of the list: a page of a term that half the project has costs as much as one of a rare term.
create table user_search_term (
  project_id text not null,
  term text collate "C" not null,
  created_at timestamptz not null,
  user_id uuid not null,
  last_login_at timestamptz not null,
  primary key (project_id, term, created_at, user_id)
);
create index user_search_term_last_login on user_search_term (project_id, term, last_login_at, user_id);
alter table user_search set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
alter table user_search_term set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
