import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { UsageRecords } from "@gatehouse/service-usage";

let nest: TestModule;
beforeAll(async () => {
  nest = await testModule([]);
});

let n = 0;
async function logged({ db, project }: TestProject, type: string, at: Date, more: { recipient?: string; uncounted?: boolean; user?: string } = {}): Promise<void> {
  n += 1;
  const data = { payload: { recipient: more.recipient, is_not_counted_in_usage: more.uncounted ?? false } };
  await db.read((tx) =>
    tx.query("insert into audit_log (project_id, id, created_at, activity_type, user_id, data) values ($1, $2, $3, $4, $5, $6)", [
      project.id,
      String(n),
      at,
      type,
      more.user ?? null,
      JSON.stringify(data),
    ]),
  );
}
const NOW = new Date("2026-11-15T12:00:00Z");
const TODAY = new Date("2026-11-15T00:00:00Z");
const YESTERDAY = new Date("2026-11-14T00:00:00Z");
const records = async ({ ctx }: TestProject, period: "daily" | "monthly") =>
  (await nest.get(UsageRecords).list(ctx, { period, from: new Date("2026-01-01T00:00:00Z"), to: new Date("2027-01-01T00:00:00Z") })).map(({ name, startAt, count }) => [
    name,
    startAt,
    count,
  ]);

it("sums messages by day, kind and region, and users by day and month; twice is like once", async () => {
  const target = await testProject();
  await logged(target, "email.sent", NOW, { recipient: "a@b.c" });
  await logged(target, "sms.sent", NOW, { recipient: "+14155552671" });
  await logged(target, "sms.sent", NOW, { recipient: "+85298765432" });
  await logged(target, "sms.sent", NOW, { recipient: "+85298765432" });
  await logged(target, "sms.sent", NOW, { recipient: "+85298765432", uncounted: true });
  await logged(target, "sms.error", NOW, { recipient: "+85298765432" });
  await logged(target, "whatsapp.sent", new Date("2026-11-14T23:59:59Z"), { recipient: "+85298765432" });
  for (const [user, at] of [
    ["u1", NOW],
    ["u1", NOW],
    ["u2", new Date("2026-11-14T01:00:00Z")],
    ["u3", new Date("2026-11-01T00:00:00Z")],
    ["u4", new Date("2026-10-31T23:59:59Z")],
  ] as const)
    await logged(target, "user.authenticated", at, { user });
  await logged(target, "user.created", NOW, { user: "u2" });
  for (let i = 0; i < 2; i += 1) await nest.get(UsageRecords).sum(NOW);
  expect(await records(target, "daily")).toEqual([
    ["active-user", YESTERDAY, 1],
    ["whatsapp-sent.other-regions", YESTERDAY, 1],
    ["whatsapp-sent.total", YESTERDAY, 1],
    ["active-user", TODAY, 2],
    ["email-sent", TODAY, 1],
    ["sms-sent.north-america", TODAY, 1],
    ["sms-sent.other-regions", TODAY, 2],
    ["sms-sent.total", TODAY, 3],
  ]);
  expect(await records(target, "monthly")).toEqual([["active-user", new Date("2026-11-01T00:00:00Z"), 3]]);
});

/** A user with a session that was last used at a time. */
async function used({ db, project }: TestProject, table: "offline_grant" | "idp_session", { user, at }: { user: string; at: Date }): Promise<void> {
  const own = table === "offline_grant" ? "initial_client_id" : "token_hash";
  await db.transaction(async (tx) => {
    await tx.query("insert into auth_user (project_id, id, created_at, updated_at) values ($1, $2, $3, $3) on conflict do nothing", [project.id, user, at]);
    await tx.query(
      `insert into ${table} (project_id, id, user_id, ${own}, created_at, authenticated_at, initial_access, last_access, last_access_at) values ($1, gen_random_uuid(), $2, 'x', $3, $3, '{}', '{}', $3)`,
      [project.id, user, at],
    );
  });
}

it("counts who used a session, each once with his sign-ins, and keeps a day when the session is used again or ends", async () => {
  const target = await testProject();
  const [one, two, three] = Array.from({ length: 3 }, () => randomUUID()) as [string, string, string];
  const { db, project } = target;
  await used(target, "offline_grant", { user: one, at: new Date("2026-11-14T23:30:00Z") });
  await used(target, "offline_grant", { user: one, at: new Date("2026-11-14T23:40:00Z") });
  await used(target, "idp_session", { user: two, at: new Date("2026-11-14T00:00:00Z") });
  await used(target, "offline_grant", { user: three, at: new Date("2026-11-13T23:59:59Z") });
  await logged(target, "user.authenticated", new Date("2026-11-14T10:00:00Z"), { user: two });
  await nest.get(UsageRecords).sum(new Date("2026-11-14T23:50:00Z"));
  await db.read((tx) => tx.query("update offline_grant set last_access_at = $2 where project_id = $1 and user_id = $3", [project.id, NOW, one]));
  await db.read((tx) => tx.query("delete from idp_session where project_id = $1", [project.id]));
  for (let i = 0; i < 2; i += 1) await nest.get(UsageRecords).sum(NOW);
  expect(await records(target, "daily")).toEqual([
    ["active-user", new Date("2026-11-13T00:00:00Z"), 1],
    ["active-user", YESTERDAY, 2],
    ["active-user", TODAY, 1],
  ]);
  expect(await records(target, "monthly")).toEqual([["active-user", new Date("2026-11-01T00:00:00Z"), 3]]);
  await nest.get(UsageRecords).sum(new Date("2027-01-05T00:00:00Z"));
  expect(await db.read((tx) => tx.query("select 1 from active_user where project_id = $1", [project.id]))).toEqual([]);
});

it("ends the month before on the first of the next", async () => {
  const target = await testProject();
  await logged(target, "user.authenticated", new Date("2026-10-31T23:59:59Z"), { user: "u1" });
  await nest.get(UsageRecords).sum(new Date("2026-11-01T00:10:00Z"));
  expect(await records(target, "monthly")).toEqual([["active-user", new Date("2026-10-01T00:00:00Z"), 1]]);
});

it("threat: one project's usage shows in another's", async () => {
  const [mine, other] = [await testProject(), await testProject()];
  await logged(mine, "email.sent", NOW, { recipient: "a@b.c" });
  await nest.get(UsageRecords).sum(NOW);
  expect(await records(other, "daily")).toEqual([]);
  expect(await records(mine, "daily")).toHaveLength(1);
});
