import { AsyncLocalStorage } from "node:async_hooks";

/** Counts Redis round trips of one unit of work (a pipeline or a script is one). Telemetry only. */
class CommandCount {
  private readonly storage = new AsyncLocalStorage<{ commands: string[] }>();
  total = 0;

  /** Runs `work` and says which commands it sent. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; redis: number; commands: string[] }> {
    const count = { commands: [] as string[] };
    const result = await this.storage.run(count, work);
    return { result, redis: count.commands.length, commands: count.commands };
  }

  /** Called by the client for each command. */
  add(name: string): void {
    this.total += 1;
    this.storage.getStore()?.commands.push(name);
  }
}

/** The counter of this process. */
export const commandCount = new CommandCount();
