import type { EventEnvelope } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { toJsonb } from "@gatehouse/platform-outbox";
import { soughtText, type Tx } from "@gatehouse/platform-postgres";
import type { FraudRecord } from "@gatehouse/service-fraud-protection";
import { Injectable } from "@nestjs/common";

/** One decision of fraud protection. */
export interface FraudDecisionRow {
  /** The event's id. */
  id: string;
  createdAt: Date;
  decision: "allowed" | "blocked";
  action: string;
  recipient: string;
  phoneCountry: string | null;
  ipAddress: string | null;
  geoLocationCode: string | null;
  warnings: string[];
  /** The whole event. */
  data: EventEnvelope;
}

/** Which decisions; absent members do not restrict. */
export interface FraudDecisionFilter {
  /** Included. */
  from?: Date;
  /** Excluded. */
  to?: Date;
  verdicts?: readonly string[];
  /** Any of these warnings. */
  reasonCodes?: readonly string[];
  /** Beginning of recipient, country of the number, country of the address, or address. */
  search?: string;
  minimumWarnings?: number;
  maximumWarnings?: number;
}

const COLUMNS = `id, created_at as "createdAt", decision, action, recipient, phone_country as "phoneCountry", ip_address as "ipAddress",
  geo_location_code as "geoLocationCode", warnings, data`;

const WHERE = `project_id = $1
  and ($2::timestamptz is null or created_at >= $2)
  and ($3::timestamptz is null or created_at < $3)
  and ($4::text[] is null or decision = any($4))
  and ($5::text[] is null or warnings && $5)
  and ($6::text is null or starts_with(recipient, $6) or starts_with(lower(phone_country), lower($6)) or starts_with(lower(geo_location_code), lower($6)) or starts_with(ip_address, $6))
  and ($7::integer is null or cardinality(warnings) >= $7)
  and ($8::integer is null or cardinality(warnings) <= $8)`;

const valuesOf = (ctx: ProjectContext, filter: FraudDecisionFilter): unknown[] => [
  ctx.project.id,
  filter.from ?? null,
  filter.to ?? null,
  filter.verdicts ?? null,
  filter.reasonCodes?.map(soughtText) ?? null,
  filter.search === undefined ? null : soughtText(filter.search),
  filter.minimumWarnings ?? null,
  filter.maximumWarnings ?? null,
];

/** Table `fraud_decision`. */
@Injectable()
export class FraudDecisionStore {
  /** Adds decisions of one project in one statement; those that are there already are left alone. */
  async insert(ctx: ProjectContext, tx: Tx, events: readonly EventEnvelope[]): Promise<void> {
    const rows = events.map((event) => {
      const record = event.payload.record as FraudRecord;
      return {
        id: event.id,
        at: new Date(event.context.timestamp * 1000).toISOString(),
        decision: record.decision,
        action: record.action,
        recipient: record.action_detail.recipient,
        phone: record.action_detail.phone_number_country_code ?? null,
        ip: record.ip_address ?? null,
        geo: record.geo_location_code ?? null,
        warnings: record.triggered_warnings,
        data: event,
      };
    });
    await tx.query(
      `insert into fraud_decision (project_id, id, created_at, decision, action, recipient, phone_country, ip_address, geo_location_code, warnings, data)
       select $1, r.id, r.at, r.decision, r.action, r.recipient, r.phone, r.ip, r.geo, r.warnings, r.data
       from jsonb_to_recordset($2::jsonb) r (id text, at timestamptz, decision text, action text, recipient text, phone text, ip text, geo text, warnings text[], data jsonb)
       on conflict (project_id, id, created_at) do nothing`,
      [ctx.project.id, toJsonb(rows)],
    );
  }

  async list(ctx: ProjectContext, tx: Tx, query: { filter: FraudDecisionFilter; limit: number; offset: number; ascending: boolean }): Promise<FraudDecisionRow[]> {
    const direction = query.ascending ? "asc" : "desc";
    return tx.query<FraudDecisionRow>(`select ${COLUMNS} from fraud_decision where ${WHERE} order by created_at ${direction}, id ${direction} limit $9 offset $10`, [
      ...valuesOf(ctx, query.filter),
      query.limit,
      query.offset,
    ]);
  }

  async count(ctx: ProjectContext, tx: Tx, filter: FraudDecisionFilter): Promise<number> {
    const row = await tx.queryOne<{ n: string }>(`select count(*) as n from fraud_decision where ${WHERE}`, valuesOf(ctx, filter));
    return Number(row?.n ?? 0);
  }

  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<FraudDecisionRow[]> {
    return tx.query<FraudDecisionRow>(`select ${COLUMNS} from fraud_decision where project_id = $1 and id = any($2)`, [ctx.project.id, ids.map(soughtText)]);
  }
}
