import { type EventEnvelope, eventEntry, parseEnvelope } from "@gatehouse/domain-events";
import type { Log } from "@gatehouse/domain-project";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";
import { AppendToLog } from "./append-to-log.js";

/** Projects written to at the same time. */
const AT_ONCE = 4;

/** The consumer group `audit-log`: writes the audited events of a batch. */
@Injectable()
export class RecordEvents {
  constructor(
    private readonly registry: ProjectRegistry,
    private readonly append: AppendToLog,
  ) {}

  /** Takes records of the event stream; the same record twice makes one line. Records that are no events, and events of deleted projects, are dropped. Throws when the database fails. */
  async run(records: readonly { value: string }[], log: Log): Promise<void> {
    const byProject = new Map<string, EventEnvelope[]>();
    for (const { value } of records) {
      const event = parseEnvelope(value);
      if (!event) log.error({ group: "audit-log" }, "A record of the event stream is no event and is dropped.");
      else if (eventEntry(event.type)?.audit) {
        const events = byProject.get(event.context.app_id) ?? [];
        events.push(event);
        byProject.set(event.context.app_id, events);
      }
    }
    const due = [...byProject];
    while (due.length > 0) await Promise.all(due.splice(0, AT_ONCE).map(([id, events]) => this.ofProject(id, events, log)));
  }

  private async ofProject(id: string, events: readonly EventEnvelope[], log: Log): Promise<void> {
    const project = await this.registry.byId(id);
    if (!project) return;
    const request = { id: "audit-log", method: "", url: "", ip: "", userAgent: "", publicOrigin: "", locales: [] };
    await this.append.run(buildContext({ project, request, actor: { type: "system" }, log }), events);
  }
}
