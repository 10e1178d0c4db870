import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EventEnvelope, eventId } from "@gatehouse/domain-events";
import { userReindexJob } from "@gatehouse/domain-jobs";
import { IndexChangedUsers, MergeUserCounts, ReindexUserSet, SweepDueUsers, UserIndexModule } from "@gatehouse/feature-user-index";
import { newUuid } from "@gatehouse/platform-ids";
import { statementCount } from "@gatehouse/platform-postgres";
import { JobQueue } from "@gatehouse/platform-queue";
import { testModule, type TestModule, type TestProject, testProject } from "@gatehouse/platform-testing";
import { UserDocuments, UserSearch } from "@gatehouse/service-user-search";

let nest: TestModule;
beforeAll(async () => {
  nest = await testModule([UserIndexModule]);
});
afterAll(() => nest.close());

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const record = ({ ctx }: TestProject, type: string, payload: Record<string, unknown>) => {
  const event = { id: eventId(1), seq: 1, type, payload, context: { app_id: ctx.project.id, user_id: null } } as unknown as EventEnvelope;
  return { value: JSON.stringify(event) };
};
const consume = (...records: { value: string }[]) => nest.get(IndexChangedUsers).run(records, quiet);
const find = async (target: TestProject, keyword: string) => (await nest.get(UserSearch).search(target.ctx, { keyword, first: 100 })).hits.map(({ userId }) => userId);

/** Users named `<name><number>`, written as an import does: without an event. */
async function addUsers(target: TestProject, name: string, count = 1): Promise<string[]> {
  const rows = await target.db.read((tx) =>
    tx.query<{ id: string }>(
      `insert into auth_user (project_id, id, created_at, updated_at, standard_attributes)
       select $1, gen_random_uuid(), now() - n * interval '1 second', now(), jsonb_build_object('name', $2::text || n) from generate_series(1, $3::int) n returning id`,
      [target.ctx.project.id, name, count],
    ),
  );
  return rows.map(({ id }) => id);
}
async function addLabelled({ db, ctx }: TestProject, table: "auth_role" | "auth_group", name: string): Promise<string> {
  const id = newUuid();
  await db.read((tx) => tx.query(`insert into ${table} (project_id, id, key, name, created_at, updated_at) values ($1, $2, $3, $3, now(), now())`, [ctx.project.id, id, name]));
  return id;
}
const link = ({ db, ctx }: TestProject, table: string, [a, b]: [readonly string[], string]) =>
  db.read((tx) => tx.query(`insert into ${table} select $1, x::uuid, $3::uuid, now() from unnest($2::text[]) x`, [ctx.project.id, a, b]));
const rename = ({ db, ctx }: TestProject, table: string, [id, name]: [string, string]) =>
  db.read((tx) => tx.query(`update ${table} set name = $3 where project_id = $1 and id = $2`, [ctx.project.id, id, name]));

/** Does the jobs that were queued, one after the other, as the worker would. */
async function runJobs(target: TestProject, jobs: unknown[]): Promise<number> {
  const queue = new JobQueue({ name: userReindexJob.name, redis: target.redis, databaseUrl: target.env.databaseUrl });
  const pending = await queue.pending();
  await queue.close();
  for (const job of jobs) await nest.get(ReindexUserSet).run(job, quiet);
  return pending;
}

describe("the consumer of events", () => {
  it("indexes the users of a batch, each once, in four statements a project", async () => {
    const [target, other] = [await testProject(), await testProject()];
    const [[ada = ""], [bob = ""], [eve = ""]] = [await addUsers(target, "ada"), await addUsers(target, "bob"), await addUsers(other, "eve")];
    const counted = await statementCount.during(() =>
      consume(
        record(target, "user.created", { user: { id: ada } }),
        record(target, "user.authenticated", { user: { id: ada }, session: {} }),
        record(target, "admin_api.mutation.add_role_to_users.executed", { role_key: "r", user_ids: [ada, bob, "no id"] }),
        record(other, "user.profile.updated", { user: { id: eve } }),
        { value: "not json" },
      ),
    );
    expect(counted.statements.filter((sql) => !sql.includes("from project p"))).toHaveLength(8);
    expect([await find(target, "ada1"), await find(target, "bob1"), await find(other, "eve1"), await find(other, "ada1")]).toEqual([[ada], [bob], [eve], []]);
  });

  it("removes a deleted user", async () => {
    const target = await testProject();
    const [ada = ""] = await addUsers(target, "ada");
    await consume(record(target, "user.created", { user: { id: ada } }));
    await target.db.read((tx) => tx.query("delete from auth_user where project_id = $1", [target.ctx.project.id]));
    await consume(record(target, "user.deleted", { user: { id: ada } }));
    expect(await find(target, "ada1")).toEqual([]);
  });

  it("threat: an event of one project touches another's users", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    const [ada = ""] = await addUsers(mine, "ada");
    await consume(record(mine, "user.created", { user: { id: ada } }));
    await consume(record(other, "user.deleted", { user: { id: ada } }), { value: record(mine, "user.created", { user: { id: ada } }).value.replace(mine.ctx.project.id, "gone") });
    expect(await find(mine, "ada1")).toEqual([ada]);
  });
});

