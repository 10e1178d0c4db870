-- The audit log in monthly partitions and as a hash chain; records of fraud protection; records of usage.

-- Makes the partition of a month (UTC) of a table that is partitioned by created_at, and moves there what the default partition holds of it.
-- False when it is there already. Attaching does not stop writers of the table.
create function make_month_partition(parent text, month date) returns boolean language plpgsql as $$
declare
  part text := parent || '_p' || to_char(month, 'YYYYMM');
  low timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
  high timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
begin
  perform pg_advisory_xact_lock(hashtext('make_month_partition ' || parent));
  if to_regclass(part) is not null then
    return false;
  end if;
  execute format('create table %I (like %I including all)', part, parent);
  execute format('with moved as (delete from %I where created_at >= %L and created_at < %L returning *) insert into %I select * from moved', parent || '_default', low, high, part);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, part, low, high);
  return true;
end
$$;

alter table audit_log rename to audit_log_before;
alter table audit_log_before drop constraint audit_log_pkey;
drop index audit_log_time, audit_log_user, audit_log_activity, audit_log_recipient, audit_log_age;

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
  -- place in the project's hash chain, from 1; hash of the row before; hash of this one. Null: not in the chain yet
  chain_position bigint,
  chain_previous bytea,
  chain_hash bytea,
  -- created_at comes from the event, so that the same event twice has the same key
  primary key (project_id, id, created_at)
) partition by range (created_at);
create index audit_log_time on audit_log (project_id, created_at desc, id desc);
create index audit_log_user on audit_log (project_id, user_id, created_at desc);
create index audit_log_activity on audit_log (project_id, activity_type, created_at desc);
create index audit_log_recipient on audit_log (project_id, (data #>> '{payload,recipient}')) where data #>> '{payload,recipient}' is not null;
create index audit_log_unchained on audit_log (project_id) where chain_position is null;
create index audit_log_age on audit_log using brin (created_at);

-- The head of each project's chain. Whoever appends holds the row's lock.
create table audit_chain (
  project_id text primary key,
  position bigint not null default 0,
  hash bytea not null,
  -- what the newest checkpoint covers
  checkpoint_position bigint not null default 0
);
create index audit_chain_unsigned on audit_chain (project_id) where position > checkpoint_position;

-- Signed statements of where a chain stood, and of what was dropped from it.
create table audit_checkpoint (
  project_id text not null,
  number bigint not null,
  position bigint not null,
  created_at timestamptz not null,
  jws text not null,
  -- public half of the key that signed, for when the project has another one
  key jsonb not null,
  primary key (project_id, number)
);

-- Decisions of fraud protection, from its events.
create table fraud_decision (
  project_id text not null,
  id text not null,
  created_at timestamptz not null,
  decision text not null,
  action text not null,
  recipient text not null,
  phone_country text,
  ip_address text,
  geo_location_code text,
  warnings text[] not null,
  -- the whole event
  data jsonb not null,
  primary key (project_id, id, created_at)
) partition by range (created_at);
create index fraud_decision_time on fraud_decision (project_id, created_at desc, id desc);

-- What fraud protection counts: verified codes and drained ones, by address and by country.
create table fraud_metric (
  project_id text not null,
  id uuid not null,
  name text not null,
  key text not null,
  created_at timestamptz not null,
  primary key (project_id, id, created_at)
) partition by range (created_at);
create index fraud_metric_key on fraud_metric (project_id, name, key, created_at);

do $$
begin
  execute format('create table %I partition of audit_log default', 'audit_log_default');
  execute format('create table %I partition of fraud_decision default', 'fraud_decision_default');
  execute format('create table %I partition of fraud_metric default', 'fraud_metric_default');
  perform make_month_partition('audit_log', month::date)
    from generate_series(
      date_trunc('month', greatest(least((select min(created_at) from audit_log_before), now()), now() - interval '7 months') at time zone 'UTC'),
      date_trunc('month', now() at time zone 'UTC') + interval '2 months',
      interval '1 month'
    ) month;
  perform make_month_partition(parent, month::date)
    from unnest(array['fraud_decision', 'fraud_metric']) parent,
         generate_series(date_trunc('month', now() at time zone 'UTC'), date_trunc('month', now() at time zone 'UTC') + interval '2 months', interval '1 month') month;
end
$$;

insert into audit_log (project_id, id, created_at, activity_type, user_id, ip_address, user_agent, client_id, data)
  select project_id, id, created_at, activity_type, user_id, ip_address, user_agent, client_id, data from audit_log_before;
drop table audit_log_before;

-- What was used: messages by day, active users by month (spec: events §10).
create table usage_record (
  project_id text not null,
  name text not null,
  period text not null,
  start_at timestamptz not null,
  count bigint not null,
  primary key (project_id, name, period, start_at)
);

-- Whether anybody of the project has proven a phone number.
create index verified_claim_value on verified_claim (project_id, name, value);
