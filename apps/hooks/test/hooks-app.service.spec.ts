import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createHooksService } from "@gatehouse/app-hooks";
import { smsSent, userCreated, zeroEventUser } from "@gatehouse/domain-events";
import { AuditLogQuery } from "@gatehouse/feature-audit-log";
import { ListDeliveries } from "@gatehouse/feature-hooks";
import { ListInbox } from "@gatehouse/feature-messages";
import type { HttpService } from "@gatehouse/platform-http";
import { soon, testPlatform, testProject } from "@gatehouse/platform-testing";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { MessageQueue } from "@gatehouse/service-message-queue";

let service: HttpService;
let receiver: Server;
let url: string;
const received: { id: string; type: string }[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  service = await createHooksService((await testPlatform()).resources);
});
afterAll(async () => {
  await service?.close();
  receiver.closeAllConnections();
  receiver.close();
});

const get = <T>(type: abstract new (...args: never[]) => T): T => service.nest.get(type as never, { strict: false });

it("carries an event from the outbox to the web hook and the audit log", async () => {
  const { ctx, db } = await testProject({ config: { hook: { non_blocking_handlers: [{ events: ["*"], url }] } } });
  const user = zeroEventUser("6a2f0000-0000-4000-8000-000000000000");
  await db.transaction((tx) =>
    get(EventOutbox).append(ctx, tx, [
      userCreated({ user, identities: [] }),
      smsSent({ sender: "s", recipient: "+85298765432", type: "verification", is_not_counted_in_usage: false }, { userId: user.id }),
    ]),
  );
  await soon(async () => {
    const { rows } = await get(AuditLogQuery).run(ctx, { sortDirection: "asc" });
    expect(rows.map((row) => row.activityType)).toEqual(["user.created", "sms.sent"]);
    const { deliveries } = await get(ListDeliveries).run(ctx);
    expect(deliveries).toMatchObject([{ eventType: "user.created", status: "delivered", log: [{ statusCode: 200 }] }]);
  });
  const mine = received.filter((event) => (event as unknown as { context: { app_id: string } }).context.app_id === ctx.project.id);
  expect(mine.map((event) => event.type)).toEqual(["user.created"]);
});

it("brings a queued message to the inbox, and its event to the audit log", async () => {
  const { ctx } = await testProject();
  await get(MessageQueue).enqueue(ctx, { channel: "email", to: "ada@example.com", template: "verification_email", variables: { Email: "ada@example.com" }, code: "123456" });
  await soon(async () => {
    expect((await get(ListInbox).run(ctx, { limit: 5 })).messages).toMatchObject([
      { channel: "email", to: "ada@example.com", code: "123456", subject: "123456 is your Gatehouse verification code" },
    ]);
    expect((await get(AuditLogQuery).run(ctx, { emailAddresses: ["ada@example.com"] })).rows).toMatchObject([
      { activityType: "email.suppressed", ipAddress: ctx.request.ip, userAgent: "test" },
    ]);
  });
});

it("answers health checks", async () => {
  expect((await service.fastify.inject({ url: "/healthz" })).statusCode).toBe(200);
});

it("finishes what is at work when it closes", async () => {
  const second = await createHooksService((await testPlatform()).resources);
  const began = performance.now();
  await second.close();
  expect(performance.now() - began).toBeLessThan(15_000);
});
