import { type EventEnvelope, parseEnvelope, usageAlertTriggered } from "@gatehouse/domain-events";
import { asProjectId, type Log, type ProjectContext } from "@gatehouse/domain-project";
import { MessageQueue } from "@gatehouse/service-message-queue";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";

/** The text every record of our kind holds; what does not is not even parsed. */
const TYPE = `"${usageAlertTriggered.entry.type}"`;
/** Names that people read (spec: messaging §8.5). */
const DISPLAY_NAMES: Readonly<Record<string, string>> = { email: "email", sms: "SMS", whatsapp: "WhatsApp", user_import: "user import", user_export: "user export" };

interface UsagePayload {
  name: string;
  action: string;
  period: string;
  quota: number;
  current_value: number;
}

/** Mails the people of `usage.alerts` when a limit is reached (spec: protection §8.3): one mail for each address. */
@Injectable()
export class SendUsageAlerts {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly queue: MessageQueue,
  ) {}

  /** Takes records of the event stream; other events are passed over. Throws when the queue does not answer. */
  async run(records: readonly { value: string }[], log: Log): Promise<void> {
    for (const { value } of records) {
      const event = value.includes(TYPE) ? parseEnvelope(value) : undefined;
      if (event && usageAlertTriggered.is(event)) await this.ofEvent(event, log);
    }
  }

  private async ofEvent({ payload, context }: EventEnvelope, log: Log): Promise<void> {
    const project = await this.registry.byId(asProjectId(context.app_id));
    const usage = payload.usage as UsagePayload | null | undefined;
    if (!project || typeof usage?.name !== "string") return;
    const { public_origin: publicOrigin } = project.config.http;
    const ctx = buildContext({ project, request: { id: "usage", method: "", url: "", ip: "", userAgent: "", publicOrigin, locales: [] }, actor: { type: "system" }, log });
    for (const to of addressesOf(ctx, usage.name)) await this.mail(ctx, to, usage);
  }

  private async mail(ctx: ProjectContext, to: string, { name, action, period, quota, current_value }: UsagePayload): Promise<void> {
    try {
      this.queue.assertDeliverable(ctx, "email");
    } catch (err) {
      return ctx.log.warn({ err, project_id: ctx.project.id }, "A usage alert could not be mailed: the project has no mail server.");
    }
    const variables = {
      UsageName: name,
      UsageDisplayName: DISPLAY_NAMES[name] ?? name,
      UsageAction: action,
      UsagePeriod: period,
      UsageQuota: String(quota),
      UsageCurrentValue: String(current_value),
    };
    await this.queue.enqueue(ctx, { channel: "email", to, template: "usage_alert_email", variables, silent: true });
  }
}

/** Distinct addresses that want to hear of a usage. */
function addressesOf({ project }: ProjectContext, name: string): string[] {
  const alerts = project.config.usage?.alerts ?? [];
  return [...new Set(alerts.flatMap(({ type, email, match }) => (type === "email" && email && (match === "*" || match === name) ? [email] : [])))];
}
