export { openRedis, type RedisClient } from "./open-redis.js";
export { projectKey } from "./project-key.js";
export { commandCount } from "./command-count.js";
export { RedisConnection } from "./redis-connection.js";
