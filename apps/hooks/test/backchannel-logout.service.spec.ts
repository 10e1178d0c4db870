import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createHooksService } from "@gatehouse/app-hooks";
import { userSignedOut, zeroEventUser } from "@gatehouse/domain-events";
import { sessionModel } from "@gatehouse/domain-session";
import type { HttpService } from "@gatehouse/platform-http";
import { soon, testPlatform, testProject } from "@gatehouse/platform-testing";
import { LogoutSubscriptionStore } from "@gatehouse/record-grants";
import { SessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";

let service: HttpService;
let receiver: Server;
let url: string;
const received: string[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push(Buffer.concat(chunks).toString());
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/logout`;
  service = await createHooksService((await testPlatform()).resources);
});
afterAll(async () => {
  await service?.close();
  receiver.closeAllConnections();
  receiver.close();
});

it("carries the end of a session from the outbox to the application", async () => {
  const client = { client_id: "app", name: "app", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], backchannel_logout_uri: url };
  const { ctx, db } = await testProject({ config: { oauth: { clients: [client] } } });
  const user = zeroEventUser("6a2f0000-0000-4000-8000-000000000000");
  const outbox = service.nest.get(EventOutbox, { strict: false });
  const made = new SessionStore({} as never).prepare(ctx, { userId: user.id as never, amr: [] });
  await db.transaction(async (tx) => {
    await new LogoutSubscriptionStore().insert(ctx, tx, { kind: "idp", sessionId: made.session.id, clientId: "app", userId: user.id });
    await outbox.append(ctx, tx, [userSignedOut({ user, sessions: [sessionModel("idp", made.session)] })]);
  });
  await soon(() => expect(received).toHaveLength(1));
  const claims = Buffer.from(received[0]?.split(".")[1] ?? "", "base64url").toString("utf8");
  expect(JSON.parse(claims)).toMatchObject({ sub: user.id, aud: ["app"], events: { "http://schemas.openid.net/event/backchannel-logout": {} } });
  await soon(async () => {
    expect(await db.read((tx) => tx.query("select 1 from logout_subscription where project_id = $1", [ctx.project.id]))).toEqual([]);
  });
});
