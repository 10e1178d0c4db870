import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { oidcJwtPreCreate, userPreCreate, zeroEventUser } from "@gatehouse/domain-events";
import { statementCount } from "@gatehouse/platform-postgres";
import { testPlatform, testProject } from "@gatehouse/platform-testing";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";

interface Call {
  path: string;
  body: string;
  signature: string;
}

let server: Server;
let base: string;
let hooks: BlockingHooks;
let answer: (call: Call, response: ServerResponse) => void;
const calls: Call[] = [];

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};
const json = (value: unknown) => (_call: Call, response: ServerResponse) => void response.end(JSON.stringify(value));

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const call = { path: request.url ?? "", body: await read(request), signature: String(request.headers["x-authgear-body-signature"]) };
    calls.push(call);
    answer(call, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { db, env } = await testPlatform();
  hooks = new BlockingHooks(db, env);
});
afterAll(async () => {
  await hooks.onApplicationShutdown();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => void calls.splice(0));

const secretKey = { key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } };
const project = (paths: string[], extra: Record<string, unknown> = {}, event = "user.pre_create") =>
  testProject({ config: { hook: { ...extra, blocking_handlers: paths.map((path) => ({ event, url: path.includes(":") ? path : base + path })) } }, secrets: [secretKey] });
const event = () => userPreCreate({ user: zeroEventUser("6a2f0000-0000-4000-8000-000000000000"), identities: [] });

describe("blocking hooks", () => {
  it("cost nothing when no handler listens", async () => {
    const { ctx } = await project(["/other"], {}, "user.profile.pre_update");
    const { result, sql } = await statementCount.during(() => hooks.run(ctx, event()));
    expect(sql).toBe(0);
    expect(result.user).toBeUndefined();
    expect(calls).toHaveLength(0);
  });

  it("send the signed envelope", async () => {
    answer = json({ is_allowed: true });
    const { ctx } = await project(["/a"]);
    await hooks.run(ctx, event());
    const { createHmac } = await import("node:crypto");
    expect(calls[0]?.signature).toBe(
      createHmac("sha256", "secret")
        .update(calls[0]?.body ?? "")
        .digest("hex"),
    );
    const envelope = JSON.parse(calls[0]?.body ?? "{}");
    expect(envelope).toMatchObject({ type: "user.pre_create", context: { app_id: ctx.project.id, triggered_by: "user", geo_location_code: null, language: "en" } });
    expect(envelope.id).toBe(envelope.seq.toString(16).padStart(16, "0"));
  });

  it("refuse with the first handler's title and reason, and ask no further", async () => {
    answer = json({ is_allowed: false, title: "T" });
    const { ctx } = await project(["/a", "/b"]);
    await expect(hooks.run(ctx, event())).rejects.toMatchObject({
      status: 403,
      reason: "HookDisallowed",
      info: { event_type: "user.pre_create", reasons: [{ title: "T", reason: "" }] },
    });
    expect(calls.map((call) => call.path)).toEqual(["/a"]);
  });

  it("give the second handler the first one's result", async () => {
    answer = (call, response) => response.end(JSON.stringify({ is_allowed: true, mutations: { user: { custom_attributes: { from: call.path } } } }));
    const { ctx } = await project(["/a", "/b"]);
    const outcome = await hooks.run(ctx, event());
    expect(JSON.parse(calls[1]?.body ?? "{}").payload.user.custom_attributes).toEqual({ from: "/a" });
    expect(outcome.user?.custom_attributes).toEqual({ from: "/b" });
  });

  it.each([
    ["an empty object", json({}), "HookInvalidResponse"],
    ["a reason beside consent", json({ is_allowed: true, reason: "x" }), "HookInvalidResponse"],
    ["no JSON", (_c: Call, r: ServerResponse) => void r.end("<html>"), "HookInvalidResponse"],
    ["status 500", (_c: Call, r: ServerResponse) => void r.writeHead(500).end('{"is_allowed":true}'), "HookInvalidResponse"],
    ["a dropped connection", (_c: Call, r: ServerResponse) => void r.destroy(), "HookDeliveryUnknownFailure"],
  ])("fail on %s", async (_name, reply, reason) => {
    answer = reply;
    const { ctx } = await project(["/a"]);
    await expect(hooks.run(ctx, event())).rejects.toMatchObject({ status: 500, reason });
  });

  it("do not follow a redirect", async () => {
    answer = (_call, response) => response.writeHead(302, { location: "/target" }).end();
    const { ctx } = await project(["/a"]);
    await expect(hooks.run(ctx, event())).rejects.toMatchObject({ reason: "HookInvalidResponse", info: { status_code: 302 } });
    expect(calls).toHaveLength(1);
  });

  it("time out one slow handler", async () => {
    answer = () => undefined;
    const { ctx } = await project(["/a"], { sync_hook_timeout_seconds: 1 });
    await expect(hooks.run(ctx, event())).rejects.toMatchObject({ status: 500, reason: "HookDeliveryTimeout" });
  });

  it("stop the chain when the total time is used up", async () => {
    answer = (_call, response) => void setTimeout(() => response.end('{"is_allowed":true}'), 1100);
    const { ctx } = await project(["/a", "/b"], { sync_hook_timeout_seconds: 5, sync_hook_total_timeout_seconds: 1 });
    await expect(hooks.run(ctx, event())).rejects.toMatchObject({ reason: "HookDeliveryTimeout", info: { limit: 1_000_000_000 } });
    expect(calls).toHaveLength(1);
  });

  it("fail clearly for scripts, which have no runner here", async () => {
    const { ctx } = await project(["authgeardeno:///deno/a.ts"]);
    await expect(hooks.run(ctx, event())).rejects.toMatchObject({ status: 500, reason: "HookDeliveryUnknownFailure" });
  });

  it("threat: a hook inside the private network is not called", async () => {
    const { ctx } = await project(["http://169.254.169.254/latest"]);
    await expect(hooks.run(ctx, event())).rejects.toMatchObject({ reason: "HookDeliveryUnknownFailure" });
  });

  it("threat: a token hook may not drop the subject", async () => {
    answer = json({ is_allowed: true, mutations: { jwt: { payload: { iss: "i" } } } });
    const { ctx } = await project(["/a"], {}, "oidc.jwt.pre_create");
    const claims = oidcJwtPreCreate({ user: zeroEventUser("u"), identities: [], jwt: { payload: { iss: "i", sub: "u" } } });
    await expect(hooks.run(ctx, claims)).rejects.toMatchObject({ status: 400, reason: "InvalidJWTMutations", info: { removed: ["sub"], changed: [] } });
  });
});
