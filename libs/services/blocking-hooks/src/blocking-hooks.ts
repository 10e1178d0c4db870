import { hookDeliveryTimeout, hookDeliveryUnknownFailure, hookDisallowed, hookInvalidResponse } from "@gatehouse/domain-errors";
import { buildEventContext, type EventEnvelope, eventId, type GatehouseEvent } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient, OutboundError, type OutboundResponse } from "@gatehouse/platform-outbound";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { applyWishes, type HookOutcome } from "./apply-wishes.js";
import { type HookResponse, HookResponses } from "./hook-response.js";
import { webhookCall } from "./webhook-call.js";

const NANOSECONDS = 1_000_000;
const DEFAULT_TIMEOUT_SECONDS = 5;
const DEFAULT_TOTAL_SECONDS = 10;

/** Asks the project's blocking handlers before something happens (spec: events §6). Call it with no transaction open, on the would-be model. */
@Injectable()
export class BlockingHooks implements OnApplicationShutdown {
  private readonly responses = new HookResponses();
  private readonly outbound: OutboundClient;

  constructor(
    private readonly db: Database,
    env: EnvConfig,
  ) {
    this.outbound = new OutboundClient({ allowLoopback: env.devMode });
  }

  /** Whether anyone is to be asked: ask before loading what only the event needs. */
  hasHandlers(ctx: ProjectContext, type: string): boolean {
    return ctx.project.config.hook.blocking_handlers?.some((handler) => handler.event === type) ?? false;
  }

  /**
   * Asks every handler of the event in order, each with the payload as the earlier ones changed it. Without handlers nothing is done.
   * Throws HookDisallowed at the first refusal, and HookDeliveryTimeout, HookDeliveryUnknownFailure, HookInvalidResponse or InvalidJWTMutations.
   */
  async run(ctx: ProjectContext, event: GatehouseEvent): Promise<HookOutcome> {
    let outcome: HookOutcome = { payload: event.payload };
    if (!this.hasHandlers(ctx, event.type)) return outcome;
    const { hook } = ctx.project.config;
    const limit = (hook.sync_hook_total_timeout_seconds ?? DEFAULT_TOTAL_SECONDS) * 1000;
    const envelope = await this.envelope(ctx, event);
    const started = performance.now();
    for (const { event: type, url } of hook.blocking_handlers ?? []) {
      if (type !== event.type) continue;
      const elapsed = performance.now() - started;
      if (elapsed > limit) throw hookDeliveryTimeout({ elapsed: Math.round(elapsed * NANOSECONDS), limit: limit * NANOSECONDS });
      const response = await this.ask(ctx, url, { ...envelope, payload: outcome.payload as Record<string, unknown> });
      if (!response.is_allowed) throw hookDisallowed({ event_type: event.type, reasons: [{ title: response.title ?? "", reason: response.reason ?? "" }] });
      outcome = applyWishes(outcome, response);
    }
    return outcome;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  private async envelope(ctx: ProjectContext, event: GatehouseEvent): Promise<EventEnvelope> {
    const row = await this.db.read((tx) => tx.queryOne<{ seq: string }>("select nextval('event_sequence') as seq"));
    const seq = Number(row?.seq);
    return { id: eventId(seq), seq, type: event.type, payload: event.payload, context: buildEventContext(ctx, event) };
  }

  private async ask(ctx: ProjectContext, url: string, envelope: EventEnvelope): Promise<HookResponse> {
    const answer = await this.deliver(ctx, url, envelope);
    if (answer.status < 200 || answer.status > 299) throw hookInvalidResponse({ status_code: answer.status });
    let value: unknown;
    try {
      value = JSON.parse(answer.body.toString("utf8"));
    } catch (error) {
      throw hookInvalidResponse({ parse_error: (error as Error).message });
    }
    const checked = this.responses.check(envelope.type, value);
    if ("causes" in checked) throw hookInvalidResponse({ causes: checked.causes });
    return checked.response;
  }

  private async deliver(ctx: ProjectContext, url: string, envelope: EventEnvelope): Promise<OutboundResponse> {
    if (!url.startsWith("http:") && !url.startsWith("https:")) {
      ctx.log.error({ event: envelope.type, url }, "This deployment has no runner for hook scripts; the event is refused.");
      throw hookDeliveryUnknownFailure("no runner for hook scripts is available");
    }
    const timeoutMs = (ctx.project.config.hook.sync_hook_timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
    try {
      return await this.outbound.send(webhookCall(ctx, { url, timeoutMs }, envelope));
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      ctx.log.warn({ event: envelope.type, url, failure: error.failure, err: error }, "A blocking web hook did not answer.");
      if (error.failure === "timeout") throw hookDeliveryTimeout({});
      if (error.failure === "response-too-large") throw hookInvalidResponse({ parse_error: error.message });
      throw hookDeliveryUnknownFailure();
    }
  }
}
