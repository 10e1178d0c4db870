import { type MessageJob, messageJob } from "@gatehouse/domain-jobs";
import type { Actor, Log, ProjectContext } from "@gatehouse/domain-project";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";
import { DeliverMessage } from "./deliver-message.js";
import type { MessageReport } from "./delivery-news.js";

/** A job as the queue brought it. */
export interface QueuedMessage {
  data: unknown;
  /** From 1. */
  attempt: number;
  log: Log;
}

/** Turns a queued job back into the context it came from, and delivers it. */
@Injectable()
export class HandleMessageJob {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly deliver: DeliverMessage,
  ) {}

  /** Throws when the message should be tried again. A job of another form, or of a project that is gone, is logged and dropped. */
  async run(job: QueuedMessage): Promise<MessageReport> {
    if (!messageJob.is(job.data)) {
      job.log.error({ job: messageJob.name }, "A queued message has an unknown form and is dropped.");
      return { outcome: "dropped" };
    }
    const project = await this.registry.byId(job.data.project_id);
    if (!project) return { outcome: "dropped" };
    const ctx = this.context(job.data, buildContext({ project, request: toRequest(job.data), actor: toActor(job.data), log: job.log }));
    return this.deliver.run(ctx, job.data, job.attempt >= messageJob.attempts);
  }

  private context({ request, variables: { State: state, XState: x_state } }: MessageJob, ctx: ProjectContext): ProjectContext {
    return Object.freeze({ ...ctx, ...(request.client_id ? { clientId: request.client_id } : {}), ...(state || x_state ? { oauthState: { state, x_state } } : {}) });
  }
}

const toRequest = ({ request, locales }: MessageJob): ProjectContext["request"] => ({
  id: "message",
  method: "",
  url: request.url,
  ip: request.ip,
  userAgent: request.user_agent,
  publicOrigin: request.public_origin,
  locales,
});

function toActor({ request: { triggered_by, audit_context } }: MessageJob): Actor {
  if (triggered_by === "admin_api") return { type: "admin_api", ...(audit_context ? { auditContext: audit_context } : {}) };
  return { type: triggered_by === "user" ? "user" : "system" };
}
