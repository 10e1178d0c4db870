import { AsyncLocalStorage } from "node:async_hooks";

/** Counts SQL statements of one unit of work, for budgets in tests and the benchmark; BEGIN, COMMIT and ROLLBACK are not counted. Telemetry only: no decision reads it. */
class StatementCount {
  private readonly storage = new AsyncLocalStorage<{ sql: number; statements: string[] }>();
  /** Statements since the process started. */
  total = 0;

  /** Runs `work` and says how many statements it sent, and which. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; sql: number; statements: string[] }> {
    const count = { sql: 0, statements: [] as string[] };
    const result = await this.storage.run(count, work);
    return { result, ...count };
  }

  /** Called by the database for each statement. */
  add(sql: string): void {
    this.total += 1;
    const count = this.storage.getStore();
    if (count) {
      count.sql += 1;
      count.statements.push(sql);
    }
  }
}

/** The counter of this process. */
export const statementCount = new StatementCount();