describe("sets of users", () => {
  it("are queued for changes of groups and roles", async () => {
    const target = await testProject();
    const [group, role] = [newUuid(), newUuid()];
    const before = await runJobs(target, []);
    await consume(
      record(target, "admin_api.mutation.update_role.executed", { original_role: { id: role }, new_role: { id: role } }),
      record(target, "admin_api.mutation.add_role_to_groups.executed", { role_id: role, group_ids: [group] }),
    );
    expect(await runJobs(target, [])).toBe(before + 2);
  });

  it("index everybody who has a role, himself or by a group, however many", async () => {
    const target = await testProject();
    const [own, members, others] = [await addUsers(target, "own", 1_010), await addUsers(target, "member", 3), await addUsers(target, "other", 3)];
    const [role, group] = [await addLabelled(target, "auth_role", "editors"), await addLabelled(target, "auth_group", "press")];
    await link(target, "user_role", [own, role]);
    await link(target, "user_group", [members, group]);
    await link(target, "group_role", [[group], role]);
    const jobs = [
      { project_id: target.ctx.project.id, of: "role", id: role },
      { project_id: target.ctx.project.id, of: "group", id: group },
    ];
    const before = await runJobs(target, []);
    await runJobs(target, jobs);
    expect(await runJobs(target, [])).toBe(before + 1); // the group of the role
    const holders = async () => (await nest.get(UserSearch).search(target.ctx, { roleKeys: ["editors"], first: 100, sortDirection: "asc" })).hits;
    expect(await holders()).toHaveLength(100);
    await rename(target, "auth_role", [role, "Redaktion"]);
    await runJobs(target, jobs);
    const found = await target.db.read((tx) =>
      tx.query<{ id: string }>("select user_id as id from user_search_term where project_id = $1 and term = 'wredaktion'", [target.ctx.project.id]),
    );
    expect(found.map(({ id }) => id).toSorted()).toEqual([...own, ...members].toSorted());
    expect(found.some(({ id }) => others.includes(id))).toBe(false);
  });

  it("can be a whole project", async () => {
    const target = await testProject();
    const ids = await addUsers(target, "ada", 1_200);
    await runJobs(target, [{ project_id: target.ctx.project.id, of: "all" }]);
    const rows = await target.db.read((tx) => tx.query("select user_id from user_search where project_id = $1", [target.ctx.project.id]));
    expect(rows).toHaveLength(ids.length);
    const pending = await runJobs(target, []);
    await nest.get(ReindexUserSet).all(target.ctx);
    expect(await runJobs(target, [])).toBe(pending + 1);
  });

  it("are dropped when they are malformed or their project is gone", async () => {
    const target = await testProject();
    const errors: string[] = [];
    const log = { ...quiet, error: (_: object, message: string) => void errors.push(message) };
    for (const job of [{}, { project_id: target.ctx.project.id, of: "role", id: "'" }, { project_id: target.ctx.project.id, of: "all", after: { user_id: "x", at: "" } }, null])
      await nest.get(ReindexUserSet).run(job, log);
    expect(errors).toHaveLength(4);
    await nest.get(ReindexUserSet).run({ project_id: "gone", of: "all" }, log);
    expect(errors).toHaveLength(4);
  });
});

describe("the sweep", () => {
  const later = () => new Date(Date.now() + 60_000);

  it("indexes users that no event told of, and those marked", async () => {
    const target = await testProject();
    const ids = await addUsers(target, "ada", 3);
    await nest.get(SweepDueUsers).run(new Date(), quiet);
    expect(await find(target, "ada")).toEqual([]); // their events may still come
    expect(await nest.get(SweepDueUsers).run(later(), quiet)).toBeGreaterThanOrEqual(3);
    expect((await find(target, "ada")).toSorted()).toEqual(ids.toSorted());
    await target.db.transaction(async (tx) => {
      await tx.query('update auth_user set standard_attributes = \'{"name": "countess"}\' where project_id = $1 and id = $2', [target.ctx.project.id, ids[0]]);
      await nest.get(UserDocuments).markForReindex(target.ctx, tx, ids.slice(0, 1));
    });
    expect(await nest.get(SweepDueUsers).run(later(), quiet)).toBe(1);
    expect(await find(target, "countess")).toEqual(ids.slice(0, 1));
    expect(await nest.get(SweepDueUsers).run(later(), quiet)).toBe(0);
  });

  it("goes on with other projects when one has an index that does not answer", async () => {
    const broken = await testProject({
      config: { search: { implementation: "elasticsearch" } },
      secrets: [{ key: "elasticsearch", data: { elasticsearch_url: "http://127.0.0.1:1" } }],
    });
    const [target, errors] = [await testProject(), [] as unknown[]];
    await addUsers(broken, "bob", 2);
    const [ada] = await addUsers(target, "ada");
    await nest.get(SweepDueUsers).run(later(), { ...quiet, error: (fields) => void errors.push(fields) });
    expect(errors).toMatchObject([{ project_id: broken.ctx.project.id }]);
    expect(await find(target, "ada1")).toEqual([ada]);
    const due = await broken.db.read((tx) => nest.get(UserDocuments).due(broken.ctx, tx, 10));
    expect(due).toHaveLength(2);
    await broken.db.read((tx) => tx.query("delete from auth_user where project_id = $1", [broken.ctx.project.id]));
  });
});

it("adds up the numbers of users", async () => {
  await addUsers(await testProject(), "ada");
  expect(await nest.get(MergeUserCounts).run()).toBeGreaterThanOrEqual(1);
});
