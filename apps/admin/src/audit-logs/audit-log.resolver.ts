import { UseFilters } from "@nestjs/common";
import { Args, Context, Parent, Query, ResolveField, Resolver } from "@nestjs/graphql";
import { auditActivityTypes } from "@gatehouse/domain-events";
import { AuditLogQuery } from "@gatehouse/feature-audit-log";
import { type Connection, type ConnectionArguments, offsetConnection, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import type { AdminRequest } from "../request/admin-request.js";
import { userIdOf } from "../request/node-ids.js";
import { pageOf } from "../request/page.js";
import { presentUser, type UserNode } from "../users/user.presenter.js";
import { type AuditLogNode, presentAuditLog } from "./audit-log.presenter.js";

/** Arguments of `auditLogs`; enums arrive as their inner values. */
export interface AuditLogsArguments extends ConnectionArguments {
  activityTypes?: string[] | null;
  userIDs?: string[] | null;
  emailAddresses?: string[] | null;
  phoneNumbers?: string[] | null;
  rangeFrom?: Date | null;
  rangeTo?: Date | null;
  sortDirection?: "asc" | "desc" | null;
}

/** The audit log (spec: admin API §11). */
@Resolver("AuditLog")
@Access("admin")
@UseFilters(PassErrorsOn)
export class AuditLogResolver {
  constructor(private readonly logs: AuditLogQuery) {}

  @Query("auditLogs")
  async auditLogs(@Context() { ctx }: AdminRequest, @Args() args: AuditLogsArguments): Promise<Connection<AuditLogNode>> {
    const page = pageOf(args);
    const { rows, totalCount } = await this.logs.run(ctx, {
      offset: page.offset,
      limit: page.limit,
      activityTypes: args.activityTypes ?? [...auditActivityTypes.values()],
      userIds: args.userIDs?.map((id) => userIdOf(id, "invalid user IDs")),
      emailAddresses: args.emailAddresses ?? undefined,
      phoneNumbers: args.phoneNumbers ?? undefined,
      rangeFrom: args.rangeFrom ?? undefined,
      rangeTo: args.rangeTo ?? undefined,
      sortDirection: args.sortDirection ?? undefined,
    });
    return offsetConnection(page, rows.map(presentAuditLog), totalCount);
  }

  @ResolveField()
  async user(@Context() { loaders }: AdminRequest, @Parent() { userId }: AuditLogNode): Promise<UserNode | null> {
    const user = userId ? await loaders.user.load(userId) : null;
    return user && presentUser(user);
  }
}
