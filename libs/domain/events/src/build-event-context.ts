import { eventEntry } from "./event-catalogue.js";
import type { EventContext } from "./event-envelope.js";
import type { GatehouseEvent } from "./gatehouse-event.js";
import type { ProjectContext } from "@gatehouse/domain-project";
import { countryOfIp } from "@gatehouse/platform-geo-ip";
import { matchLanguage, projectLanguages } from "./reader-language.js";

function auditContext(ctx: ProjectContext): Record<string, unknown> {
  const claims = ctx.actor.type === "admin_api" ? ctx.actor.auditContext : undefined;
  return { ...claims, http_url: ctx.request.url, ...(ctx.actor.type === "portal" ? { actor_user_id: ctx.actor.userId } : {}) };
}

function oauthState(ctx: ProjectContext): EventContext["oauth"] {
  const { state, x_state } = ctx.oauthState ?? {};
  if (!state && !x_state) return undefined;
  return { ...(state ? { state } : {}), ...(x_state ? { x_state } : {}) };
}

/** `context` of an event's envelope (spec: events §2), from the request's context. */
export function buildEventContext(ctx: ProjectContext, event: GatehouseEvent): EventContext {
  const { fallback, supported } = projectLanguages(ctx.project.config.localization);
  const clientId = event.clientId ?? ctx.clientId;
  const oauth = oauthState(ctx);
  const entry = eventEntry(event.type);
  return {
    timestamp: Math.floor(ctx.now().getTime() / 1000),
    user_id: event.userId ?? (entry?.userIdAlways ? "" : null),
    triggered_by: entry?.triggeredBy ?? ctx.actor.type,
    audit_context: auditContext(ctx),
    preferred_languages: [...ctx.request.locales],
    language: matchLanguage(ctx.request.locales, supported, fallback),
    ...(oauth ? { oauth } : {}),
    ...(ctx.request.ip ? { ip_address: ctx.request.ip } : {}),
    geo_location_code: countryOfIp(ctx.request.ip) ?? null,
    ...(ctx.request.userAgent ? { user_agent: ctx.request.userAgent } : {}),
    app_id: ctx.project.id,
    ...(clientId ? { client_id: clientId } : {}),
  };
}
