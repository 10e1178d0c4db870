import { AsyncLocalStorage } from "node:async_hooks";
import { DataSource, type EntityTarget, type ObjectLiteral } from "typeorm";
import { statementCount } from "./statement-count.js";
import { Tx } from "./tx.js";

/** How to reach the database. */
export interface DatabaseOptions {
  /** PostgreSQL URL. */
  url: string;
  /** Connections in the pool. */
  poolSize?: number;
  /** Flat TypeORM entities, without relations. */
  entities?: EntityTarget<ObjectLiteral>[];
  /** Shown in pg_stat_activity. */
  applicationName?: string;
}

/** Isolation of a transaction (PostgreSQL manual §13.2). */
export type IsolationLevel = "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE";

/** How long an idle connection is kept, in milliseconds: a new one costs the server a process and us a handshake, and knows none of the prepared statements. */
const IDLE_MS = 300_000;

const openTransaction = new AsyncLocalStorage<boolean>();

/** The one owner of the connection pool. Stores never see it: they get a `Tx`. */
export class Database {
  private constructor(private readonly source: DataSource) {}

  /** Opens the pool and checks that the server answers. */
  static async connect(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: "postgres",
      url: options.url,
      entities: (options.entities ?? []) as never,
      synchronize: false,
      poolSize: options.poolSize ?? 10,
      extra: { idleTimeoutMillis: IDLE_MS },
      applicationName: options.applicationName ?? "gatehouse",
      logger: countingLogger,
      logging: false,
    } as never);
    await source.initialize();
    return new Database(source);
  }

  /** Runs `work` on one connection without a transaction: for single statements and reads. */
  async read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      const tx = new Tx(runner, false);
      const result = await work(tx);
      await tx.runAfterCommit();
      return result;
    } finally {
      await runner.release();
    }
  }

  /** Runs `work` in one transaction; commits when it resolves, rolls back when it throws. Work registered with `afterCommit` runs after the commit, and holds no connection. */
  async transaction<T>(work: (tx: Tx) => Promise<T>, isolation: IsolationLevel = "READ COMMITTED"): Promise<T> {
    const runner = this.source.createQueryRunner();
    const tx = new Tx(runner, true);
    let result: T;
    try {
      await runner.startTransaction(isolation === "READ COMMITTED" ? undefined : isolation);
      try {
        result = await openTransaction.run(true, () => work(tx));
        await runner.commitTransaction();
      } catch (error) {
        await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
    await tx.runAfterCommit();
    return result;
  }

  /** Whether the code runs inside `transaction`: the guard of outbound calls asks this. */
  static isInTransaction(): boolean {
    return openTransaction.getStore() === true;
  }

  /** A connection of its own for a long-lived consumer (LISTEN, advisory locks); the caller ends it. */
  get pool(): unknown {
    return (this.source.driver as unknown as { master: unknown }).master;
  }

  async ping(): Promise<void> {
    await this.source.query("select 1");
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}

const TRANSACTION_CONTROL = /^(?:START TRANSACTION|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/i;

/** TypeORM's logger sees every statement, ours and those of its mapper. */
const countingLogger = {
  logQuery(sql: string): void {
    if (!TRANSACTION_CONTROL.test(sql)) statementCount.add(sql);
  },
  logQueryError() {},
  logQuerySlow() {},
  logSchemaBuild() {},
  logMigration() {},
  log() {},
};
