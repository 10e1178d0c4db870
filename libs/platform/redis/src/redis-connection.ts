import type { RedisClient } from "./open-redis.js";

/** The injection token of the shared client. Blocking commands and subscriptions take a `client.duplicate()`. */
export class RedisConnection {
  constructor(readonly client: RedisClient) {}
}
