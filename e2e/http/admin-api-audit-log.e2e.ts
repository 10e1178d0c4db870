import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Admin } from "../support/admin.js";
import { changeDatabase } from "../support/database.js";
import { byEmail, byPhone, newPassword, password } from "../support/inputs.js";
import { until } from "../support/platform.js";
import { WebhookReceiver } from "../support/webhook-receiver.js";

const [ANN, BOB] = ["ann@example.com", "bob@example.com"];

describe("rows of the audit log", () => {
  it("are found by whom they are about and what happened, and tell who did it", async () => {
    const admin = await Admin.make();
    const [ann] = [await admin.createUser(ANN), await admin.createUser(BOB)];
    await admin.logged({ activityTypes: ["USER_CREATED"] }, 2);
    const rows = await admin.logs({ activityTypes: ["USER_CREATED"], userIDs: [ann] });
    expect(rows.map(({ user, activityType }) => [user.id, activityType])).toEqual([[ann, "USER_CREATED"]]);
    expect(rows[0].data).toMatchObject({ type: "user.created", context: { triggered_by: "admin_api", app_id: admin.project.id } });
  });

  it("tell what the caller's token says about the caller, and where it called", async () => {
    const admin = await Admin.make();
    const input = { definition: { loginID: { key: "email", value: ANN } } };
    await admin.mutate("createUser", input, "user { id }", { claims: { audit_context: { actor: "ops", http_url: "https://elsewhere.example/" } } });
    await admin.mutate("createRole", { key: "r" }, "role { id }", { claims: { audit_context: "no object" } });
    const [created] = await admin.logged({ activityTypes: ["USER_CREATED"] });
    const http_url = `${admin.project.origin}/_api/admin/graphql`;
    expect(created.data.context.audit_context).toEqual({ actor: "ops", http_url });
    const [role] = await admin.logged({ activityTypes: ["ADMIN_API_MUTATION_CREATE_ROLE_EXECUTED"] });
    expect(role.data.context.audit_context).toEqual({ http_url });
  });

  it("are none in an interval of no length", async () => {
    const admin = await Admin.make();
    await admin.createUser(ANN);
    const [{ createdAt }] = await admin.logged({ activityTypes: ["USER_CREATED"] });
    const later = new Date(Date.parse(createdAt) + 1000).toISOString();
    const within = async (rangeFrom: string, rangeTo: string) => (await admin.logs({ activityTypes: ["USER_CREATED"], rangeFrom, rangeTo })).length;
    expect([await within(createdAt, createdAt), await within(createdAt, later), await within(later, later)]).toEqual([0, 1, 0]);
  });

  it("are found by whom a message went to, or by a user", async () => {
    const [mine, other] = ["+85298765432", "+85291234567"];
    const authentication = { primary_authenticators: ["oob_otp_sms"] };
    const admin = await Admin.make({ authentication, randomCodes: true, config: { identity: { login_id: { keys: [{ type: "phone" }] } } } });
    const bob = await admin.createUser(other, {}, "phone");
    await admin.createUser(mine, {}, "phone");
    for (const phone of [mine, other]) await admin.project.browser().run("login", [byPhone(phone), { authentication: "primary_oob_otp_sms", index: 0, channel: "sms" }]);
    const recipients = async () => (await admin.logs()).flatMap(({ data }) => data.payload.recipient ?? []);
    await until(async () => ((await recipients()).length > 1 ? true : undefined), "the rows of both messages");
    expect((await recipients()).toSorted()).toEqual([other, mine]);
    expect((await admin.logs({ phoneNumbers: [mine] })).map(({ data }) => data.payload.recipient)).toEqual([mine]);
    const either = await admin.logs({ phoneNumbers: [mine], userIDs: [bob] });
    expect(either.length).toBeGreaterThan(1);
    expect(either.every(({ data, user }) => data.payload.recipient === mine || user?.id === bob)).toBe(true);
    expect(either.filter(({ data }) => data.payload.recipient === mine)).toHaveLength(1);
  });

  it("of former days are not shown where the plan shows a day", async () => {
    const admin = await Admin.make({ features: { audit_log: { retrieval_days: 1 } } });
    await admin.createUser(ANN);
    const created = { activityTypes: ["USER_CREATED"] };
    const [{ createdAt }] = await admin.logged(created);
    const age = "update audit_log set created_at = created_at - make_interval(days => 2) where project_id = $1 and activity_type = 'user.created'";
    await changeDatabase(age, [admin.project.id]);
    const rangeFrom = new Date(Date.parse(createdAt) - 30 * 86_400_000).toISOString();
    expect([await admin.logs(created), await admin.logs({ ...created, rangeFrom })]).toEqual([[], []]);
    await admin.project.publish({ features: { audit_log: { retrieval_days: 3 } } });
    await until(async () => ((await admin.logs({ ...created, rangeFrom })).length === 1 ? true : undefined), "the row of two days ago");
  });
});

describe("what a refusal leaves behind", () => {
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
  });
  afterAll(() => receiver.close());

  it("a wrong password: a row of the log, although the request failed", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN, { password: "correct horse battery" });
    expect((await admin.project.browser().run("login", [byEmail(ANN), password("wrong")])).error?.reason).toBe("InvalidCredentials");
    const [row] = await admin.logged({ activityTypes: ["AUTHENTICATION_PRIMARY_PASSWORD_FAILED"] });
    expect([row.user.id, row.data.type]).toEqual([userID, "authentication.primary.password.failed"]);
  });

  it("a sign-up that was rolled back: no event of the user", async () => {
    const hook = { blocking_handlers: [{ event: "user.pre_create", url: `${receiver.url}/ask` }], non_blocking_handlers: [{ events: ["*"], url: `${receiver.url}/tell` }] };
    const admin = await Admin.make({ config: { hook } });
    receiver.refused.add(BOB);
    expect((await admin.project.browser().run("signup", [byEmail(BOB), newPassword()])).error?.reason).toBe("HookDisallowed");
    expect((await admin.refused("createUser", { definition: { loginID: { key: "email", value: BOB } } })).reason).toBe("HookDisallowed");
    await admin.project.browser().finish("signup", [byEmail(ANN), newPassword()]);
    await until(async () => receiver.events.find(({ type }) => type === "user.created"), "user.created");
    const told = receiver.events.filter(({ type }) => /^user\.created$|^identity\./.test(type));
    expect(told.map(({ type, payload }) => [type, payload.user.standard_attributes.email])).toEqual([["user.created", ANN]]);
    const logs = await admin.settledLogs();
    const kinds = logs.map(({ activityType }) => activityType).filter((type) => /^USER_CREATED$|^IDENTITY_|^ADMIN_/.test(type));
    expect(kinds).toEqual(["USER_CREATED"]);
  });
});
