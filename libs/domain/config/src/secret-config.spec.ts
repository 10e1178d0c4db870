import { ApiError } from "@gatehouse/platform-errors-core";
import { expect, test } from "vitest";
import { checkSecretItems } from "./secret-config.js";

test("a secrets file without oauth and csrf names both, in that order", () => {
  const keys = { keys: [{ kid: "a", kty: "oct" }] };
  let info: unknown;
  try {
    checkSecretItems({ secrets: [{ key: "admin-api.auth", data: keys }] }, [{ key: "db", data: { database_url: "x" } }, { key: "redis", data: { redis_url: "x" } }]);
  } catch (error) {
    info = (error as ApiError).info;
  }
  expect(info).toEqual({ causes: ["OAuth key materials (secret 'oauth') is required", "CSRF key materials (secret 'csrf') is required"].map((msg) => ({ location: "", kind: "general", details: { msg } })) });
});
