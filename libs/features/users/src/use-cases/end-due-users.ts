import { Injectable } from "@nestjs/common";
import { asProjectId, type Log, type Project, type ProjectContext } from "@gatehouse/domain-project";
import { newUuid } from "@gatehouse/platform-ids";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { AccountSchedule, type DueUser, type ScheduledEnd } from "@gatehouse/record-users";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { AnonymizeUser } from "./anonymize-user.js";
import { DeleteUser } from "./delete-user.js";

const BATCH = 100;

/** How a run went. */
export interface EndedUsers {
  deleted: number;
  anonymized: number;
  /** Tried again by the next run. */
  failed: number;
}

/**
 * Deletes and anonymizes the users of all projects whose grace period is over (spec: user model §2.5), each in a transaction of his own, so that one who cannot be
 * ended keeps nobody else. Several workers may run it at once: a user is held by one of them and passed over by the others.
 */
@Injectable()
export class EndDueUsers {
  constructor(
    private readonly db: Database,
    private readonly projects: ProjectRegistry,
    private readonly schedule: AccountSchedule,
    private readonly accounts: Accounts,
    private readonly remove: DeleteUser,
    private readonly anonymize: AnonymizeUser,
  ) {}

  async run(now: Date, log: Log): Promise<EndedUsers> {
    const deletions = await this.endAll("deletion", now, log);
    const anonymizations = await this.endAll("anonymization", now, log);
    return { deleted: deletions.ended, anonymized: anonymizations.ended, failed: deletions.failed + anonymizations.failed };
  }

  private async endAll(what: ScheduledEnd, now: Date, log: Log): Promise<{ ended: number; failed: number }> {
    const count = { ended: 0, failed: 0 };
    for (let after: DueUser | undefined; ; ) {
      const due = await this.db.read((tx) => this.schedule.due(tx, what, { now, limit: BATCH, after }));
      for (const user of due) {
        try {
          if (await this.end(user, { what, now, log })) count.ended += 1;
        } catch (err) {
          count.failed += 1;
          log.error({ err, project: user.projectId, user: user.id, what }, "A user's scheduled end failed; it is tried again.");
        }
      }
      if (due.length < BATCH) return count;
      after = due.at(-1);
    }
  }

  /** False when the project is gone, or the user is at work elsewhere or no longer due. */
  private async end({ projectId, id }: DueUser, { what, now, log }: { what: ScheduledEnd; now: Date; log: Log }): Promise<boolean> {
    const project = await this.projects.byId(asProjectId(projectId));
    if (!project) return false;
    const ctx = systemContext(project, log);
    return this.db.transaction(async (tx) => {
      if (!(await this.schedule.holdDue(ctx, tx, { id, what, now }))) return false;
      await this.endHeld(ctx, tx, { id, what });
      return true;
    });
  }

  private async endHeld(ctx: ProjectContext, tx: Tx, { id, what }: { id: string; what: ScheduledEnd }): Promise<void> {
    const [facts] = await this.accounts.facts(ctx, tx, [id]);
    if (!facts) return;
    if (what === "deletion") await this.remove.held(ctx, tx, { facts, reason: facts.user.status.deleteReason });
    else await this.anonymize.held(ctx, tx, facts);
  }
}

function systemContext(project: Project, log: Log): ProjectContext {
  const request = { id: newUuid(), method: "", url: "", ip: "", userAgent: "", publicOrigin: project.config.http.public_origin, locales: [] };
  return buildContext({ project, request, actor: { type: "system" }, log });
}
