import type { Log } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { Database, makeMonthPartitions, monthPartitionsBefore, type Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { extendChain } from "../rules/chain.js";
import { AuditChainStore } from "../store/audit-chain.store.js";
import { unchainedRows } from "../store/chain-rows.read.js";
import { droppedRanges, type Expired } from "../store/dropped-ranges.read.js";
import { SignCheckpoints } from "./sign-checkpoints.js";

const DAY_MS = 86_400_000;
/** Rows of no month's partition. */
const STRAYS = "audit_log_default";
const ADOPT_BATCH = 2_000;
const LOCK = 0x6175_6469; // "audi": one worker at a time drops

/** What is done to the log's tables again and again: rows from before the chain join it, the next months get their partitions, expired ones are dropped. */
@Injectable()
export class KeepAuditLog {
  constructor(
    private readonly db: Database,
    private readonly env: EnvConfig,
    private readonly chain: AuditChainStore,
    private readonly checkpoints: SignCheckpoints,
  ) {}

  /** Names of the partitions dropped. Rows go by whole months, once all of a month is older than the retention; strays of the default partition by age. */
  async run(log: Log, now: Date): Promise<string[]> {
    await this.db.transaction((tx) => makeMonthPartitions(tx, "audit_log", now));
    await this.adopt(log);
    const days = this.env.auditLogRetentionDays;
    if (days === 0) return [];
    const before = new Date(now.getTime() - days * DAY_MS);
    const expired = await this.db.read((tx) => monthPartitionsBefore(tx, "audit_log", before));
    for (const table of expired) await this.drop(log, { table, before });
    const stray = await this.db.read((tx) => tx.queryOne(`select 1 from ${STRAYS} where created_at < $1 limit 1`, [before]));
    if (stray) await this.drop(log, { table: STRAYS, before });
    return expired;
  }

  /** Each project whose rows go gets a checkpoint that says which, so that the rest of its chain still fits. All or nothing. */
  private async drop(log: Log, expired: Expired): Promise<void> {
    await this.db.transaction(async (tx) => {
      const lock = await tx.queryOne<{ got: boolean }>("select pg_try_advisory_xact_lock($1) as got", [LOCK]);
      if (!lock?.got) return;
      await tx.query(`lock table ${expired.table} in share mode`);
      for (const [id, ranges] of await droppedRanges(tx, expired)) {
        const ctx = await this.checkpoints.contextOf(id, log);
        if (ctx) await this.checkpoints.ofProject(ctx, tx, ranges);
      }
      if (expired.table === STRAYS) await tx.query(`delete from ${STRAYS} where created_at < $1`, [expired.before]);
      else await tx.query(`drop table ${expired.table}`);
    });
    log.info({ table: expired.table, before: expired.before }, "Rows of the audit log were dropped: they are older than the retention.");
  }

  /** Rows that were written before there was a chain go to its end, in the order of their time. */
  private async adopt(log: Log): Promise<void> {
    const projects = await this.db.read((tx) => tx.query<{ id: string }>("select distinct project_id as id from audit_log where chain_position is null limit 1000"));
    for (const { id } of projects) {
      const ctx = await this.checkpoints.contextOf(id, log);
      if (!ctx) continue;
      const step = async (tx: Tx): Promise<number> => {
        const head = await this.chain.lockHead(ctx, tx);
        const rows = await unchainedRows(ctx, tx, ADOPT_BATCH);
        if (rows.length > 0) await this.chain.adopt(ctx, tx, extendChain(head, rows));
        return rows.length;
      };
      while ((await this.db.transaction(step)) === ADOPT_BATCH);
    }
  }
}
