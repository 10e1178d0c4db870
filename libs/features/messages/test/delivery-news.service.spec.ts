import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { messageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { HandleMessageJob, HandleWhatsappCallback, MessageCallbacksModule, MessagesModule } from "@gatehouse/feature-messages";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobWorker } from "@gatehouse/platform-queue";
import { soon, testModule, type TestModule, type TestProject, testProject } from "@gatehouse/platform-testing";
import { ONE_TIME_CODE_PROVIDERS, OneTimePasswords, type OtpRequest } from "@gatehouse/record-one-time-codes";
import { MessageQueue } from "@gatehouse/service-message-queue";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { Module } from "@nestjs/common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callbackData } from "../src/whatsapp/cloud-api.js";

@Module({ imports: [MessagesModule, MessageCallbacksModule], providers: [...ONE_TIME_CODE_PROVIDERS, MessageQueue, RateLimiter], exports: [OneTimePasswords] })
class Everything {}

let nest: TestModule;
let server: Server;
let origin: string;
/** What providers answer, and what they were asked. */
let answer: { status: number; json: unknown };
let asked: { url: string; json: Record<string, unknown> }[] = [];

beforeAll(async () => {
  nest = await testModule([Everything]);
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      asked.push({ url: request.url ?? "", json: JSON.parse(body || "{}") });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.json));
    });
  });
  const { port } = new URL(nest.get(EnvConfig).whatsappCloudApiEndpoint);
  await new Promise<void>((resolve) => server.listen(Number(port), "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await nest.close();
});
beforeEach(() => {
  asked = [];
});

/** A project whose messages are sent by a worker for as long as `work` lasts. */
async function withWorker(settings: { config?: Record<string, unknown>; secrets: { key: string; data: object }[] }, work: (ctx: ProjectContext) => Promise<void>): Promise<void> {
  const project: TestProject = await testProject(settings);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const worker = new JobWorker({
    name: messageJob.name,
    redis: project.redis,
    databaseUrl: nest.get(EnvConfig).databaseUrl,
    run: async ({ data, attempt }) => void (await nest.get(HandleMessageJob).run({ data, attempt, log })),
  });
  await worker.ready();
  try {
    await work(project.ctx);
  } finally {
    await worker.close();
  }
}
const otp = () => nest.get(OneTimePasswords);
const toPhone = (channel: "sms" | "whatsapp"): OtpRequest => ({
  purpose: "oob-otp",
  target: "+85298765432",
  channel,
  form: "code",
  userId: "u1",
  message: "authenticate-primary-oob",
});
const statusOf = async (ctx: ProjectContext, request: OtpRequest) => {
  const { delivery, deliveryError } = await otp().status(ctx, request);
  return deliveryError ? [delivery, deliveryError.reason] : [delivery];
};

describe("an SMS", () => {
  const gateway = () => [{ key: "sms.custom", data: { url: `${origin}/sms` } }];

  it("is sent when the request ends", () =>
    withWorker({ secrets: gateway() }, async (ctx) => {
      answer = { status: 200, json: { code: "ok" } };
      expect(await otp().send(ctx, toPhone("sms"))).toBe("sent");
      expect(asked.map(({ url }) => url)).toEqual(["/sms"]);
      expect(await statusOf(ctx, toPhone("sms"))).toEqual(["sent"]);
    }));

  it("that the gateway refuses fails the request, and the code remembers why", () =>
    withWorker({ secrets: gateway() }, async (ctx) => {
      answer = { status: 200, json: { code: "invalid_phone_number", info: { provider_name: "acme" } } };
      await expect(otp().send(ctx, toPhone("sms"))).rejects.toMatchObject({ reason: "SMSGatewayInvalidPhoneNumber", status: 400, info: { ProviderName: "acme" } });
      expect(await statusOf(ctx, toPhone("sms"))).toEqual(["failed", "SMSGatewayInvalidPhoneNumber"]);
    }));
});

