import { type EventEnvelope, eventId } from "@gatehouse/domain-events";
import { RecordEvents } from "@gatehouse/feature-audit-log";
import { RecordDecisions } from "@gatehouse/feature-fraud-protection";
import { testModule, type TestModule, type TestProject, testProject } from "@gatehouse/platform-testing";
import { statementCount } from "@gatehouse/platform-postgres";
import { AuditLogModule } from "@gatehouse/feature-audit-log";
import { FraudDecisionsModule } from "@gatehouse/feature-fraud-protection";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient, tokenOf } from "./admin-client.js";

let admin: AdminClient;
let nest: TestModule;
beforeAll(async () => {
  admin = await adminClient();
  nest = await testModule([AuditLogModule, FraudDecisionsModule]);
});

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const T0 = Math.floor(Date.now() / 3_600_000) * 3_600;
let seq = 1_000_000;
function event(target: TestProject, type: string, change: { at?: number; user?: string; payload?: object; client?: string } = {}): EventEnvelope {
  seq += 1;
  const context = {
    timestamp: change.at ?? T0,
    user_id: change.user ?? null,
    triggered_by: "user" as const,
    audit_context: {},
    preferred_languages: [],
    language: "en",
    geo_location_code: null,
    app_id: target.project.id,
    ...(change.client ? { client_id: change.client } : {}),
  };
  return { id: eventId(seq), seq, type, payload: (change.payload ?? {}) as Record<string, unknown>, context };
}
const stream = (events: readonly object[]) => events.map((one) => ({ value: JSON.stringify(one) }));
const record = (...events: EventEnvelope[]) => nest.get(RecordEvents).run(stream(events), quiet);
/** What the worker does: everything in the project's outbox becomes a row of the log. */
async function relay({ db, project }: TestProject): Promise<void> {
  const rows = await db.read((tx) =>
    tx.query<{ seq: string; type: string; payload: object; context: object }>("select seq, type, payload, context from outbox where project_id = $1 order by seq", [project.id]),
  );
  await nest.get(RecordEvents).run(stream(rows.map((row) => ({ ...row, seq: Number(row.seq), id: eventId(BigInt(row.seq)) }))), quiet);
}
const rfc = (at: number) => new Date(at * 1000).toISOString().replace(".000Z", "Z");
const gid = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString("base64url");
const CREATE = `mutation($v: String!) { createUser(input: { definition: { loginID: { key: "email", value: $v } }, password: "correct horse" }) { user { id } } }`;
const logs = async (target: TestProject, args: string, fields = "activityType") => {
  const answer = await admin.ask(target, `{ auditLogs${args} { totalCount edges { cursor node { ${fields} } } pageInfo { hasNextPage hasPreviousPage } } }`);
  return { ...answer, nodes: answer.data?.auditLogs?.edges.map(({ node }: any) => node), types: answer.data?.auditLogs?.edges.map(({ node }: any) => node.activityType) };
};

