import type { EventEnvelope } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { soughtText, type Tx } from "@gatehouse/platform-postgres";
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
  filter.userIds?.map(soughtText) ?? null,
  filter.recipients?.map(soughtText) ?? null,
  filter.ip ?? null,
  filter.from ?? null,
  filter.to ?? null,
];

/** Table `audit_log`. */
@Injectable()
export class AuditLogStore {
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
    return tx.query<AuditLogRow>(`select ${COLUMNS} from audit_log where project_id = $1 and id = any($2)`, [ctx.project.id, ids.map(soughtText)]);
  }
}
