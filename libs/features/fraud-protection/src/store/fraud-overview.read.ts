import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** How many decisions, how many with a warning, how many that blocked. */
export interface FraudTally {
  total: number;
  flagged: number;
  blocked: number;
}

/** What the decisions of a time add up to; lists hold at most ten, most first, and every hour that has any, oldest first. */
export interface FraudOverview extends FraudTally {
  timeBuckets: (FraudTally & { hour: Date })[];
  topSourceIPs: (FraudTally & { ipAddress: string; geoCountryCode: string })[];
  topIPLocations: (FraudTally & { geoCountryCode: string })[];
  topSMSOrigins: (FraudTally & { phoneCountryCode: string })[];
}

interface TallySql {
  set: number;
  hour: Date | null;
  ip: string | null;
  geo: string | null;
  phone: string | null;
  total: string;
  flagged: string;
  blocked: string;
}

const TOP = 10;
/** Which columns a line is grouped by: bits of GROUPING, in the order hour, ip, geo, phone. */
const BY = { nothing: 0b1111, hour: 0b0111, ip: 0b1011, geo: 0b1101, phone: 0b1110 } as const;

/** Totals, hours and tops in one statement that reads the decisions once. */
export async function fraudOverview(ctx: ProjectContext, tx: Tx, { from, to }: { from: Date; to: Date }): Promise<FraudOverview> {
  const rows = await tx.query<TallySql>(
    `select set, hour, ip, geo, phone, total, flagged, blocked from (
       select t.*, row_number() over (partition by set order by total desc, ip, geo, phone) as place from (
         select grouping(hour, ip, geo, phone) as set, hour, ip, case when grouping(ip) = 0 then min(geo_of) else geo end as geo, phone,
           count(*) as total, count(*) filter (where cardinality(warnings) > 0) as flagged, count(*) filter (where decision = 'blocked') as blocked
         from (
           select date_trunc('hour', created_at at time zone 'UTC') at time zone 'UTC' as hour, coalesce(ip_address, '') as ip, coalesce(geo_location_code, '') as geo,
             coalesce(geo_location_code, '') as geo_of, coalesce(phone_country, '') as phone, warnings, decision
           from fraud_decision where project_id = $1 and created_at >= $2 and created_at < $3
         ) d
         group by grouping sets ((), (hour), (ip), (geo), (phone))
       ) t
     ) places
     where set in (${BY.nothing}, ${BY.hour}) or (place <= ${TOP} and coalesce(nullif(ip, ''), nullif(geo, ''), nullif(phone, '')) is not null)
     order by set, hour, place`,
    [ctx.project.id, from, to],
  );
  const of = (set: number) => rows.filter((row) => Number(row.set) === set);
  return {
    ...tally(of(BY.nothing)[0]),
    timeBuckets: of(BY.hour).map((row) => ({ hour: row.hour as Date, ...tally(row) })),
    topSourceIPs: of(BY.ip).map((row) => ({ ipAddress: row.ip ?? "", geoCountryCode: row.geo ?? "", ...tally(row) })),
    topIPLocations: of(BY.geo).map((row) => ({ geoCountryCode: row.geo ?? "", ...tally(row) })),
    topSMSOrigins: of(BY.phone).map((row) => ({ phoneCountryCode: row.phone ?? "", ...tally(row) })),
  };
}

const tally = (row: TallySql | undefined): FraudTally => ({ total: Number(row?.total ?? 0), flagged: Number(row?.flagged ?? 0), blocked: Number(row?.blocked ?? 0) });
