import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HandleMessageJob, ListInbox, MessagesModule } from "@gatehouse/feature-messages";
import { messageJob } from "@gatehouse/domain-jobs";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobWorker } from "@gatehouse/platform-queue";
import { soon, testModule, type TestModule, type TestProject, testProject } from "@gatehouse/platform-testing";
import { MessageQueue } from "@gatehouse/service-message-queue";
import { DeliverMessage } from "../src/use-cases/deliver-message.js";
import { FakeSmtpServer } from "./smtp-server.js";

let nest: TestModule;
const smtp = new FakeSmtpServer();
let port: number;
beforeAll(async () => {
  nest = await testModule([MessagesModule]);
  port = await smtp.start();
});
afterAll(async () => {
  smtp.stop();
  await nest.close();
});

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const job = (project: TestProject, change: object = {}) => ({
  project_id: project.ctx.project.id,
  channel: "email" as const,
  to: "ada@example.com",
  template: "verification_email",
  variables: {},
  code: "654321",
  locales: ["en"],
  created_at: new Date().toISOString(),
  request: { url: "http://x/", ip: "203.0.113.7", user_agent: "test", public_origin: "http://x", triggered_by: "user" },
  ...change,
});
const events = (project: TestProject) =>
  project.db.read((tx) =>
    tx.query<{ type: string; payload: Record<string, unknown>; context: Record<string, unknown> }>("select type, payload, context from outbox where project_id = $1 order by seq", [
      project.ctx.project.id,
    ]),
  );
const withSmtp = (project: TestProject, sender: string | undefined = "Ümit <no-reply@acme.test>") =>
  project.with({
    project: { ...project.project, secrets: { ...project.project.secrets, "mail.smtp": { host: "127.0.0.1", port, mode: "normal", ...(sender ? { sender } : {}) } } as never },
  });