describe("a WhatsApp message", () => {
  const webhook = { verify_token: "verify me", app_secret: "app secret" };
  const template = { type: "copy_code_button", copy_code_button: { name: "otp", languages: ["en"] } };
  const cloud = (more: object = {}) => ({
    config: { messaging: { whatsapp: { api_type: "cloud-api" } } },
    secrets: [{ key: "whatsapp.cloud-api", data: { phone_number_id: "1234", access_token: "token", authentication_template: template, ...more } }],
  });
  const taken = { status: 200, json: { messages: [{ id: "wamid.1" }] } };
  const callbacks = () => nest.get(HandleWhatsappCallback);
  const sign = (body: string, secret = webhook.app_secret) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

  function news(status: object, { number = "1234", mark = callbackData(nest.get(EnvConfig).appHostSuffix) } = {}) {
    const statuses = [{ id: "wamid.1", biz_opaque_callback_data: mark, ...status }];
    const body = { object: "whatsapp_business_account", entry: [{ changes: [{ field: "messages", value: { metadata: { phone_number_id: number }, statuses } }] }] };
    return { body, rawBody: JSON.stringify(body), signature: sign(JSON.stringify(body)) };
  }
  async function sending(ctx: ProjectContext): Promise<void> {
    answer = taken;
    await otp().send(ctx, toPhone("whatsapp"));
    await soon(() => expect(asked).toHaveLength(1));
  }

  it("is sent at once where no callbacks come", () =>
    withWorker(cloud(), async (ctx) => {
      await sending(ctx);
      expect(asked[0]).toMatchObject({ url: "/whatsapp/1234/messages", json: { to: "+85298765432", template: { name: "otp" } } });
      await soon(async () => expect(await statusOf(ctx, toPhone("whatsapp"))).toEqual(["sent"]));
    }));

  it("that WhatsApp refuses is told by the code's status", () =>
    withWorker(cloud(), async (ctx) => {
      answer = { status: 400, json: { error: { code: 131026 } } };
      await otp().send(ctx, toPhone("whatsapp"));
      await soon(async () => expect(await statusOf(ctx, toPhone("whatsapp"))).toEqual(["failed", "WhatsappUndeliverable"]));
    }));

  it("is on its way until a signed callback comes", () =>
    withWorker(cloud({ webhook }), async (ctx) => {
      await sending(ctx);
      expect(await statusOf(ctx, toPhone("whatsapp"))).toEqual(["sending"]);
      await soon(async () => {
        expect((await callbacks().run(ctx, news({ status: "delivered" }))).status).toBe(200);
        expect(await statusOf(ctx, toPhone("whatsapp"))).toEqual(["sent"]);
      });
      expect((await callbacks().run(ctx, news({ status: "failed", errors: [{ code: 131026 }] }))).status).toBe(200);
      expect(await statusOf(ctx, toPhone("whatsapp"))).toEqual(["failed", "WhatsappUndeliverable"]);
    }));

  it("fails when no callback comes in time", () =>
    withWorker(cloud({ webhook }), async (ctx) => {
      await sending(ctx);
      const later: ProjectContext = { ...ctx, now: () => new Date(Date.now() + 6_000) };
      await soon(async () => expect(await statusOf(later, toPhone("whatsapp"))).toEqual(["failed", "WhatsappMessageStatusCallbackTimeout"]));
    }));

  it("threat: forged, foreign and malformed callbacks change nothing", () =>
    withWorker(cloud({ webhook }), async (ctx) => {
      await sending(ctx);
      const good = news({ status: "delivered" });
      const answers = [
        { ...good, signature: undefined },
        { ...good, signature: "sha256=12" },
        { ...good, signature: sign(good.rawBody, "another secret") },
        { ...good, rawBody: `${good.rawBody} ` },
        news({ status: "delivered" }, { number: "999" }),
        news({ status: "delivered" }, { mark: "another deployment" }),
      ];
      const statuses: number[] = [];
      for (const each of answers) statuses.push((await callbacks().run(ctx, each)).status);
      expect(statuses).toEqual([400, 400, 401, 401, 200, 200]);
      for (const body of [null, [], { entry: 1 }, { entry: [null, { changes: [{ field: "messages" }] }] }]) {
        expect((await callbacks().run(ctx, { body, rawBody: JSON.stringify(body), signature: sign(JSON.stringify(body)) })).status).toBe(200);
      }
      expect(await statusOf(ctx, toPhone("whatsapp"))).toEqual(["sending"]);
    }));

  it("has a web hook only where the secret has, which knows its token", async () => {
    const ask = (ctx: ProjectContext, token: string) =>
      callbacks().subscribe(ctx, new URLSearchParams({ "hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444" }));
    const { ctx } = await testProject(cloud({ webhook }));
    expect(ask(ctx, webhook.verify_token)).toEqual({ status: 200, body: "1158201444" });
    expect(ask(ctx, "guess").status).toBe(400);
    const bare = (await testProject(cloud())).ctx;
    expect(ask(bare, "").status).toBe(404);
    expect((await callbacks().run(bare, news({ status: "delivered" }))).status).toBe(404);
  });
});
