import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";

/** What was used in a day or month (UTC). */
export interface UsageRecord {
  /** `email-sent`, `sms-sent.total`, `sms-sent.north-america`, `sms-sent.other-regions`, the same three of `whatsapp-sent`, `active-user`. */
  name: string;
  period: "daily" | "monthly";
  startAt: Date;
  count: number;
}

const DAY_MS = 86_400_000;

/** Messages of each day by kind and region: +1 is North America; what says that it does not count does not. */
const SUM_MESSAGES = `
with sent as (
  select project_id, date_trunc('day', created_at at time zone 'UTC') at time zone 'UTC' as day, replace(activity_type, '.', '-') as name,
    coalesce(data #>> '{payload,recipient}', '') like '+1%' as north_america, count(*) as n
  from audit_log
  where activity_type in ('email.sent', 'sms.sent', 'whatsapp.sent') and created_at >= $1 and created_at < $2
    and coalesce(data #>> '{payload,is_not_counted_in_usage}', 'false') <> 'true'
  group by 1, 2, 3, 4
)
insert into usage_record (project_id, name, period, start_at, count)
select project_id, case name when 'email-sent' then name else name || '.total' end, 'daily', day, sum(n) from sent group by 1, 2, 4
union all
select project_id, name || case when north_america then '.north-america' else '.other-regions' end, 'daily', day, n from sent where name <> 'email-sent'
on conflict (project_id, name, period, start_at) do update set count = excluded.count`;

/**
 * Notes whose sessions were used, on the day of their last use: any use of a session counts, a refreshed token as well as a page (spec: sessions and tokens §6).
 * Requests do nothing for it: they note the last access anyway.
 */
const NOTE_USERS = `
insert into active_user (project_id, day, user_id)
select distinct project_id, day, user_id from (
  select project_id, user_id, (last_access_at at time zone 'UTC')::date as day from offline_grant where last_access_at >= $1 and last_access_at < $2
  union all
  select project_id, user_id, (last_access_at at time zone 'UTC')::date from idp_session where last_access_at >= $1 and last_access_at < $2
) used where not exists (select 1 from active_user a where a.project_id = used.project_id and a.day = used.day and a.user_id = used.user_id)
on conflict do nothing`;

const FORGET_USERS = "delete from active_user where day < ($1::timestamptz at time zone 'UTC')::date";

/** Users who signed up or in, or used a session, each counted once a period. */
const sumUsers = (unit: "day" | "month", period: UsageRecord["period"]): string => `
insert into usage_record (project_id, name, period, start_at, count)
select project_id, 'active-user', '${period}', start_at, count(distinct user_id) from (
  select project_id, user_id, date_trunc('${unit}', created_at at time zone 'UTC') at time zone 'UTC' as start_at
  from audit_log where activity_type in ('user.authenticated', 'user.created') and user_id is not null and created_at >= $1 and created_at < $2
  union all
  select project_id, user_id::text, date_trunc('${unit}', day::timestamp) at time zone 'UTC' from active_user
  where day >= ($1::timestamptz at time zone 'UTC')::date and day < ($2::timestamptz at time zone 'UTC')::date
) active group by project_id, start_at
on conflict (project_id, name, period, start_at) do update set count = excluded.count`;

/** What was used, summed up from the audit log and the use of sessions (spec: events §10, messaging §9). */
@Injectable()
export class UsageRecords {
  constructor(private readonly db: Database) {}

  /** Sums the running day and the one before, and the running month (on its first day also the one before), for all projects; running it twice changes nothing. */
  async sum(now: Date): Promise<void> {
    const today = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
    const [yesterday, tomorrow] = [-DAY_MS, DAY_MS].map((ms) => new Date(today.getTime() + ms));
    const startOfMonth = (n: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n, 1));
    await this.db.read(async (tx) => {
      await tx.query(SUM_MESSAGES, [yesterday, tomorrow]);
      await tx.query(NOTE_USERS, [yesterday, tomorrow]);
      await tx.query(FORGET_USERS, [startOfMonth(-1)]);
      await tx.query(sumUsers("day", "daily"), [yesterday, tomorrow]);
      await tx.query(sumUsers("month", "monthly"), [startOfMonth(now.getUTCDate() === 1 ? -1 : 0), startOfMonth(1)]);
    });
  }

  /** Records of a project whose period starts in a range: from is included, to is not. Oldest first. */
  async list(ctx: ProjectContext, { period, from, to }: { period: UsageRecord["period"]; from: Date; to: Date }): Promise<UsageRecord[]> {
    const rows = await this.db.read((tx) =>
      tx.query<{ name: string; period: UsageRecord["period"]; start_at: Date; count: string }>(
        "select name, period, start_at, count from usage_record where project_id = $1 and period = $2 and start_at >= $3 and start_at < $4 order by start_at, name",
        [ctx.project.id, period, from, to],
      ),
    );
    return rows.map(({ name, start_at, count }) => ({ name, period, startAt: start_at, count: Number(count) }));
  }
}
