import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { until } from "./platform.js";

const root = path.resolve(import.meta.dirname, "../..");

/** A process of a deployment: the service it runs, and its port. */
export interface Member {
  service: "auth" | "portal" | "hooks";
  port: number;
}

/** Separate processes of the same program, as in production, on a database of their own. */
export class Deployment<Name extends string> {
  private readonly running = new Map<Name, ChildProcess>();

  constructor(
    private readonly members: Readonly<Record<Name, Member>>,
    private readonly env: Record<string, string>,
  ) {}

  /** Runs a command of the program to its end. */
  async command(...args: string[]): Promise<void> {
    const child = this.spawn(args, {}, "inherit");
    const code = await new Promise((resolve) => child.on("exit", resolve));
    if (code !== 0) throw new Error(`gatehouse ${args.join(" ")} ended with ${code}`);
  }

  async start(name: Name): Promise<void> {
    const { service, port } = this.members[name];
    const address = { auth: "MAIN_LISTEN_ADDR", portal: "PORTAL_LISTEN_ADDR", hooks: "HOOKS_LISTEN_ADDR" }[service];
    this.running.set(name, this.spawn(["start", service], { [address]: `127.0.0.1:${port}` }));
    await until(async () => ((await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined))?.ok ? true : undefined), `${name} to be ready`, 90);
  }

  /** As a crash does: nothing is finished, nothing is flushed. */
  async kill(name: Name): Promise<void> {
    const child = this.running.get(name);
    const gone = new Promise((resolve) => child?.on("exit", resolve));
    child?.kill("SIGKILL");
    await gone;
    this.running.delete(name);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.keys()].map((name) => this.kill(name)));
  }

  /** What a service says when its servers are killed is of no interest. */
  private spawn(args: string[], more: Record<string, string>, stderr: "inherit" | "ignore" = "ignore"): ChildProcess {
    return spawn(process.execPath, [path.join(root, "dist/server/main.mjs"), ...args], {
      cwd: root,
      env: { PATH: process.env.PATH, GATEHOUSE_MIGRATIONS_DIR: path.join(root, "db/migrations"), ...this.env, ...more },
      stdio: ["ignore", "ignore", stderr],
    });
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
