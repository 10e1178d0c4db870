import type { EntityManager, QueryRunner } from "typeorm";

/** A row as PostgreSQL returns it. */
export type Row = Record<string, unknown>;

/**
 * The visible handle a store works through, always its second argument: a transaction, or an autocommit handle.
 * `query` sends one parameterised statement; `manager` gives `insert`, `update`, `delete` and `find` of TypeORM for flat entities.
 */
export class Tx {
  private readonly afterCommitWork: (() => void | Promise<void>)[] = [];

  constructor(
    private readonly runner: Pick<QueryRunner, "query" | "manager">,
    /** False for a plain read handle. */
    readonly isTransaction: boolean,
  ) {}

  /** TypeORM's mapper on this handle. */
  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** Sends one statement and returns its rows (for UPDATE and DELETE: the rows of RETURNING). */
  async query<T = Row>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    const result = (await this.runner.query(sql, params as unknown[], true)) as unknown as { records?: T[]; raw: unknown };
    return (result.records ?? []) as T[];
  }

  /** Like `query`, for statements that return at most one row. */
  async queryOne<T = Row>(sql: string, params: readonly unknown[] = []): Promise<T | undefined> {
    return (await this.query<T>(sql, params))[0];
  }

  /** Work to do once the transaction has committed (fill a cache, wake the relay). Without a transaction it runs when the handle ends. */
  afterCommit(work: () => void | Promise<void>): void {
    this.afterCommitWork.push(work);
  }

  /** For the database only. */
  async runAfterCommit(): Promise<void> {
    for (const work of this.afterCommitWork.splice(0)) await work();
  }
}
