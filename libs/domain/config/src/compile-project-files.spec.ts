import { ApiError } from "@gatehouse/platform-errors-core";
import { expect, test } from "vitest";
import { compileProjectFiles } from "./compile-project-files.js";

const config = "id: shop\nhttp: {public_origin: 'https://shop.example'}\n";
const keys = ["admin-api.auth", "oauth", "csrf"].map((key) => ({ key, data: { keys: [{ kid: key, kty: "oct" }] } }));
const deploymentSecrets = [
  { key: "db", data: { database_url: "postgres://db/all" } },
  { key: "redis", data: { redis_url: "redis://cache" } },
];

test("the project's own secret replaces the deployment's whole item", () => {
  const own = [...keys, { key: "redis", data: { redis_url: "redis://own" } }];
  const { secrets } = compileProjectFiles({ "authgear.yaml": config, "authgear.secrets.yaml": JSON.stringify({ secrets: own }) }, { deploymentSecrets });
  expect(secrets.redis).toEqual({ redis_url: "redis://own" });
  expect(secrets.oauth?.keys[0]?.kid).toBe("oauth");
});

test("compiled files cannot be changed by a request", () => {
  const compiled = compileProjectFiles({ "authgear.yaml": config, "authgear.secrets.yaml": JSON.stringify({ secrets: keys }) }, { deploymentSecrets });
  expect(() => compiled.config.authentication.identities.push("ldap")).toThrow(TypeError);
  expect(() => Object.assign(compiled.secrets, { oauth: undefined })).toThrow(TypeError);
});

test("an alias bomb is refused", () => {
  const bomb = [
    "a: &a [x, x, x, x, x, x, x, x, x, x]",
    ...["b", "c", "d", "e", "f"].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${"abcdef"[index]}`).join(", ")}]`),
  ].join("\n");
  expect(() => compileProjectFiles({ "authgear.yaml": bomb, "authgear.secrets.yaml": "{}" })).toThrow(ApiError);
});

test("a file nested without end is refused", () => {
  const deep = `id: ${"[".repeat(5000)}${"]".repeat(5000)}`;
  expect(() => compileProjectFiles({ "authgear.yaml": deep, "authgear.secrets.yaml": "{}" })).toThrow(ApiError);
  expect(() => compileProjectFiles({ "authgear.yaml": `id: ${"[".repeat(100)}${"]".repeat(100)}`, "authgear.secrets.yaml": "{}" })).toThrow(ApiError);
});
