import type { Writable } from "node:stream";
import { Redis, type RedisOptions } from "ioredis";
import { commandCount } from "./command-count.js";

/** A connected client. */
export type RedisClient = Redis;

/** Opens a client whose commands are counted, and written to the socket together when many requests send at once; it reconnects by itself and fails a command after three tries instead of waiting for ever. */
export function openRedis(url: string, options: RedisOptions = {}): RedisClient {
  const settings = { maxRetriesPerRequest: 3, enableAutoPipelining: false, ...options };
  const client = url.startsWith("unix:") ? new Redis({ ...socketOf(url), ...settings }) : new Redis(url, settings);
  const send = client.sendCommand.bind(client);
  const pipelines = new WeakSet<object>();
  let corked = false;
  /** One write for all commands of this turn of the event loop instead of one each: system calls are what a cached read costs most. */
  const gather = (): void => {
    const { stream } = client as unknown as { stream?: Writable };
    if (corked || !stream?.writable) return;
    corked = true;
    stream.cork();
    setImmediate(() => {
      corked = false;
      stream.uncork();
    });
  };
  client.sendCommand = ((command: { name: string }, ...rest: unknown[]) => {
    const [stream] = rest; // ioredis passes one stream for all commands of a pipeline
    const again = typeof stream === "object" && stream !== null && pipelines.has(stream);
    if (typeof stream === "object" && stream !== null) pipelines.add(stream);
    if (!again) commandCount.add(command.name);
    gather();
    return (send as (...args: unknown[]) => unknown)(command, ...rest);
  }) as typeof client.sendCommand;
  client.on("error", () => undefined); // each command reports its own failure; without a listener ioredis prints every retry
  return client;
}

/** A socket of this machine, `unix:///path/of.sock?db=0`: its system calls cost less than half of those on a loopback connection. */
function socketOf(url: string): { path: string; db: number } {
  const { pathname, searchParams } = new URL(url);
  return { path: decodeURIComponent(pathname), db: Number(searchParams.get("db") ?? 0) };
}
