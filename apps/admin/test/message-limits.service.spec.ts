import { type TestProject, type TestProjectOptions, testProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";

let admin: AdminClient;
beforeAll(async () => {
  admin = await adminClient();
});

/** A number of this run alone (every one that begins with 65 is valid): the deployment's own limits know no project. */
const PHONE = `+85265${String(Date.now()).slice(-6)}`;
const SEND = `mutation($v: ID!) { sendResetPasswordMessage(input: { loginID: $v }) }`;
const CREATE = `mutation($v: String!) { createUser(input: { definition: { loginID: { key: "phone", value: $v } }, password: "correct horse" }) { user { id } } }`;
async function withPhone(options: TestProjectOptions): Promise<TestProject> {
  const target = await testProject({ ...options, config: { identity: { login_id: { keys: [{ type: "phone" }] } }, ...options.config } });
  expect((await admin.ask(target, CREATE, { variables: { v: PHONE } })).errors).toBeUndefined();
  return target;
}
const send = async (target: TestProject) => (await admin.ask(target, SEND, { variables: { v: PHONE } })).errors?.[0]?.extensions;

describe("a message that an administrator has sent", () => {
  it("is refused as SMS where the plan has no recovery by phone", async () => {
    const target = await withPhone({ features: { identity: { login_id: { types: { phone: { disabled: true } } } } } });
    expect(await send(target)).toEqual({ errorName: "Forbidden", reason: "SMSNotSupported" });
  });

  it("is held to the usage limits", async () => {
    const target = await withPhone({ config: { usage: { limits: { sms: [{ quota: 0, period: "month", action: "block" }] } } } });
    expect(await send(target)).toEqual({ errorName: "TooManyRequest", reason: "UsageLimitExceeded", info: { name: "SMS", usage_name: "sms", period: "month" } });
  });

  it("goes out otherwise, and is recorded by fraud protection", async () => {
    const target = await withPhone({});
    expect(await send(target)).toBeUndefined();
    const recorded = await target.db.read((tx) =>
      tx.query<{ record: object }>("select payload->'record' as record from outbox where project_id = $1 and type = 'fraud_protection.decision_recorded'", [target.project.id]),
    );
    expect(recorded).toMatchObject([{ record: { decision: "allowed", action_detail: { recipient: PHONE, type: "forgot-password" } } }]);
  });
});
