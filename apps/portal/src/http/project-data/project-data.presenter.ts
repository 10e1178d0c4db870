import type { AuditLogRow } from "@gatehouse/feature-audit-log";
import type { DeliveryWithAttempts } from "@gatehouse/feature-hooks";

/** A line of the audit log. */
export function auditLogRow(row: AuditLogRow): object {
  return {
    id: row.id,
    created_at: row.createdAt.toISOString(),
    activity_type: row.activityType,
    user_id: row.userId,
    ip_address: row.ipAddress,
    user_agent: row.userAgent,
    client_id: row.clientId,
    data: row.data,
  };
}

/** A delivery with its attempts. */
export function webhookDelivery(delivery: DeliveryWithAttempts): object {
  return {
    id: delivery.id,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    handler_url: delivery.url,
    status: delivery.status,
    attempts: delivery.log.map(({ attempt, startedAt, durationMs, statusCode, error }) => ({
      attempt,
      started_at: startedAt.toISOString(),
      duration_ms: durationMs,
      status_code: statusCode,
      error,
    })),
    created_at: delivery.createdAt.toISOString(),
    updated_at: delivery.updatedAt.toISOString(),
  };
}
