import { Redis, type RedisOptions } from "ioredis";
import { commandCount } from "./command-count.js";

export type RedisClient = Redis;

/** Opens a client whose commands are counted; it reconnects by itself and fails a command after three tries instead of waiting for ever. */
export function openRedis(url: string, options: RedisOptions = {}): RedisClient {
  const client = new Redis(url, { maxRetriesPerRequest: 3, enableAutoPipelining: false, ...options });
  const send = client.sendCommand.bind(client);
  client.sendCommand = ((command: { name: string }, ...rest: unknown[]) => {
    commandCount.add(command.name);
    return (send as (...args: unknown[]) => unknown)(command, ...rest);
  }) as typeof client.sendCommand;
  client.on("error", () => undefined); // each command reports its own failure; without a listener ioredis prints every retry
  return client;
}
