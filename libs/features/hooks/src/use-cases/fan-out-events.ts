import { type EventEnvelope, hookHears, parseEnvelope, usageAlertTriggered } from "@gatehouse/domain-events";
import type { Log, Project } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { Database } from "@gatehouse/platform-postgres";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";
import { DeliveryQueue } from "../delivery-queue.js";
import { type WebhookDelivery, WebhookDeliveryStore } from "../store/webhook-delivery.store.js";

type NewDelivery = Pick<WebhookDelivery, "id" | "url" | "event">;

/** One delivery for each handler that hears of the event; a handler that lists both the event and `*` gets it once. Usage alerts also go to the plan's `usage.hooks`. */
export function deliveriesOf(project: Pick<Project, "config" | "features">, event: EventEnvelope): NewDelivery[] {
  const handlers = project.config.hook.non_blocking_handlers ?? [];
  const own = handlers.flatMap(({ events, url }, index) => (hookHears(events, event.type) ? [{ id: `${event.id}.${index}`, url, event }] : []));
  return [...own, ...usageDeliveries(project, event)];
}

/** Deliveries of a usage alert to the plan's hooks, those of the project aside (spec: protection §8.3). */
function usageDeliveries({ features }: Pick<Project, "features">, event: EventEnvelope): NewDelivery[] {
  if (!usageAlertTriggered.is(event)) return [];
  const name = (event.payload.usage as { name?: unknown } | undefined)?.name;
  return (features.usage.hooks ?? []).flatMap(({ url, match }, index) => (match === "*" || match === name ? [{ id: `${event.id}.usage${index}`, url, event }] : []));
}

/** The consumer group `hooks`: turns events into deliveries, a row and a job for each handler. */
@Injectable()
export class FanOutEvents {
  constructor(
    private readonly db: Database,
    private readonly env: EnvConfig,
    private readonly registry: ProjectRegistry,
    private readonly store: WebhookDeliveryStore,
    private readonly queue: DeliveryQueue,
  ) {}

  /** Takes records of the event stream; the same record twice is delivered once. Records that are no events are dropped. Throws when the database or Redis fails. */
  async run(records: readonly { value: string }[], log: Log): Promise<void> {
    const byProject = new Map<string, EventEnvelope[]>();
    for (const { value } of records) {
      const event = parseEnvelope(value);
      if (!event) log.error({ group: "hooks" }, "A record of the event stream is no event and is dropped.");
      else byProject.set(this.listenerOf(event), [...(byProject.get(this.listenerOf(event)) ?? []), event]);
    }
    for (const [id, events] of byProject) {
      const project = await this.registry.byId(id);
      const deliveries = project ? events.flatMap((event) => deliveriesOf(project, event)) : [];
      if (!project || deliveries.length === 0) continue;
      const ctx = buildContext({ project, request: { id: "hooks", method: "", url: "", ip: "", userAgent: "", publicOrigin: "", locales: [] }, actor: { type: "system" }, log });
      await this.db.read((tx) => this.store.insert(ctx, tx, deliveries));
      await this.queue.add(deliveries.map((delivery) => ({ projectId: id, deliveryId: delivery.id, attempts: 0 })));
    }
  }

  /** The project whose handlers are asked: for what developers do in the portal, the portal's own. */
  private listenerOf(event: EventEnvelope): string {
    return event.type.startsWith("project.") ? this.env.portalAuthgearAppId : event.context.app_id;
  }
}
