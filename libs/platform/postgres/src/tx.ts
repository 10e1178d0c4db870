import type { EntityManager, QueryRunner } from "typeorm";
import { statementCount } from "./statement-count.js";

/** A row as PostgreSQL returns it. */
export type Row = Record<string, unknown>;

/** A statement that connections keep prepared. */
export interface PreparedStatement {
  name: string;
  text: string;
}

/**
 * The visible handle a store works through, always its second argument: a transaction, or an autocommit handle.
 * `query` sends one parameterised statement; `manager` gives `insert`, `update`, `delete` and `find` of TypeORM for flat entities.
 */
export class Tx {
  private readonly afterCommitWork: (() => void | Promise<void>)[] = [];

  constructor(
    private readonly runner: Pick<QueryRunner, "query" | "manager" | "connect">,
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

  /**
   * Like `queryOne`, for the few statements of the busiest paths: each connection parses and plans it once, under its name
   * (PostgreSQL manual, PREPARE). The name belongs to one text.
   */
  async preparedOne<T = Row>(statement: PreparedStatement, params: readonly unknown[]): Promise<T | undefined> {
    return (await this.prepared<T>(statement, params))[0];
  }

  /** Like `preparedOne`, for statements that return several rows. */
  async prepared<T = Row>({ name, text }: PreparedStatement, params: readonly unknown[]): Promise<T[]> {
    statementCount.add(text);
    const client = (await this.runner.connect()) as { query(config: { name: string; text: string; values: unknown[] }): Promise<{ rows: T[] }> };
    return (await client.query({ name, text, values: [...params] })).rows;
  }

  /** Work to do once the transaction has committed (fill a cache, wake the relay). Without a transaction it runs when the handle ends. */
  afterCommit(work: () => void | Promise<void>): void {
    this.afterCommitWork.push(work);
  }

  /** For the database only. All of it runs, one after the other: what was committed stays so, whatever fails. Throws what failed first. */
  async runAfterCommit(): Promise<void> {
    const failures: unknown[] = [];
    for (const work of this.afterCommitWork.splice(0)) {
      try {
        await work();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
