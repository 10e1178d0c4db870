import { auditActivityTypes } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { type AuditLogFilter, type AuditLogRow, AuditLogStore } from "../store/audit-log.store.js";

/** A question to the audit log. Lists that are empty restrict nothing. */
export interface AuditLogQueryInput {
  /** Lines wanted; 20, at most 100. */
  first?: number;
  /** Another word for `first`. */
  limit?: number;
  offset?: number;
  /** Id of the line after which to begin. */
  after?: string;
  /** Event names (`user.created`) or names of the Admin API's enum (`USER_CREATED`). */
  activityTypes?: readonly string[];
  /** Or-ed with the recipients. */
  userIds?: readonly string[];
  emailAddresses?: readonly string[];
  phoneNumbers?: readonly string[];
  ip?: string;
  /** Included. */
  rangeFrom?: Date;
  /** Excluded. */
  rangeTo?: Date;
  /** Newest first unless `asc`. */
  sortDirection?: "asc" | "desc";
}

const DAY_MS = 86_400_000;
const PAGE = 20;
const LARGEST_PAGE = 100;
const filled = <T>(list: readonly T[] | undefined): readonly T[] | undefined => (list && list.length > 0 ? list : undefined);

/** Lines of the audit log by filter (spec: events §9). */
@Injectable()
export class AuditLogQuery {
  constructor(
    private readonly db: Database,
    private readonly logs: AuditLogStore,
  ) {}

  /** One page, and how many lines there are in all. The plan's `audit_log.retrieval_days` hides what is older. */
  async run(ctx: ProjectContext, input: AuditLogQueryInput): Promise<{ rows: AuditLogRow[]; totalCount: number }> {
    const filter = toFilter(ctx, input);
    const limit = Math.max(0, Math.min(input.first ?? input.limit ?? PAGE, LARGEST_PAGE));
    const page = { limit, offset: Math.max(0, input.offset ?? 0), after: input.after, ascending: input.sortDirection === "asc" };
    return this.db.read(async (tx) => ({ rows: await this.logs.list(ctx, tx, { filter, page }), totalCount: await this.logs.count(ctx, tx, filter) }));
  }
}

const everyType: ReadonlySet<string> = new Set(auditActivityTypes.values());

/** Names of events; without any, all that are known: rows of other types are hidden (spec: admin API §11). */
function typesOf(names: readonly string[] | undefined): readonly string[] {
  const wanted = filled(names)?.map((name) => auditActivityTypes.get(name) ?? name);
  return wanted ? wanted.filter((type) => everyType.has(type)) : [...everyType];
}

function toFilter(ctx: ProjectContext, input: AuditLogQueryInput): AuditLogFilter {
  const recipients = [...(input.emailAddresses ?? []), ...(input.phoneNumbers ?? [])];
  const days = ctx.project.features.audit_log.retrieval_days ?? -1;
  const oldest = days >= 0 ? new Date(ctx.now().getTime() - days * DAY_MS) : undefined;
  const from = oldest && (!input.rangeFrom || input.rangeFrom < oldest) ? oldest : input.rangeFrom;
  return {
    activityTypes: typesOf(input.activityTypes),
    userIds: filled(input.userIds),
    recipients: filled(recipients),
    ip: input.ip,
    from,
    to: input.rangeTo,
  };
}
