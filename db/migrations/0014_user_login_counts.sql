-- How many users logged in (the login before the latest) in which week: the list sorted by login finds a late page by its week instead of counting half of all users.
-- Users who never logged in twice are the rest of auth_user_count. Appended like that table, and added up by the same periodic work.
create table auth_user_login_count (
  project_id text not null,
  -- its Monday, in UTC
  week date not null,
  id bigint generated always as identity,
  users integer not null,
  -- set on sums: nothing was appended to the week since
  merged boolean not null default false,
  primary key (project_id, week, id)
);
create index auth_user_login_count_unmerged on auth_user_login_count (project_id, week) where not merged;

create function login_week(at timestamptz) returns date language sql immutable parallel safe
  return date_trunc('week', at at time zone 'UTC')::date;

create or replace function count_new_users() returns trigger language plpgsql as $$
begin
  insert into auth_user_count (project_id, day, users)
    select project_id, (created_at at time zone 'UTC')::date, count(*) from changed group by 1, 2;
  insert into auth_user_login_count (project_id, week, users)
    select project_id, login_week(last_login_at), count(*) from changed where last_login_at is not null group by 1, 2;
  return null;
end $$;
create or replace function count_deleted_users() returns trigger language plpgsql as $$
begin
  insert into auth_user_count (project_id, day, users)
    select project_id, (created_at at time zone 'UTC')::date, -count(*) from changed group by 1, 2;
  insert into auth_user_login_count (project_id, week, users)
    select project_id, login_week(last_login_at), -count(*) from changed where last_login_at is not null group by 1, 2;
  return null;
end $$;

-- Most logins leave a user in his week and cost a comparison; one a week moves him.
create function count_moved_user() returns trigger language plpgsql as $$
begin
  insert into auth_user_login_count (project_id, week, users)
    select x.project_id, x.week, x.users
    from (values (old.project_id, login_week(old.last_login_at), -1), (new.project_id, login_week(new.last_login_at), 1)) x(project_id, week, users) where x.week is not null;
  return null;
end $$;
create trigger auth_user_logged_in after update of last_login_at on auth_user for each row
  when (login_week(old.last_login_at) is distinct from login_week(new.last_login_at)) execute function count_moved_user();

insert into auth_user_login_count (project_id, week, users, merged)
  select project_id, login_week(last_login_at), count(*), true from auth_user where last_login_at is not null group by 1, 2;
