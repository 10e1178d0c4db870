import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestPortal, testPortal } from "./portal.fixture.js";

let portal: TestPortal;

describe("front end", () => {
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "portal-web-"));
    mkdirSync(path.join(folder, "dist/assets"), { recursive: true });
    writeFileSync(path.join(folder, "secret.txt"), "secret");
    writeFileSync(path.join(folder, "dist/index.html"), "<title>Portal</title>");
    writeFileSync(path.join(folder, "dist/assets/index-abcd1234.js"), "1;");
    portal = await testPortal({ portalWebDir: path.join(folder, "dist") });
  });
  afterAll(() => portal.close());
  const get = (url: string) => portal.http.inject({ method: "GET", url });

  it.each(["/", "/projects/shop/users", "/oauth-redirect?code=x"])("serves its page at %s", async (url) => {
    const answer = await get(url);
    expect([answer.statusCode, answer.body, answer.headers["cache-control"]]).toEqual([200, "<title>Portal</title>", "no-cache"]);
    expect(answer.headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
    expect(answer.headers["x-frame-options"]).toBe("DENY");
  });

  it("lets browsers keep files with a hash in their name", async () => {
    const answer = await get("/assets/index-abcd1234.js");
    expect([answer.statusCode, answer.headers["cache-control"], answer.headers["content-type"]]).toEqual([
      200,
      "public, max-age=31536000, immutable",
      expect.stringContaining("javascript"),
    ]);
  });

  it.each(["/api/v1/nothing", "/operator/v1/nothing", "/assets/gone.js", "/api"])("answers 404 JSON at %s, never its page", async (url) => {
    const answer = await get(url);
    expect([answer.statusCode, answer.json<{ error: { name: string } }>().error.name]).toEqual([404, "NotFound"]);
  });

  it.each(["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/%E0%A4%A.txt"])(
    "threat: reading files beside the front end by %s",
    async (url) => {
      const answer = await get(url);
      expect(answer.body).not.toContain("secret");
      expect(answer.statusCode).toBeLessThan(500);
    },
  );
});
