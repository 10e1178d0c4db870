import type { EventEnvelope } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { toJsonb } from "@gatehouse/platform-outbox";
import type { Row, Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** One line of the audit log. */
export interface AuditLogRow {
  /** The event's id. */
  id: string;
  createdAt: Date;
  /** The event's name, such as `user.created`. */
  activityType: string;
  userId: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  clientId: string | null;
  /** The whole envelope. */
  data: EventEnvelope;
}

/** Which lines; absent members do not restrict. */
export interface AuditLogFilter {
  activityTypes?: readonly string[];
  /** Lines of any of these users, or to any of the recipients. */
  userIds?: readonly string[];
  /** E-mail addresses and phone numbers in `payload.recipient`. */
  recipients?: readonly string[];
  /** Client address. */
  ip?: string;
  /** From this time on. */
  from?: Date;
  /** Before this time. */
  to?: Date;
}

/** Which part of the lines, in which order. */
export interface AuditLogPage {
  limit: number;
  offset: number;
  /** Id of the line after which to begin. */
  after?: string;
  ascending: boolean;
}

const COLUMNS = `id, created_at as "createdAt", activity_type as "activityType", user_id as "userId", ip_address as "ipAddress", user_agent as "userAgent", client_id as "clientId", data`;

const WHERE = `project_id = $1
  and ($2::text[] is null or activity_type = any($2))
  and (($3::text[] is null and $4::text[] is null) or user_id = any($3) or data #>> '{payload,recipient}' = any($4))
  and ($5::text is null or ip_address = $5)
  and ($6::timestamptz is null or created_at >= $6)
  and ($7::timestamptz is null or created_at < $7)`;

const whereValues = (ctx: ProjectContext, filter: AuditLogFilter): unknown[] => [
  ctx.project.id,
  filter.activityTypes ?? null,
  filter.userIds ?? null,
  filter.recipients ?? null,
  filter.ip ?? null,
  filter.from ?? null,
  filter.to ?? null,
];
const orNull = (text: string | null | undefined): string | null => text || null;

/** Table `audit_log`. */
@Injectable()
export class AuditLogStore {
  /** Adds events of one project in one statement; those that are there already are left alone. How many were new. */
  async insert(ctx: ProjectContext, tx: Tx, events: readonly EventEnvelope[]): Promise<number> {
    const column = (read: (event: EventEnvelope) => unknown) => events.map(read);
    const rows = await tx.query<Row>(
      `insert into audit_log (project_id, id, created_at, activity_type, user_id, ip_address, user_agent, client_id, data)
       select $1, e.id, to_timestamp(e.at), e.type, e.user_id, e.ip, e.agent, e.client, e.data::jsonb
       from unnest($2::text[], $3::double precision[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) as e(id, at, type, user_id, ip, agent, client, data)
       on conflict (project_id, id) do nothing returning id`,
      [
        ctx.project.id,
        column((event) => event.id),
        column((event) => event.context.timestamp),
        column((event) => event.type),
        column((event) => orNull(event.context.user_id)),
        column((event) => orNull(event.context.ip_address)),
        column((event) => orNull(event.context.user_agent)),
        column((event) => orNull(event.context.client_id)),
        column((event) => toJsonb(event)),
      ],
    );
    return rows.length;
  }

  async list(ctx: ProjectContext, tx: Tx, query: { filter: AuditLogFilter; page: AuditLogPage }): Promise<AuditLogRow[]> {
    const { ascending, limit, offset, after } = query.page;
    const [direction, beyond] = ascending ? ["asc", ">"] : ["desc", "<"];
    return tx.query<AuditLogRow>(
      `select ${COLUMNS} from audit_log where ${WHERE}
       and ($8::text is null or (created_at, id) ${beyond} (select a.created_at, a.id from audit_log a where a.project_id = $1 and a.id = $8))
       order by created_at ${direction}, id ${direction} limit $9 offset $10`,
      [...whereValues(ctx, query.filter), after ?? null, limit, offset],
    );
  }

  async count(ctx: ProjectContext, tx: Tx, filter: AuditLogFilter): Promise<number> {
    const row = await tx.queryOne<{ n: string }>(`select count(*) as n from audit_log where ${WHERE}`, whereValues(ctx, filter));
    return Number(row?.n ?? 0);
  }

  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<AuditLogRow[]> {
    return tx.query<AuditLogRow>(`select ${COLUMNS} from audit_log where project_id = $1 and id = any($2)`, [ctx.project.id, ids]);
  }
}
