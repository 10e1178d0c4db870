import { type EventEnvelope, eventId } from "@gatehouse/domain-events";
import { type AuditLogQuery, RecordEvents } from "@gatehouse/feature-audit-log";
import type { TestModule, TestProject } from "@gatehouse/platform-testing";

/** What differs from a plain event. */
export interface EventChange {
  /** Unix seconds. */
  at?: number;
  user?: string;
  payload?: Record<string, unknown>;
  ip?: string;
}

/** A log that throws nothing away because it keeps nothing. */
export const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Now, in whole seconds. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Makes events with rising numbers, and records them. */
export class AuditTestEvents {
  private lastSeq = 1;

  constructor(
    private readonly nest: TestModule,
    private readonly time: () => number = nowSeconds,
  ) {}

  envelope(project: TestProject, type: string, change: EventChange = {}): EventEnvelope {
    this.lastSeq += 1;
    return {
      id: eventId(this.lastSeq),
      seq: this.lastSeq,
      type,
      payload: change.payload ?? {},
      context: {
        timestamp: change.at ?? this.time(),
        user_id: change.user ?? null,
        triggered_by: "user",
        audit_context: {},
        preferred_languages: [],
        language: "en",
        geo_location_code: null,
        app_id: project.ctx.project.id,
        ...(change.ip ? { ip_address: change.ip } : {}),
      },
    };
  }

  record(...events: EventEnvelope[]): Promise<void> {
    return this.nest.get(RecordEvents).run(
      events.map((event) => ({ value: JSON.stringify(event) })),
      quiet,
    );
  }

  /** Records `n` events, each on its own. */
  async some(project: TestProject, n: number, change: EventChange = {}): Promise<EventEnvelope[]> {
    const events = Array.from({ length: n }, () => this.envelope(project, "user.authenticated", change));
    await this.record(...events);
    return events;
  }
}

/** A question to the log. */
export type AuditQuestion = Parameters<AuditLogQuery["run"]>[1];
