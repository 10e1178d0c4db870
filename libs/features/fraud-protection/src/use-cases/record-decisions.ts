import { type EventEnvelope, fraudProtectionDecisionRecorded, parseEnvelope } from "@gatehouse/domain-events";
import { asProjectId, type Log } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";
import { FraudDecisionStore } from "../store/fraud-decision.store.js";

/** The text every record of our kind holds; what does not is not even parsed. */
const TYPE = `"${fraudProtectionDecisionRecorded.entry.type}"`;

/** The consumer group `fraud-protection`: keeps the decisions that events tell of. */
@Injectable()
export class RecordDecisions {
  constructor(
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly decisions: FraudDecisionStore,
  ) {}

  /** Takes records of the event stream; the same one twice makes one row. Other events, and those of deleted projects, are passed over. Throws when the database fails. */
  async run(records: readonly { value: string }[], log: Log): Promise<void> {
    const byProject = new Map<string, EventEnvelope[]>();
    for (const { value } of records) {
      const event = value.includes(TYPE) ? parseEnvelope(value) : undefined;
      if (!event || !isDecision(event)) continue;
      byProject.set(event.context.app_id, [...(byProject.get(event.context.app_id) ?? []), event]);
    }
    for (const [id, events] of byProject) {
      const project = await this.registry.byId(asProjectId(id));
      if (!project) continue;
      const request = { id: "fraud-protection", method: "", url: "", ip: "", userAgent: "", publicOrigin: "", locales: [] };
      const ctx = buildContext({ project, request, actor: { type: "system" }, log });
      await this.db.read((tx) => this.decisions.insert(ctx, tx, events));
    }
  }
}

/** A payload of another form would hold up the whole stream. */
function isDecision(event: EventEnvelope): boolean {
  const record = event.payload.record as { decision?: unknown; action?: unknown; action_detail?: { recipient?: unknown }; triggered_warnings?: unknown } | null | undefined;
  return (
    fraudProtectionDecisionRecorded.is(event) &&
    typeof record?.decision === "string" &&
    typeof record.action === "string" &&
    typeof record.action_detail?.recipient === "string" &&
    Array.isArray(record.triggered_warnings)
  );
}
