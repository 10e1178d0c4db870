import { webhookDeliveryJob } from "@gatehouse/domain-jobs";
import type { Log } from "@gatehouse/domain-project";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";
import { DeliverWebhook } from "./deliver-webhook.js";

/** Turns a queued job back into a context, and makes the attempt. */
@Injectable()
export class HandleDeliveryJob {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly deliver: DeliverWebhook,
  ) {}

  /** A job of another form, or of a project that is gone, is dropped. Throws when the database fails; the sweep then finds the delivery again. */
  async run(data: unknown, log: Log): Promise<void> {
    if (!webhookDeliveryJob.is(data)) return log.error({ job: webhookDeliveryJob.name }, "A queued delivery has an unknown form and is dropped.");
    const project = await this.registry.byId(data.project_id);
    if (!project) return;
    const publicOrigin = project.config.http.public_origin;
    const ctx = buildContext({ project, request: { id: data.delivery_id, method: "", url: "", ip: "", userAgent: "", publicOrigin, locales: [] }, actor: { type: "system" }, log });
    await this.deliver.run(ctx, data.delivery_id);
  }
}
