import { parseEnvelope } from "@gatehouse/domain-events";
import type { Log } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { LogoutSubscriptionStore, UnnoticedLogouts } from "@gatehouse/record-grants";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";
import { LogoutQueue } from "../logout-queue.js";

/** Events after which sessions of their user may be gone. */
const ENDINGS: readonly string[] = [
  "user.signed_out",
  "user.session.terminated",
  "user.authenticated",
  "user.disabled",
  "user.deleted",
  "user.anonymized",
  "user.deletion_scheduled",
  "user.anonymization_scheduled",
  "admin_api.mutation.set_account_valid_from.executed",
  "admin_api.mutation.set_account_valid_until.executed",
  "admin_api.mutation.set_account_valid_period.executed",
];
const BATCH = 500;
const OVERDUE_MS = 3_600_000;

/** Finds sessions that have ended and whose clients want to hear of it: at once by events, and hourly whatever the events say. */
@Injectable()
export class NoticeEndedSessions {
  constructor(
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly subscriptions: LogoutSubscriptionStore,
    private readonly unnoticed: UnnoticedLogouts,
    private readonly queue: LogoutQueue,
  ) {}

  /** Takes records of the event stream. One statement for each project that has such clients. Throws when the database or Redis fails. */
  async run(records: readonly { value: string }[], log: Log): Promise<void> {
    const byProject = new Map<string, Set<string>>();
    for (const { value } of records) {
      const event = parseEnvelope(value);
      const userId = event?.context.user_id;
      if (event && userId && ENDINGS.includes(event.type)) byProject.set(event.context.app_id, (byProject.get(event.context.app_id) ?? new Set()).add(userId));
    }
    for (const [id, users] of byProject) {
      const project = await this.registry.byId(id);
      if (!project?.config.oauth.clients.some(({ backchannel_logout_uri }) => backchannel_logout_uri)) continue;
      const ctx = buildContext({ project, request: { id: "logout", method: "", url: "", ip: "", userAgent: "", publicOrigin: "", locales: [] }, actor: { type: "system" }, log });
      await this.queue.add(await this.db.read((tx) => this.subscriptions.markEnded(ctx, tx, [...users])));
    }
  }

  /** The net under the events; returns how many are told of. */
  async sweep(now: Date): Promise<number> {
    const ended = await this.unnoticed.sweep({ now, overdue: new Date(now.getTime() - OVERDUE_MS), limit: BATCH });
    await this.queue.add(ended);
    return ended.length;
  }
}
