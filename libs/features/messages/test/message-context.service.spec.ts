import { HandleMessageJob, MessagesModule } from "@gatehouse/feature-messages";
import { messageJob } from "@gatehouse/domain-jobs";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobWorker } from "@gatehouse/platform-queue";
import { soon, testModule, type TestModule, testProject } from "@gatehouse/platform-testing";
import { MessageQueue } from "@gatehouse/service-message-queue";
import { afterAll, beforeAll, expect, it } from "vitest";

let nest: TestModule;
beforeAll(async () => {
  nest = await testModule([MessagesModule]);
});
afterAll(() => nest.close());

it("the event of a message says what the request said that it came of: its token, client, state and address; and that it is a user's, whoever asked for it", async () => {
  const project = await testProject({ config: { test_mode: { email: { enabled: true, rules: [{ regex: ".*", suppressed: true }] } } } });
  const actor = { type: "admin_api", auditContext: { actor: "ops", nested: { a: [1] }, http_url: "https://not.this" } } as const;
  const ctx = { ...project.ctx, actor, clientId: "app", oauthState: { state: "s", x_state: "x" } };
  const worker = new JobWorker({
    name: messageJob.name,
    redis: project.redis,
    databaseUrl: nest.get(EnvConfig).databaseUrl,
    run: async ({ data, attempt }) => void (await nest.get(HandleMessageJob).run({ data, attempt, log: ctx.log })),
  });
  await nest.get(MessageQueue).enqueue(ctx, { channel: "email", to: "ada@example.com", template: "verification_email", variables: {}, code: "1" });
  const told = () => project.db.read((tx) => tx.query("select type, context from outbox where project_id = $1", [ctx.project.id]));
  await soon(async () => expect(await told()).toHaveLength(1));
  await worker.close();
  expect(await told()).toMatchObject([
    {
      type: "email.suppressed",
      context: {
        triggered_by: "user",
        audit_context: { actor: "ops", nested: { a: [1] }, http_url: ctx.request.url },
        client_id: "app",
        oauth: { state: "s", x_state: "x" },
        ip_address: ctx.request.ip,
      },
    },
  ]);
});