describe("the audit log through the Admin API", () => {
  it("shows who did what: one row of the mutation, the caller's audit context beside the URL", async () => {
    const target = await testProject();
    const token = await tokenOf(target, { audit_context: { actor: "ops" } });
    const created = await admin.ask(target, CREATE, { variables: { v: "a@example.com" }, token });
    const other = await admin.ask(target, CREATE, { variables: { v: "b@example.com" } });
    await relay(target);
    const { id } = created.data.createUser.user;
    const found = await logs(target, `(activityTypes: [USER_CREATED], userIDs: ["${id}"])`, "activityType user { id } data clientID createdAt id");
    expect(found.data.auditLogs.totalCount).toBe(1);
    expect(found.nodes[0]).toMatchObject({ user: { id }, clientID: "", createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) });
    expect(found.nodes[0].data).toMatchObject({
      type: "user.created",
      context: { triggered_by: "admin_api", audit_context: { actor: "ops", http_url: expect.stringContaining("/_api/admin/graphql") } },
    });
    expect(found.nodes[0].data.id).toBe(found.nodes[0].data.seq.toString(16).padStart(16, "0"));
    expect(found.nodes[0].id).toBe(gid("AuditLog", found.nodes[0].data.id));
    expect((await logs(target, "(activityTypes: [ADMIN_API_MUTATION_CREATE_USER_EXECUTED])")).types).toHaveLength(2);
    const node = await admin.ask(target, `{ node(id: "${found.nodes[0].id}") { id ... on AuditLog { activityType } } }`);
    expect(node.data.node).toMatchObject({ id: found.nodes[0].id, activityType: "USER_CREATED" });
    await admin.ask(target, "mutation($id: ID!) { deleteUser(input: { userID: $id }) { deletedUserID } }", { variables: { id: other.data.createUser.user.id } });
    const gone = await logs(target, `(userIDs: ["${other.data.createUser.user.id}"], activityTypes: [USER_CREATED])`, "activityType user { id } data");
    expect(gone.nodes[0]).toMatchObject({ user: null, data: { payload: { user: { id: expect.any(String) } } } });
  });

  it("is empty for an empty range, and bounded by [from, to)", async () => {
    const target = await testProject();
    await record(event(target, "user.created", { at: T0 }), event(target, "user.deleted", { at: T0 + 10 }));
    expect((await logs(target, `(rangeFrom: "${rfc(T0)}", rangeTo: "${rfc(T0)}")`)).types).toEqual([]);
    expect((await logs(target, `(rangeFrom: "${rfc(T0)}", rangeTo: "${rfc(T0 + 10)}")`)).types).toEqual(["USER_CREATED"]);
    expect((await logs(target, `(rangeFrom: "${rfc(T0 + 10)}")`)).types).toEqual(["USER_DELETED"]);
    expect((await logs(target, "(sortDirection: ASC)")).types).toEqual(["USER_CREATED", "USER_DELETED"]);
  });

  it("finds by recipient or user, and restricts both by type", async () => {
    const target = await testProject();
    const user = "5f0c8d3e-1111-4222-8333-444455556666";
    await record(
      event(target, "sms.sent", { at: T0, payload: { recipient: "+85298765432" } }),
      event(target, "sms.sent", { at: T0 + 1, payload: { recipient: "+85298765433" } }),
      event(target, "email.sent", { at: T0 + 2, payload: { recipient: "a@b.c" } }),
      event(target, "user.authenticated", { at: T0 + 3, user, client: "app" }),
    );
    expect((await logs(target, '(phoneNumbers: ["+85298765432"])', "activityType data")).nodes.map(({ data }: any) => data.payload.recipient)).toEqual(["+85298765432"]);
    expect((await logs(target, `(phoneNumbers: ["+85298765432"], userIDs: ["${gid("User", user)}"])`)).types).toEqual(["USER_AUTHENTICATED", "SMS_SENT"]);
    expect((await logs(target, '(phoneNumbers: ["+85298765432"], emailAddresses: ["a@b.c"], activityTypes: [EMAIL_SENT])')).types).toEqual(["EMAIL_SENT"]);
    expect((await logs(target, "(userIDs: [])")).data.auditLogs.totalCount).toBe(4);
    expect((await logs(target, "(activityTypes: [USER_AUTHENTICATED])", "clientID")).nodes).toEqual([{ clientID: "app" }]);
    const wrong = await logs(target, `(userIDs: ["${gid("Role", "x")}"])`);
    expect(wrong.errors?.[0]).toMatchObject({ message: "invalid user IDs", extensions: { errorName: "Invalid", reason: "Invalid" } });
  });

  it("hides rows of types it does not know, and knows every audited event", async () => {
    const target = await testProject();
    await record(event(target, "user.created"), event(target, "authentication.primary.passkey.failed"));
    await target.db.read((tx) =>
      tx.query("insert into audit_log (project_id, id, created_at, activity_type, data) values ($1, 'x', now(), 'site_admin.app.plan.updated', '{}')", [target.project.id]),
    );
    const all = await logs(target, "");
    expect(all.errors).toBeUndefined();
    expect(all.types.toSorted()).toEqual(["AUTHENTICATION_PRIMARY_PASSKEY_FAILED", "USER_CREATED"]);
    expect(all.data.auditLogs.totalCount).toBe(2);
    const node = await admin.ask(target, `{ node(id: "${gid("AuditLog", "x")}") { id ... on AuditLog { activityType } } }`);
    expect(node).toMatchObject({ data: { node: null } });
    expect(node.errors).toBeUndefined();
  });

  it("pages by offset cursors, and refuses what is no page", async () => {
    const target = await testProject();
    await record(...[0, 1, 2].map((n) => event(target, "user.authenticated", { at: T0 + n })));
    const first = await logs(target, "(first: 2)");
    expect(first.data.auditLogs).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true, hasPreviousPage: true }, edges: [{ cursor: "b2Zmc2V0OjA" }, {}] });
    const next = await logs(target, `(first: 2, after: "${first.data.auditLogs.edges[1].cursor}")`);
    expect(next.data.auditLogs).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false } });
    expect(next.nodes).toHaveLength(1);
    expect((await logs(target, "(last: 2)")).errors?.[0].extensions.reason).toBe("InvalidQuery");
    expect((await logs(target, '(after: "x")')).errors?.[0].extensions.reason).toBe("InvalidCursor");
  });

  it("goes back no further than the plan says, whatever is asked", async () => {
    const target = await testProject({ features: { audit_log: { retrieval_days: 1 } } });
    const now = Math.floor(Date.now() / 1000);
    await record(event(target, "user.created", { at: now - 90_000 }), event(target, "user.deleted", { at: now - 3_600 }));
    expect((await logs(target, "")).types).toEqual(["USER_DELETED"]);
    expect((await logs(target, '(rangeFrom: "2000-01-01T00:00:00Z")')).types).toEqual(["USER_DELETED"]);
  });

  it("reads a page with its users in few statements", async () => {
    const target = await testProject();
    await record(...Array.from({ length: 20 }, (_, n) => event(target, "user.authenticated", { user: `5f0c8d3e-1111-4222-8333-${String(n).padStart(12, "0")}` })));
    await logs(target, "");
    const counted = await statementCount.during(() => logs(target, "(first: 20)", "user { id } activityType"));
    expect(counted.result.nodes).toHaveLength(20);
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(3);
  });

  it("threat: one project reads another's log", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    const one = event(mine, "user.created", { user: "u" });
    await record(one);
    expect((await logs(other, `(userIDs: ["${gid("User", "u")}"])`)).data.auditLogs.totalCount).toBe(0);
    expect((await admin.ask(other, `{ node(id: "${gid("AuditLog", one.id)}") { id } }`)).data.node).toBeNull();
  });
});

