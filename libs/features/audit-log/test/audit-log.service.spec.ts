import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditLogModule, AuditLogQuery, GetAuditLogs, RecordEvents } from "@gatehouse/feature-audit-log";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { AuditTestEvents, quiet } from "./audit-test-events.js";

const T0 = 1_760_000_000;
let nest: TestModule;
let events: AuditTestEvents;
beforeAll(async () => {
  nest = await testModule([AuditLogModule]);
  events = new AuditTestEvents(nest, () => T0);
});
afterAll(() => nest.close());

const envelope: AuditTestEvents["envelope"] = (...args) => events.envelope(...args);
const record: AuditTestEvents["record"] = (...args) => events.record(...args);
const query = (project: TestProject, input: Parameters<AuditLogQuery["run"]>[1] = {}) => nest.get(AuditLogQuery).run(project.ctx, input);
const at = (offset: number) => new Date((T0 + offset) * 1000);

describe("audit log", () => {
  it("writes an event once, however often the stream brings it", async () => {
    const project = await testProject();
    const event = envelope(project, "user.created", { user: "u1", ip: "203.0.113.7" });
    await record(event, event);
    await record(event);
    const { rows, totalCount } = await query(project);
    expect(totalCount).toBe(1);
    expect(rows[0]).toMatchObject({ id: event.id, activityType: "user.created", userId: "u1", ipAddress: "203.0.113.7", clientId: null, data: event, createdAt: at(0) });
    expect(await nest.get(GetAuditLogs).run(project.ctx, [event.id, "ffff"])).toHaveLength(1);
  });

  it("drops blocking events, unknown types and what is no event", async () => {
    const project = await testProject();
    await record(envelope(project, "user.pre_create"), envelope(project, "nobody.knows"));
    await nest.get(RecordEvents).run([{ value: "not json" }, { value: "{}" }], quiet);
    expect((await query(project)).totalCount).toBe(0);
  });

  it("drops events of a project that is gone", async () => {
    const project = await testProject();
    const event = envelope(project, "user.created");
    await record({ ...event, context: { ...event.context, app_id: "gone" } });
    expect((await query(project)).totalCount).toBe(0);
  });

  it("filters by type, user or recipient, address and time", async () => {
    const project = await testProject();
    await record(
      envelope(project, "user.created", { user: "u1", at: T0 }),
      envelope(project, "sms.sent", { at: T0 + 10, payload: { recipient: "+85298765432" } }),
      envelope(project, "email.sent", { at: T0 + 20, payload: { recipient: "a@b.c" }, ip: "203.0.113.7" }),
    );
    const types = async (input: Parameters<AuditLogQuery["run"]>[1]) => (await query(project, input)).rows.map((row) => row.activityType);
    expect(await types({})).toEqual(["email.sent", "sms.sent", "user.created"]);
    expect(await types({ sortDirection: "asc" })).toEqual(["user.created", "sms.sent", "email.sent"]);
    expect(await types({ activityTypes: ["SMS_SENT"] })).toEqual(["sms.sent"]);
    expect(await types({ activityTypes: ["user.created", "email.sent"] })).toEqual(["email.sent", "user.created"]);
    expect(await types({ phoneNumbers: ["+85298765432"] })).toEqual(["sms.sent"]);
    expect(await types({ phoneNumbers: ["+85298765432"], userIds: ["u1"] })).toEqual(["sms.sent", "user.created"]);
    expect(await types({ emailAddresses: ["a@b.c"], activityTypes: ["sms.sent"] })).toEqual([]);
    expect(await types({ ip: "203.0.113.7" })).toEqual(["email.sent"]);
    expect(await types({ rangeFrom: at(10), rangeTo: at(20) })).toEqual(["sms.sent"]);
    expect(await types({ rangeFrom: at(10), rangeTo: at(10) })).toEqual([]);
  });

  it("pages by offset and by line, counting all", async () => {
    const project = await testProject();
    await record(...[0, 1, 2, 3, 4].map((n) => envelope(project, "user.authenticated", { at: T0 + n })));
    const first = await query(project, { first: 2 });
    expect(first.totalCount).toBe(5);
    const next = await query(project, { first: 2, after: first.rows.at(-1)?.id });
    expect(next.rows).toEqual((await query(project, { first: 2, offset: 2 })).rows);
    expect(next.rows.map((row) => row.createdAt)).toEqual([at(2), at(1)]);
  });

  it("hides what the plan does not keep", async () => {
    const project = await testProject();
    await record(envelope(project, "user.created", { at: Math.floor(Date.now() / 1000) - 90_000 }), envelope(project, "user.created", { at: Math.floor(Date.now() / 1000) }));
    const ctx = project.with({ project: { ...project.project, features: { audit_log: { retrieval_days: 1 } } as never } });
    expect((await nest.get(AuditLogQuery).run(ctx, { rangeFrom: new Date(0) })).totalCount).toBe(1);
  });

  it("hides rows of a type that the Admin API does not know, where its types are asked for", async () => {
    const project = await testProject();
    await record(envelope(project, "user.created"));
    await project.db.read((tx) =>
      tx.query("insert into audit_log (project_id, id, created_at, activity_type, data) values ($1, 'ff', now(), 'site_admin.app.plan.updated', '{}')", [project.project.id]),
    );
    expect((await query(project)).totalCount).toBe(1);
    expect((await query(project, { activityTypes: ["site_admin.app.plan.updated"] })).totalCount).toBe(0);
  });

  it("threat: one project reads another's log", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    const event = envelope(mine, "user.created", { user: "u1" });
    await record(event);
    expect((await query(other, { userIds: ["u1"] })).totalCount).toBe(0);
    expect(await nest.get(GetAuditLogs).run(other.ctx, [event.id])).toEqual([]);
    await record(envelope(other, "user.created"));
    expect((await query(other, { after: event.id })).rows).toEqual([]);
  });
});
