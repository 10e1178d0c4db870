import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EventEnvelope, eventId } from "@gatehouse/domain-events";
import { FanOutEvents, HandleDeliveryJob, HooksModule, ListDeliveries, ReplayDeliveries, ReplayDelivery, SweepDeliveries } from "@gatehouse/feature-hooks";
import { webhookDeliveryJob } from "@gatehouse/domain-jobs";
import { deploymentName, JobQueue } from "@gatehouse/platform-queue";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { DeliverWebhook } from "../src/use-cases/deliver-webhook.js";

let nest: TestModule;
let server: Server;
let base: string;
let status = 200;
let lastSeq = 1_000_000;
const received: { path: string; body: string; signature: string; type: string }[] = [];
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

beforeAll(async () => {
  nest = await testModule([HooksModule]);
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({
      path: request.url ?? "",
      body: Buffer.concat(chunks).toString(),
      signature: String(request.headers["x-authgear-body-signature"]),
      type: String(request.headers["content-type"]),
    });
    response.writeHead(status, status === 302 ? { location: "/target" } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await nest.close();
});
beforeEach(() => {
  status = 200;
  received.splice(0);
});

const secret = { key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } };
const project = (...handlers: { events: string[]; url: string }[]) => testProject({ config: { hook: { non_blocking_handlers: handlers } }, secrets: [secret] });
function envelope({ ctx }: TestProject, type: string): EventEnvelope {
  lastSeq += 1;
  const seq = lastSeq;
  return {
    id: eventId(seq),
    seq,
    type,
    payload: { user: { id: "u1", standard_attributes: { name: "Ümit" } } },
    context: { timestamp: 1, user_id: "u1", triggered_by: "user", audit_context: {}, preferred_languages: [], language: "en", geo_location_code: null, app_id: ctx.project.id },
  };
}
const fanOut = (...events: EventEnvelope[]) =>
  nest.get(FanOutEvents).run(
    events.map((event) => ({ value: JSON.stringify(event) })),
    quiet,
  );
const list = ({ ctx }: TestProject) => nest.get(ListDeliveries).run(ctx);
const deliver = (p: TestProject, id: string, at = new Date()) => nest.get(DeliverWebhook).run(p.with({ now: () => at, log: quiet }), id);
const jobKeys = ({ env }: TestProject) => `{gatehouse-jobs-${deploymentName(env.databaseUrl)}}:webhook-delivery:*`;
const minutes = (n: number) => new Date(Date.now() + n * 60_000);

describe("fan-out", () => {
  it("makes one delivery for each handler that hears of the event", async () => {
    const p = await project({ events: ["user.created", "*"], url: `${base}/a` }, { events: ["user.deleted"], url: `${base}/b` }, { events: ["*"], url: `${base}/c` });
    const event = envelope(p, "user.created");
    await fanOut(event, envelope(p, "sms.sent"));
    const { deliveries, totalCount } = await list(p);
    expect(totalCount).toBe(2);
    expect(deliveries.map(({ id }) => id).sort()).toEqual([`${event.id}.0`, `${event.id}.2`]);
    expect(deliveries[0]).toMatchObject({ eventType: "user.created", status: "pending", attempts: 0, log: [] });
  });

  it("makes it once, however often the stream brings the event", async () => {
    const p = await project({ events: ["*"], url: `${base}/a` });
    const event = envelope(p, "user.created");
    await fanOut(event);
    await deliver(p, `${event.id}.0`);
    await fanOut(event, event);
    await deliver(p, `${event.id}.0`);
    expect((await list(p)).totalCount).toBe(1);
    expect(received).toHaveLength(1);
  });

  it("puts ids only into Redis", async () => {
    const p = await project({ events: ["*"], url: `${base}/a` });
    await fanOut(envelope(p, "user.created"));
    const keys = await p.redis.client.keys(jobKeys(p));
    const hashes = await Promise.all(keys.map(async (key) => ((await p.redis.client.type(key)) === "hash" ? JSON.stringify(await p.redis.client.hgetall(key)) : "")));
    const mine = hashes.filter((text) => text.includes(p.ctx.project.id));
    expect(mine).toHaveLength(1);
    expect(mine[0]).not.toMatch(/Ümit|standard_attributes|127\.0\.0\.1/);
  });
});

