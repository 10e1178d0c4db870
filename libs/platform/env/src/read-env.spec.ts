import { describe, expect, it } from "vitest";
import { EnvError, readEnv } from "./read-env.js";

const good = { DATABASE_URL: "postgres://u@h/db", REDIS_URL: "redis://h" };

describe("readEnv", () => {
  it("fills defaults", () => {
    const env = readEnv(good);
    expect(env.mainListenAddr).toEqual({ host: "0.0.0.0", port: 3000 });
    expect(env.devMode).toBe(false);
  });

  it.each([
    [{ ...good, DATABASE_URL: undefined }, "DATABASE_URL is not set: The PostgreSQL database."],
    [{ ...good, DATABASE_URL: "mysql://x" }, "DATABASE_URL must be a URL starting with postgres:// or postgresql://."],
    [{ ...good, DEV_MODE: "yes" }, 'DEV_MODE must be true or false, not "yes".'],
    [{ ...good, MAIN_LISTEN_ADDR: "3000" }, 'MAIN_LISTEN_ADDR must look like 0.0.0.0:3000, not "3000".'],
    [{ ...good, EVENT_STREAM: "kafka" }, "KAFKA_BROKERS is not set: EVENT_STREAM=kafka needs at least one broker."],
  ])("says in one sentence what is wrong", (source, message) => {
    expect(() => readEnv(source)).toThrow(new EnvError(message));
  });
});
