import type { ServerResponse } from "node:http";
import { isApiError } from "@gatehouse/platform-errors-core";
import { EnvConfig } from "@gatehouse/platform-env";
import { type TestProject, testPlatform, testProject } from "@gatehouse/platform-testing";
import { BotProtection } from "@gatehouse/service-bot-protection";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeVerifier, startFakeVerifier } from "./fake-verifier.js";

type ProviderType = "cloudflare" | "recaptchav2";
const TYPES: ProviderType[] = ["cloudflare", "recaptchav2"];

let fake: FakeVerifier;
let protection: BotProtection;

const over = async (endpoints: Record<ProviderType, string>): Promise<BotProtection> =>
  new BotProtection(new EnvConfig({ ...(await testPlatform()).env, botProtectionCloudflareEndpoint: endpoints.cloudflare, botProtectionRecaptchaEndpoint: endpoints.recaptchav2 }));

beforeAll(async () => {
  fake = await startFakeVerifier();
  protection = await over(fake);
});
afterAll(async () => {
  await protection.onApplicationShutdown();
  await fake.close();
});
beforeEach(() => {
  fake.calls = [];
  fake.answer = undefined;
});

const projectWith = (type: ProviderType, more: Record<string, unknown> = {}): Promise<TestProject> =>
  testProject({
    config: { bot_protection: { enabled: true, provider: { type, site_key: "site" }, ...more } },
    secrets: [{ key: "bot_protection.provider", data: { type, secret_key: "secret of the provider" } }],
  });
const verify = async (type: ProviderType, response: string) => protection.verify((await projectWith(type)).ctx, { response });
const answering = (by: (response: ServerResponse) => void): void => {
  fake.answer = by;
};
const json = (body: unknown, status = 200) => answering((response) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)));

describe("the provider that flows show", () => {
  it.each(TYPES)("is %s where it is on", async (type) => {
    expect(protection.provider((await projectWith(type)).ctx)).toEqual({ type });
  });

  it("is none where it is off, or not configured", async () => {
    expect(protection.provider((await projectWith("cloudflare", { enabled: false })).ctx)).toBeUndefined();
    expect(protection.provider((await testProject()).ctx)).toBeUndefined();
  });
});

describe.each(TYPES)("%s", (type) => {
  it("is asked with the secret, the answer and the client's address", async () => {
    const { ctx } = await projectWith(type);
    expect(await protection.verify(ctx, { response: "pass" })).toBe("success");
    expect(fake.calls).toEqual([
      {
        method: "POST",
        path: `/${type}`,
        contentType: "application/x-www-form-urlencoded",
        form: { secret: "secret of the provider", response: "pass", remoteip: ctx.request.ip },
      },
    ]);
  });

  it("refuses a wrong answer, and one that would add fields to the form (parameter injection)", async () => {
    expect(await verify(type, "wrong")).toBe("failed");
    expect(await verify(type, "wrong&response=pass&secret=mine")).toBe("failed");
    expect(fake.calls.at(-1)?.form).toMatchObject({ response: "wrong&response=pass&secret=mine", secret: "secret of the provider" });
  });

  it("is unavailable in an outage", async () => {
    expect(await verify(type, "service_unavailable")).toBe("unavailable");
  });

  it("is unavailable when nobody listens, when the connection breaks, and when the answer never ends", async () => {
    const nobody = await startFakeVerifier();
    await nobody.close();
    const unreachable = await over(nobody);
    expect(await unreachable.verify((await projectWith(type)).ctx, { response: "pass" })).toBe("unavailable");
    await unreachable.onApplicationShutdown();
    answering((response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{");
      setImmediate(() => response.destroy());
    });
    expect(await verify(type, "pass")).toBe("unavailable");
    answering((response) => response.end("x".repeat(1_100_000)));
    expect(await verify(type, "pass")).toBe("unavailable");
  });

  it("fails at any other code, and whatever the status", async () => {
    json({ success: false, "error-codes": ["timeout-or-duplicate"] }, 400);
    expect(await verify(type, "pass")).toBe("failed");
  });

  it.each([
    ["no JSON", "<html>busy</html>"],
    ["nothing", ""],
    ["null", "null"],
    ["neither success nor codes", '{"success":false}'],
    ["no codes", '{"success":false,"error-codes":[]}'],
    ["a success that is a text", '{"success":"true"}'],
  ])("is not believed when it answers %s", async (_what, body) => {
    answering((response) => response.end(body));
    await expect(verify(type, "pass")).rejects.toSatisfy((error) => error instanceof Error && !isApiError(error));
  });

  it("is not asked about an empty answer", async () => {
    await expect(verify(type, "")).rejects.toSatisfy((error) => error instanceof Error && !isApiError(error));
    expect(fake.calls).toEqual([]);
  });
});

it("only Turnstile has a code for an outage of its own", async () => {
  json({ success: false, "error-codes": ["bad-request", "internal-error"] });
  expect(await verify("cloudflare", "pass")).toBe("unavailable");
  expect(await verify("recaptchav2", "pass")).toBe("failed");
});

it("what is thrown holds neither the secret nor the answer (leaks into logs)", async () => {
  json({ success: false });
  const error = await verify("cloudflare", "the token").catch((thrown: unknown) => thrown);
  expect(String((error as Error).stack)).not.toMatch(/secret of the provider|the token/);
});
