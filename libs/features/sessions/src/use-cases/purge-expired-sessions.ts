import { Injectable } from "@nestjs/common";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { ExpiredTokens } from "@gatehouse/record-sessions";
import { ProjectRegistry } from "@gatehouse/service-project-registry";

const BATCH = 1_000;
/** Sessions stay this long after their end: a lifetime that was shortened by mistake costs nobody his login when it is set right again. */
const KEEP_MS = 24 * 3600_000;

type Delete = (tx: Tx, batch: { before: Date; limit: number }) => Promise<number>;

/** Deletes access tokens, app sessions, IdP sessions and grants of all projects that are over (spec: sessions and tokens §3). Several workers may run it at once. */
@Injectable()
export class PurgeExpiredSessions {
  constructor(
    private readonly db: Database,
    private readonly expired: ExpiredTokens,
    private readonly projects: ProjectRegistry,
  ) {}

  /** How many rows were deleted. */
  async run(now: Date): Promise<number> {
    const before = new Date(now.getTime() - KEEP_MS);
    let total = await this.inBatches(now, (tx, batch) => this.expired.deleteAccessGrants(tx, batch));
    total += await this.inBatches(now, (tx, batch) => this.expired.deleteAppSessions(tx, batch));
    for (const id of await this.db.read((tx) => this.expired.projectsUnusedSince(tx, before))) {
      const project = await this.projects.byId(id).catch(() => undefined);
      if (!project) continue;
      total += await this.inBatches(before, (tx, batch) => this.expired.deleteIdpSessions(tx, project, batch));
      total += await this.inBatches(before, (tx, batch) => this.expired.deleteGrants(tx, project, batch));
    }
    return total;
  }

  /** Deletes the sessions of users whose account has closed by itself: they do not come back when it opens again (spec: sessions and tokens §7). */
  async ofClosedAccounts(now: Date): Promise<number> {
    for (let total = 0; ; ) {
      const count = await this.db.read((tx) => this.expired.deleteOfClosedAccounts(tx, { before: now, limit: BATCH }));
      total += count;
      if (count === 0) return total;
    }
  }

  /** Small transactions: nobody waits for a lock on many rows. */
  private async inBatches(before: Date, remove: Delete): Promise<number> {
    for (let total = 0; ; ) {
      const count = await this.db.read((tx) => remove(tx, { before, limit: BATCH }));
      total += count;
      if (count < BATCH) return total;
    }
  }
}