describe("fraud protection through the Admin API", () => {
  const HOURLY = "SMS__UNVERIFIED_OTPS__BY_PHONE_COUNTRY__HOURLY_THRESHOLD_EXCEEDED";
  const decision = (target: TestProject, change: { at?: number; decision?: string; recipient?: string; warnings?: string[]; ip?: string; geo?: string } = {}) =>
    event(target, "fraud_protection.decision_recorded", {
      at: change.at,
      payload: {
        record: {
          timestamp: rfc(T0),
          decision: change.decision ?? "allowed",
          action: "send_sms",
          action_detail: { recipient: change.recipient ?? "+85298765432", type: "verification", phone_number_country_code: "HK" },
          triggered_warnings: change.warnings ?? [],
          user_agent: "Mozilla",
          ...(change.ip ? { ip_address: change.ip } : {}),
          ...(change.geo ? { geo_location_code: change.geo } : {}),
        },
      },
    });
  const keep = (...events: object[]) => nest.get(RecordDecisions).run(stream(events), quiet);
  const FIELDS =
    "id createdAt decision action actionDetail { ... on FraudProtectionDecisionSendSMSActionDetail { recipient type phoneNumberCountryCode } } triggeredWarnings ipAddress userAgent geoLocationCode data";
  const list = async (target: TestProject, args: string, fields = FIELDS) => {
    const answer = await admin.ask(target, `{ fraudProtectionLogs${args} { totalCount edges { cursor node { ${fields} } } pageInfo { hasNextPage } } }`);
    return { ...answer, nodes: answer.data?.fraudProtectionLogs?.edges.map(({ node }: any) => node) };
  };

  it("lists decisions, whole, newest first, by page and filter", async () => {
    const target = await testProject();
    const blocked = decision(target, { at: T0 + 10, decision: "blocked", warnings: [HOURLY], ip: "203.0.113.7", geo: "US", recipient: "+14155552671" });
    await keep(decision(target, { at: T0 }), blocked, decision(target, { at: T0 + 20 }));
    const all = await list(target, "");
    expect(all.data.fraudProtectionLogs).toMatchObject({ totalCount: 3, edges: [{ cursor: "b2Zmc2V0OjA" }, {}, {}] });
    expect(all.nodes[1]).toEqual({
      id: gid("FraudProtectionDecisionRecord", blocked.id),
      createdAt: rfc(T0 + 10),
      decision: "blocked",
      action: "send_sms",
      actionDetail: { recipient: "+14155552671", type: "verification", phoneNumberCountryCode: "HK" },
      triggeredWarnings: [HOURLY],
      ipAddress: "203.0.113.7",
      userAgent: "Mozilla",
      geoLocationCode: "US",
      data: blocked,
    });
    const ids = async (args: string) => (await list(target, args, "createdAt")).nodes.map(({ createdAt }: any) => Date.parse(createdAt) / 1000 - T0);
    expect(await ids("(sortDirection: ASC)")).toEqual([0, 10, 20]);
    expect(await ids(`(rangeFrom: "${rfc(T0 + 10)}", rangeTo: "${rfc(T0 + 20)}")`)).toEqual([10]);
    expect(await ids("(verdicts: [blocked])")).toEqual([10]);
    expect(await ids(`(reasonCodes: ["${HOURLY}"])`)).toEqual([10]);
    expect(await ids("(minimumWarningCount: 1)")).toEqual([10]);
    expect(await ids("(maximumWarningCount: 0)")).toEqual([20, 0]);
    expect(await ids('(search: "+1415")')).toEqual([10]);
    expect(await ids('(search: "203.0")')).toEqual([10]);
    expect(await ids("(first: 1)")).toEqual([20]);
    expect((await list(target, "(last: 1)")).errors?.[0].extensions.reason).toBe("InvalidQuery");
    const node = await admin.ask(target, `{ node(id: "${gid("FraudProtectionDecisionRecord", blocked.id)}") { ... on FraudProtectionDecisionRecord { decision } } }`);
    expect(node.data.node).toEqual({ decision: "blocked" });
    const foreign = await admin.ask(await testProject(), `{ node(id: "${gid("FraudProtectionDecisionRecord", blocked.id)}") { id } }`);
    expect(foreign.data.node).toBeNull();
  });

  it("sums decisions up, within 90 days", async () => {
    const target = await testProject();
    await keep(decision(target, { at: T0, ip: "203.0.113.7", geo: "US", warnings: [HOURLY], decision: "blocked" }), decision(target, { at: T0 + 1 }));
    const ask = (args: string) =>
      admin.ask(
        target,
        `{ fraudProtectionOverview${args} { sendSMS { total flagged blocked timeBuckets { hour total flagged blocked } topSourceIPs { ipAddress geoCountryCode total flagged blocked } topIPLocations { geoCountryCode total } topSMSOrigins { phoneCountryCode total blocked } } } }`,
      );
    expect((await ask(`(rangeFrom: "${rfc(T0 - 60)}", rangeTo: "${rfc(T0 + 60)}")`)).data.fraudProtectionOverview.sendSMS).toEqual({
      total: 2,
      flagged: 1,
      blocked: 1,
      timeBuckets: [{ hour: rfc(T0), total: 2, flagged: 1, blocked: 1 }],
      topSourceIPs: [{ ipAddress: "203.0.113.7", geoCountryCode: "US", total: 1, flagged: 1, blocked: 1 }],
      topIPLocations: [{ geoCountryCode: "US", total: 1 }],
      topSMSOrigins: [{ phoneCountryCode: "HK", total: 2, blocked: 1 }],
    });
    for (const args of ["", `(rangeFrom: "${rfc(T0)}")`, `(rangeFrom: "${rfc(T0)}", rangeTo: "${rfc(T0)}")`, `(rangeFrom: "${rfc(T0 - 91 * 86_400)}", rangeTo: "${rfc(T0)}")`]) {
      const refused = await ask(args);
      expect(refused.data, args).toBeNull();
      expect(refused.errors?.[0].extensions).toMatchObject({ errorName: "Invalid", reason: "Invalid" });
    }
  });
});
