import type { ProjectContext } from "@gatehouse/domain-project";
import { type AuditLogQueryInput, AuditLogQuery } from "@gatehouse/feature-audit-log";
import { Access, Ctx } from "@gatehouse/platform-http";
import { isUuid } from "@gatehouse/platform-ids";
import { Controller, Get, Query } from "@nestjs/common";
import { auditLogRow } from "./project-data.presenter.js";
import { pageQuery } from "./page-query.js";

/** What a search text restricts: a user's id, a recipient, or the name of an event. */
function searchFilter(search: string | undefined): AuditLogQueryInput {
  if (search === undefined) return {};
  if (isUuid(search)) return { userIds: [search] };
  if (search.includes("@")) return { emailAddresses: [search] };
  return search.startsWith("+") ? { phoneNumbers: [search] } : { activityTypes: [search] };
}

/** The audit log of a project. */
@Controller("api/v1/projects/:projectId/audit-logs")
@Access("developer")
export class AuditLogsController {
  constructor(private readonly auditLog: AuditLogQuery) {}

  @Get()
  async list(@Ctx() ctx: ProjectContext, @Query() query: Record<string, unknown>): Promise<object> {
    const { offset, limit, search } = pageQuery(query);
    const { rows, totalCount } = await this.auditLog.run(ctx, { offset, limit, ...searchFilter(search) });
    return { audit_logs: rows.map(auditLogRow), total_count: totalCount };
  }
}
