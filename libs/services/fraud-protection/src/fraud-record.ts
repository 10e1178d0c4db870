import { fraudWarnings } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import { countryOfIp } from "@gatehouse/platform-geo-ip";

/** What fraud protection warns of, in the order it is listed (spec: protection §5.2). */
export const WARNINGS = fraudWarnings;
/** One of them. */
export type FraudWarning = (typeof WARNINGS)[number];
/** Why a message was sent although something might speak against it. */
export type AllowReason = "always_allow_ip" | "always_allow_phone" | "verified_claim" | "record_only";

/** `record` of the event `fraud_protection.decision_recorded` (spec: events §4). */
export interface FraudRecord extends Record<string, unknown> {
  timestamp: string;
  decision: "allowed" | "blocked";
  allow_reason?: AllowReason;
  action: "send_sms";
  action_detail: { recipient: string; type: string; phone_number_country_code?: string };
  triggered_warnings: FraudWarning[];
  user_agent?: string;
  ip_address?: string;
  http_url?: string;
  http_referer?: string;
  user_id?: string;
  geo_location_code?: string;
}

/** What was decided, and about what. */
export interface Decided {
  to: string;
  type: string;
  country: string;
  userId?: string;
  decision: FraudRecord["decision"];
  reason?: AllowReason;
  warnings: readonly FraudWarning[];
}

/** The record of a decision on the request at work. */
export function fraudRecord(ctx: ProjectContext, { to, type, country, userId, decision, reason, warnings }: Decided): FraudRecord {
  const { ip, userAgent, url, referer } = ctx.request;
  const geo = countryOfIp(ip);
  return {
    timestamp: ctx.now().toISOString(),
    decision,
    ...(reason ? { allow_reason: reason } : {}),
    action: "send_sms",
    action_detail: { recipient: to, type, phone_number_country_code: country },
    triggered_warnings: [...warnings],
    ...(userAgent ? { user_agent: userAgent } : {}),
    ...(ip ? { ip_address: ip } : {}),
    ...(url ? { http_url: url } : {}),
    ...(referer ? { http_referer: referer } : {}),
    ...(userId ? { user_id: userId } : {}),
    ...(geo ? { geo_location_code: geo } : {}),
  };
}
