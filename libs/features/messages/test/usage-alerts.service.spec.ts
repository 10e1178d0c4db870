import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HandleMessageJob, ListInbox, MessagesModule, SendUsageAlerts } from "@gatehouse/feature-messages";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { type MessageQueue, type OutgoingMessage } from "@gatehouse/service-message-queue";
import { ProjectRegistry } from "@gatehouse/service-project-registry";

let nest: TestModule;
beforeAll(async () => {
  nest = await testModule([MessagesModule]);
});
afterAll(() => nest.close());

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const usage = (change: object = {}) => ({ name: "sms", action: "alert", period: "day", quota: 1, current_value: 1, plan_name: "", ...change });
const event = ({ project }: TestProject, change: object = {}, type = "usage.alert.triggered") => ({
  value: JSON.stringify({ id: "0000000000000001", seq: 1, type, payload: { usage: usage(change) }, context: { timestamp: 1, app_id: project.id } }),
});
/** What would be queued. */
async function mailed(records: { value: string }[], deliverable = true): Promise<OutgoingMessage[]> {
  const messages: OutgoingMessage[] = [];
  const queue: Pick<MessageQueue, "assertDeliverable" | "enqueue"> = {
    assertDeliverable: () => {
      if (!deliverable) throw new Error("no mail server");
    },
    enqueue: async (_ctx, message) => void messages.push(message),
  };
  await new SendUsageAlerts(nest.get(ProjectRegistry), queue as MessageQueue).run(records, quiet);
  return messages;
}
const alerts = [
  { type: "email", email: "ops@example.com", match: "*" },
  { type: "email", email: "ops@example.com", match: "sms" },
  { type: "email", email: "mail@example.com", match: "email" },
];

describe("usage alerts by mail", () => {
  it("go once to each address that matches", async () => {
    const target = await testProject({ config: { usage: { alerts } } });
    expect((await mailed([event(target)])).map(({ to }) => to)).toEqual(["ops@example.com"]);
    expect((await mailed([event(target, { name: "email" })])).map(({ to }) => to)).toEqual(["ops@example.com", "mail@example.com"]);
    expect(await mailed([event(target, {}, "user.created"), event(await testProject())])).toEqual([]);
    expect(await mailed([event(target)], false)).toEqual([]);
  });

  it.each([
    ["alert", "Your SMS usage has reached 1 (ID)"],
    ["block", "SMS usage has been blocked (ID)"],
  ])("of a limit that %ss say so, and leave no event behind; test mode does not hold them back", async (action, subject) => {
    const target = await testProject({ config: { usage: { alerts }, test_mode: { email: { enabled: true, rules: [{ regex: ".*", suppressed: true }] } } } });
    const [message] = await mailed([event(target, { action })]);
    const { project, ctx, db } = target;
    const request = { url: "", ip: "", user_agent: "", public_origin: ctx.request.publicOrigin, triggered_by: "system" };
    const data = { project_id: project.id, ...message, locales: [], created_at: new Date().toISOString(), request };
    expect(await nest.get(HandleMessageJob).run({ data, attempt: 1, log: quiet })).toMatchObject({ outcome: "kept" });
    const { messages } = await nest.get(ListInbox).run(ctx, { limit: 10 });
    expect(messages.map(({ to, subject: shown }) => [to, shown])).toEqual([["ops@example.com", subject.replace("ID", project.id)]]);
    expect(await db.read((tx) => tx.query("select type from outbox where project_id = $1", [project.id]))).toEqual([]);
  });
});