describe("delivery", () => {
  it("posts the signed envelope once", async () => {
    const p = await project({ events: ["user.created"], url: `${base}/a` });
    const event = envelope(p, "user.created");
    await fanOut(event);
    expect(await deliver(p, `${event.id}.0`)).toBe("delivered");
    expect(await deliver(p, `${event.id}.0`)).toBeUndefined();
    expect(received).toHaveLength(1);
    expect(received[0]?.type).toBe("application/json");
    expect(received[0]?.signature).toBe(
      createHmac("sha256", "secret")
        .update(received[0]?.body ?? "")
        .digest("hex"),
    );
    expect(JSON.parse(received[0]?.body ?? "")).toEqual(event);
    expect((await list(p)).deliveries[0]).toMatchObject({ status: "delivered", attempts: 1, log: [{ attempt: 1, statusCode: 200, error: null }] });
  });

  it("is tried six times over an hour, then given up, never in silence", async () => {
    const p = await project({ events: ["*"], url: `${base}/a` });
    const event = envelope(p, "user.created");
    await fanOut(event);
    status = 500;
    let at = 1;
    const statuses: (string | undefined)[] = [];
    for (let i = 0; i < 6; i += 1) {
      statuses.push(await deliver(p, `${event.id}.0`, minutes(at)));
      expect(await deliver(p, `${event.id}.0`, minutes(at))).toBeUndefined();
      at += 33;
    }
    expect(statuses).toEqual(["pending", "pending", "pending", "pending", "pending", "dead"]);
    expect(received).toHaveLength(6);
    const [delivery] = (await list(p)).deliveries;
    expect(delivery).toMatchObject({ status: "dead", attempts: 6, attemptsLeft: 0 });
    expect(delivery?.log.map(({ attempt, statusCode }) => [attempt, statusCode])).toEqual([1, 2, 3, 4, 5, 6].map((n) => [n, 500]));
  });

  it("waits longer after each failure", async () => {
    const p = await project({ events: ["*"], url: `${base}/a` });
    const event = envelope(p, "user.created");
    await fanOut(event);
    status = 503;
    const at = minutes(1);
    await deliver(p, `${event.id}.0`, at);
    expect((await list(p)).deliveries[0]?.nextAttemptAt.getTime()).toBe(at.getTime() + 30_000);
  });

  it("counts a redirect as a failure and does not follow it", async () => {
    const p = await project({ events: ["*"], url: `${base}/a` });
    const event = envelope(p, "user.created");
    await fanOut(event);
    status = 302;
    expect(await deliver(p, `${event.id}.0`)).toBe("pending");
    expect(received.map(({ path }) => path)).toEqual(["/a"]);
  });

  it("lets two workers attempt it once", async () => {
    const p = await project({ events: ["*"], url: `${base}/a` });
    const event = envelope(p, "user.created");
    await fanOut(event);
    const results = await Promise.all([deliver(p, `${event.id}.0`), deliver(p, `${event.id}.0`)]);
    expect(results.filter(Boolean)).toEqual(["delivered"]);
    expect(received).toHaveLength(1);
  });

  it("gives a script up at once: there is no runner", async () => {
    const p = await project({ events: ["*"], url: "authgeardeno:///deno/a.ts" });
    const event = envelope(p, "user.created");
    await fanOut(event);
    expect(await deliver(p, `${event.id}.0`)).toBe("dead");
  });

  it("threat: a web hook inside the private network is not called", async () => {
    const p = await project({ events: ["*"], url: "http://10.0.0.1/x" });
    const event = envelope(p, "user.created");
    await fanOut(event);
    expect(await deliver(p, `${event.id}.0`)).toBe("pending");
    expect((await list(p)).deliveries[0]?.log[0]?.error).toMatch(/may not be called/);
  });
});

describe("replay", () => {
  it("sends a delivery again with the same event id and a full round of attempts", async () => {
    const p = await project({ events: ["*"], url: `${base}/a` });
    const event = envelope(p, "user.created");
    await fanOut(event);
    await deliver(p, `${event.id}.0`);
    expect(await nest.get(ReplayDelivery).run(p.ctx, { id: `${event.id}.0` })).toMatchObject({ status: "pending", attempts: 1, attemptsLeft: 6 });
    expect(await deliver(p, `${event.id}.0`, minutes(1))).toBe("delivered");
    expect(received.map(({ body }) => JSON.parse(body).id)).toEqual([event.id, event.id]);
    expect((await list(p)).deliveries[0]?.log).toHaveLength(2);
  });

  it("restarts all that were given up", async () => {
    const p = await project({ events: ["*"], url: "authgeardeno:///deno/a.ts" });
    const events = [envelope(p, "user.created"), envelope(p, "user.deleted")];
    await fanOut(...events);
    for (const event of events) await deliver(p, `${event.id}.0`);
    expect(await nest.get(ReplayDeliveries).run(p.ctx, { eventType: "user.deleted" })).toEqual({ count: 1 });
    expect(await nest.get(ReplayDeliveries).run(p.ctx)).toEqual({ count: 1 });
  });

  it("threat: a project replays or reads another's delivery", async () => {
    const [mine, other] = [await project({ events: ["*"], url: `${base}/a` }), await project()];
    const event = envelope(mine, "user.created");
    await fanOut(event);
    await expect(nest.get(ReplayDelivery).run(other.ctx, { id: `${event.id}.0` })).rejects.toMatchObject({ status: 404 });
    expect((await list(other)).totalCount).toBe(0);
    expect(await deliver(other, `${event.id}.0`)).toBeUndefined();
  });
});

describe("sweep", () => {
  it("queues deliveries again whose job was lost with Redis", async () => {
    const p = await project({ events: ["*"], url: `${base}/a` });
    // The sweep is of all projects: what other tests left is overdue at this moment already.
    const now = new Date();
    const leftOver = await nest.get(SweepDeliveries).run(now);
    const event = envelope(p, "user.created");
    await fanOut(event);
    const queue = new JobQueue({ name: webhookDeliveryJob.name, redis: p.redis, databaseUrl: p.env.databaseUrl });
    await p.redis.client.del(...(await p.redis.client.keys(jobKeys(p))));
    expect(await queue.pending()).toBe(0);
    expect(await nest.get(SweepDeliveries).run(now)).toBe(leftOver);
    expect(await nest.get(SweepDeliveries).run(minutes(1))).toBeGreaterThan(leftOver);
    const queued = await queue.pending();
    expect(queued).toBeGreaterThan(0);
    await nest.get(SweepDeliveries).run(minutes(1));
    expect(await queue.pending()).toBe(queued);
    await queue.close();
    await nest.get(HandleDeliveryJob).run({ project_id: p.ctx.project.id, delivery_id: `${event.id}.0` }, quiet);
    expect(received).toHaveLength(1);
  });
});