describe("messages", () => {
  it("go from the queue to the inbox while no provider is configured", async () => {
    const project = await testProject();
    const queue = nest.get(MessageQueue);
    const worker = new JobWorker({
      name: messageJob.name,
      redis: project.redis,
      databaseUrl: nest.get(EnvConfig).databaseUrl,
      run: async ({ data, attempt }) => void (await nest.get(HandleMessageJob).run({ data, attempt, log: project.ctx.log })),
    });
    await queue.enqueue(project.ctx, { channel: "sms", to: "+85298765432", template: "setup_primary_oob_sms", variables: {}, code: "111222" });
    const inbox = () => nest.get(ListInbox).run(project.ctx, { limit: 10 });
    await soon(async () => expect((await inbox()).messages).toHaveLength(1));
    expect((await inbox()).messages[0]).toMatchObject({
      channel: "sms",
      to: "+85298765432",
      template: "setup_primary_oob_sms",
      subject: null,
      code: "111222",
      link: null,
      body: "111222 is your Gatehouse set-up code. Do not share it.",
    });
    await worker.close();
    expect(await project.redis.client.keys(`*${project.ctx.project.id}*`)).toEqual([]);
  });

  it("of one project do not show in another's inbox", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    await nest.get(DeliverMessage).run(mine.ctx, job(mine), true);
    expect((await nest.get(ListInbox).run(other.ctx, { limit: 10 })).messages).toEqual([]);
    expect((await nest.get(ListInbox).run(mine.ctx, { limit: 10 })).messages).toHaveLength(1);
  });

  it("go by SMTP as text and HTML, and are reported", async () => {
    const project = await testProject();
    expect(await nest.get(DeliverMessage).run(withSmtp(project), job(project), true)).toMatchObject({ outcome: "sent" });
    const mail = smtp.mails.at(-1) ?? "";
    expect(mail).toMatch(/From: =\?UTF-8\?/);
    expect(mail).toContain("multipart/alternative");
    expect(mail).toContain("654321");
    expect(await events(project)).toMatchObject([{ type: "email.sent", payload: { recipient: "ada@example.com", type: "verification" } }]);
  });

  it("are tried again when the server refuses, and reported at last", async () => {
    const project = await testProject();
    smtp.refuse = true;
    await expect(nest.get(DeliverMessage).run(withSmtp(project), job(project), false)).rejects.toThrow();
    expect(await events(project)).toHaveLength(0);
    expect(await nest.get(DeliverMessage).run({ ...withSmtp(project), log: quiet }, job(project), true)).toMatchObject({ outcome: "failed" });
    expect(await events(project)).toMatchObject([{ type: "email.error", payload: { recipient: "ada@example.com" } }]);
    smtp.refuse = false;
  });

  it("go to the project's own SMS gateway, and are reported", async () => {
    const bodies: string[] = [];
    let answer = '{"code":"ok"}';
    const gateway = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(Buffer.concat(chunks).toString());
      response.end(answer);
    });
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/sms`;
    const project = await testProject({ secrets: [{ key: "sms.custom", data: { url } }] });
    const sms = job(project, { channel: "sms", to: "+85298765432", template: "verification_sms" });
    expect(await nest.get(DeliverMessage).run(project.ctx, sms, true)).toMatchObject({ outcome: "sent" });
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ to: "+85298765432", template_name: "verification_sms.txt", template_variables: { code: "654321" } });
    answer = '{"code":"rate_limited"}';
    expect(await nest.get(DeliverMessage).run({ ...project.ctx, log: quiet }, sms, false)).toMatchObject({ outcome: "failed" });
    gateway.close();
    const [sent, error] = await events(project);
    expect(sent).toMatchObject({ type: "sms.sent", payload: { recipient: "+85298765432", type: "verification", is_not_counted_in_usage: false } });
    expect(JSON.parse(String(error?.payload.description))).toMatchObject({ reason: "SMSGatewayRateLimited", code: 429 });
  });

  it("are held back by test mode, even with a server", async () => {
    const project = await testProject({ config: { test_mode: { email: { enabled: true, rules: [{ regex: "@example\\.com$", suppressed: true }] } } } });
    const before = smtp.mails.length;
    expect(await nest.get(DeliverMessage).run(withSmtp(project), job(project), true)).toMatchObject({ outcome: "suppressed" });
    expect(smtp.mails).toHaveLength(before);
    expect(await events(project)).toMatchObject([
      { type: "email.suppressed", payload: { description: "email (verification) to ada@example.com is suppressed by test mode.", recipient: "ada@example.com" } },
    ]);
  });

  it("are not sent once their code is of no use", async () => {
    const project = await testProject();
    expect(await nest.get(DeliverMessage).run(project.ctx, job(project, { created_at: new Date(Date.now() - 3600_000).toISOString() }), true)).toMatchObject({
      outcome: "expired",
    });
  });

  it("outside development mode are refused at once without a server", async () => {
    const project = await testProject();
    const queue = new MessageQueue(project.redis, { ...project.env, devMode: false } as EnvConfig);
    await expect(queue.enqueue(project.ctx, { channel: "email", to: "a@b.c", template: "verification_email", variables: {} })).rejects.toMatchObject({
      status: 500,
      reason: "NoAvailableSMTPConfiguration",
    });
    await expect(queue.enqueue(project.ctx, { channel: "sms", to: "+1", template: "verification_sms", variables: {} })).rejects.toMatchObject({
      status: 500,
      reason: "NoAvailableSMSClient",
    });
  });

  it("threat: a job of another form, or of a deleted project, does no harm", async () => {
    const project = await testProject();
    const log = quiet;
    expect(await nest.get(HandleMessageJob).run({ data: { evil: true }, attempt: 1, log })).toMatchObject({ outcome: "dropped" });
    expect(await nest.get(HandleMessageJob).run({ data: job(project, { project_id: "gone" }), attempt: 1, log })).toMatchObject({ outcome: "dropped" });
  });
});
