import { type TestProject, type TestProjectOptions, testProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient, tokenOf } from "./admin-client.js";

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
      tx.query<{ record: object }>(
        "select payload->'record' as record, context->>'triggered_by' as by from outbox where project_id = $1 and type = 'fraud_protection.decision_recorded'",
        [target.project.id],
      ),
    );
    expect(recorded).toMatchObject([{ record: { decision: "allowed", action_detail: { recipient: PHONE, type: "forgot-password" } }, by: "user" }]);
  });

  it("is recorded with the page the request came from", async () => {
    const target = await withPhone({});
    const headers = { host: target.host, authorization: `Bearer ${await tokenOf(target)}`, "content-type": "application/json", referer: "https://ops.example/users" };
    const payload = JSON.stringify({ query: SEND, variables: { v: PHONE } });
    expect((await admin.service.fastify.inject({ method: "POST", url: "/_api/admin/graphql", headers, payload })).json().errors).toBeUndefined();
    const recorded = await target.db.read((tx) =>
      tx.query("select payload->'record'->>'http_referer' as referer from outbox where project_id = $1 and type = 'fraud_protection.decision_recorded'", [target.project.id]),
    );
    expect(recorded).toEqual([{ referer: "https://ops.example/users" }]);
  });

  it("leaves the provider alone when fraud protection blocks it", async () => {
    const blocking = { decision: { action: "deny_if_any_warning" }, warnings: [{ type: "SMS__UNVERIFIED_OTPS__BY_PHONE_COUNTRY__HOURLY_THRESHOLD_EXCEEDED" }] };
    const target = await withPhone({ config: { fraud_protection: blocking }, features: { rate_limits: { disabled: true }, fraud_protection: { is_modifiable: true } } });
    const outcomes = [await send(target), await send(target), await send(target), await send(target)];
    expect(outcomes.map((one) => one?.reason)).toEqual([undefined, undefined, undefined, "BlockedByFraudProtection"]);
  });
});
