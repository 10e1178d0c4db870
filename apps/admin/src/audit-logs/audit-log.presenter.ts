import type { AuditLogRow } from "@gatehouse/feature-audit-log";
import { toGlobalId } from "@gatehouse/platform-graphql";

/** `AuditLog` of the schema. */
export function presentAuditLog(row: AuditLogRow) {
  const { activityType, createdAt, ipAddress, userAgent, data, userId } = row;
  return { __typename: "AuditLog", id: toGlobalId("AuditLog", row.id), activityType, createdAt, ipAddress, userAgent, clientID: row.clientId ?? "", data, userId };
}

/** A presented line. */
export type AuditLogNode = ReturnType<typeof presentAuditLog>;
