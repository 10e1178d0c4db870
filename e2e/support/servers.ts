import path from "node:path";
import { pathToFileURL } from "node:url";

const tool = (name: string): Promise<any> => import(pathToFileURL(path.resolve(import.meta.dirname, "../../tools/setup", name)).href);

/** A database server or Redis of one test, that may be killed. */
export interface Server {
  start(): Promise<void>;
  /** As a power cut does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

function server(open: () => Promise<{ pid: number; stop: () => Promise<void> }>): Server {
  let running: { pid: number; stop: () => Promise<void> } | undefined;
  return {
    start: async () => {
      running = await open();
    },
    kill: async () => {
      if (!running) return;
      process.kill(running.pid, "SIGKILL");
      while (!gone(running.pid)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    stop: async () => running?.stop(),
  };
}

/** PostgreSQL that keeps what it has acknowledged. */
export const postgresServer = (port: number, dir: string): Server => server(async () => (await tool("postgres.mjs")).startPostgres({ port, dir, durable: true }));

/** Redis that keeps nothing. */
export const redisServer = (port: number, dir: string): Server => server(async () => (await tool("redis.mjs")).startRedis({ port, dir, appendonly: false }));
