import { type ChildProcess, spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** Between the end of a worker that ended by itself and the start of the next. */
const RESTART_MS = 1000;

/** Lets a process run where others leave time: its threads inherit this as they begin. One that is gone already needs none. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It ended, which is seen to elsewhere.
  }
}

/**
 * The worker in a process of its own, which gives way to the others: what follows an event (hooks, the audit log, mail) then never keeps a request waiting.
 * One that ends by itself is started again; it ends when this process does.
 */
export class WorkerProcess {
  private child: ChildProcess | undefined;
  private stopping = false;

  /** `variables`: its environment; `program`: this one, unless a test brings another. */
  constructor(
    private readonly variables: NodeJS.ProcessEnv,
    private readonly program: string = process.argv[1] as string,
  ) {}

  /** Resolves when the worker is ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [...process.execArgv, this.program, "start", "hooks"], { env: this.variables, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.child = child;
    giveWay(child);
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
    const ready = new Promise<void>((resolve) => child.once("message", () => resolve()));
    void ended.then(() => this.again());
    await Promise.race([ready, ended]);
  }

  /** Lets the worker finish what it has in hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  private async again(): Promise<void> {
    if (this.stopping) return;
    console.error("The worker ended; it is started again.");
    await delay(RESTART_MS);
    if (!this.stopping) await this.start();
  }
}
