import { type EventEnvelope, eventEntry, parseEnvelope } from "@gatehouse/domain-events";
import type { Log } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";
import { AuditLogStore } from "../store/audit-log.store.js";

/** The consumer group `audit-log`: writes the audited events of a batch. */
@Injectable()
export class RecordEvents {
  constructor(
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly logs: AuditLogStore,
  ) {}

  /** Takes records of the event stream; the same record twice makes one line. Records that are no events, and events of deleted projects, are dropped. Throws when the database fails. */
  async run(records: readonly { value: string }[], log: Log): Promise<void> {
    const byProject = new Map<string, EventEnvelope[]>();
    for (const { value } of records) {
      const event = parseEnvelope(value);
      if (!event) log.error({ group: "audit-log" }, "A record of the event stream is no event and is dropped.");
      else if (eventEntry(event.type)?.audit) byProject.set(event.context.app_id, [...(byProject.get(event.context.app_id) ?? []), event]);
    }
    for (const [id, events] of byProject) {
      const project = await this.registry.byId(id);
      if (!project) continue;
      const ctx = buildContext({
        project,
        request: { id: "audit-log", method: "", url: "", ip: "", userAgent: "", publicOrigin: "", locales: [] },
        actor: { type: "system" },
        log,
      });
      await this.db.read((tx) => this.logs.insert(ctx, tx, events));
    }
  }
}
