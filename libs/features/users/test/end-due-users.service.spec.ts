import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Log, UserId } from "@gatehouse/domain-project";
import { EndDueUsers, UserJobsModule } from "@gatehouse/feature-users";
import { type TestModule, testModule, testPlatform, testProject } from "@gatehouse/platform-testing";
import { Accounts } from "@gatehouse/record-accounts";
import { AccountSchedule } from "@gatehouse/record-users";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { AnonymizeUser } from "../src/use-cases/anonymize-user.js";
import { DeleteUser } from "../src/use-cases/delete-user.js";
import { rowsOf, told, usersWith } from "./due-users.js";

let workers: TestModule[];
beforeAll(async () => {
  workers = [await testModule([UserJobsModule]), await testModule([UserJobsModule])];
});
afterAll(async () => {
  for (const worker of workers) await worker.close();
});

const DELETION = "is_indefinitely_disabled = true, delete_at = now() - interval '1 minute', delete_reason = 'asked'";
const ANONYMIZATION = "is_indefinitely_disabled = true, anonymize_at = now() - interval '1 minute'";
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const run = (worker = workers[0] as TestModule, log = quiet) => worker.get(EndDueUsers).run(new Date(), log);

/** The job with some of its parts replaced. */
async function jobWith(parts: { schedule?: Partial<AccountSchedule>; remove?: Partial<DeleteUser> }): Promise<EndDueUsers> {
  const { get } = workers[0] as TestModule;
  const own = <T extends object>(real: T, change: Partial<T> = {}): T => Object.assign(Object.create(real) as T, change);
  const schedule = own(get(AccountSchedule), parts.schedule);
  return new EndDueUsers((await testPlatform()).db, get(ProjectRegistry), schedule, get(Accounts), own(get(DeleteUser), parts.remove), get(AnonymizeUser));
}

describe("users whose grace period is over", () => {
  it("are deleted, and told of as they were, by the system", async () => {
    const project = await testProject();
    const [id] = await usersWith(project, DELETION);
    await run();
    expect(await rowsOf(project)).toEqual([]);
    expect(await told(project)).toMatchObject([
      {
        type: "user.deleted",
        user_id: id,
        payload: { reason: "asked", user: { id, is_disabled: true, delete_reason: "asked", standard_attributes: { email: "1@example.com" } } },
        context: { triggered_by: "system" },
      },
    ]);
  });

  it("are anonymized, by the system", async () => {
    const project = await testProject();
    const [id] = await usersWith(project, ANONYMIZATION);
    await run();
    expect(await rowsOf(project)).toMatchObject([{ id, is_anonymized: true, anonymize_at: null, standard_attributes: {}, is_disabled: true, anonymized_at: expect.any(Date) }]);
    expect(await project.db.read((tx) => tx.query("select 1 from identity where project_id = $1", [project.project.id]))).toEqual([]);
    expect(await told(project)).toMatchObject([{ type: "user.anonymized", user_id: id, payload: { user: { is_anonymized: true } }, context: { triggered_by: "system" } }]);
    await run();
    expect(await told(project)).toHaveLength(1);
  });

  it("are deleted when they were anonymized before, or by their own wish", async () => {
    const project = await testProject();
    await usersWith(project, `is_anonymized = true, ${DELETION}`);
    await usersWith(project, `is_deactivated = true, ${DELETION.replace("asked", "end user request")}`);
    await run();
    expect(await rowsOf(project)).toEqual([]);
    expect((await told(project)).map(({ payload }) => payload.reason).sort()).toEqual(["asked", "end user request"]);
  });

  it("are nobody else: not those whose time is yet to come, nor those without one", async () => {
    const project = await testProject();
    const later = (columns: string) => columns.replace("now() - interval '1 minute'", "now() + interval '1 minute'");
    for (const columns of [later(DELETION), later(ANONYMIZATION), "is_indefinitely_disabled = true", "disable_reason = null"]) await usersWith(project, columns);
    const before = await rowsOf(project);
    await run();
    expect([await rowsOf(project), await told(project)]).toEqual([before, []]);
  });
});

describe("several workers at once", () => {
  it("end each user once, more of them than a batch holds", async () => {
    const project = await testProject();
    const deleted = await usersWith(project, DELETION, 130);
    const anonymized = await usersWith(project, ANONYMIZATION, 20);
    const counts = await Promise.all(workers.map((worker) => run(worker)));
    const events = await told(project);
    const of = (type: string) => events.filter((event) => event.type === type).map(({ user_id }) => user_id);
    expect(of("user.deleted").sort()).toEqual([...deleted].sort());
    expect(of("user.anonymized").sort()).toEqual([...anonymized].sort());
    expect(counts.map(({ deleted: n }) => n).reduce((a, b) => a + b)).toBe(130);
    expect((await rowsOf(project)).map(({ id }) => id)).toEqual([...anonymized].sort());
  });

  it("pass over a user whom somebody holds, and do not wait for him", async () => {
    const project = await testProject();
    const [held, free] = await usersWith(project, DELETION, 2);
    await project.db.transaction(async (tx) => {
      await tx.query("select 1 from auth_user where project_id = $1 and id = $2 for update", [project.project.id, held]);
      await run();
      expect((await rowsOf(project)).map(({ id }) => id)).toEqual([held]);
    });
    await run();
    expect((await told(project)).map(({ user_id }) => user_id)).toEqual([free, held]);
  });

  it("leave a user in peace whose end was called off since he was found", async () => {
    const project = await testProject();
    const [id] = await usersWith(project, DELETION);
    const due: AccountSchedule["due"] = async (tx, what) => {
      if (what !== "deletion") return [];
      await tx.query("update auth_user set delete_at = null where project_id = $1 and id = $2", [project.project.id, id]);
      return [{ projectId: project.project.id, id: id as UserId, at: new Date().toISOString() }];
    };
    const { failed } = await (await jobWith({ schedule: { due } })).run(new Date(), quiet);
    expect([failed, (await rowsOf(project)).length, await told(project)]).toEqual([0, 1, []]);
  });
});

describe("a user who cannot be ended", () => {
  it("does not keep the others, is logged without what he said of himself, and is tried again", async () => {
    const project = await testProject();
    const ids = await usersWith(project, DELETION, 3);
    const bad = [...ids].sort()[0];
    const errors: object[] = [];
    const held: DeleteUser["held"] = async (ctx, tx, input) => {
      const deleted = await (workers[0] as TestModule).get(DeleteUser).held(ctx, tx, input);
      if (input.facts.user.id === bad) throw new Error("no");
      return deleted;
    };
    const count = await (await jobWith({ remove: { held } })).run(new Date(), { ...quiet, error: (fields) => void errors.push(fields) });
    expect(count).toMatchObject({ deleted: 2, failed: 1 });
    expect(errors).toEqual([{ err: new Error("no"), project: project.project.id, user: bad, what: "deletion" }]);
    expect((await rowsOf(project)).map(({ id }) => id)).toEqual([bad]);
    expect(await told(project)).toHaveLength(2);
    await run();
    expect(await rowsOf(project)).toEqual([]);
  });

  it("of a project that cannot be read keeps no other project; nobody of a project that is gone is touched", async () => {
    const [broken, gone, good] = [await testProject(), await testProject(), await testProject()];
    for (const project of [broken, gone, good]) await usersWith(project, DELETION);
    await gone.db.read((tx) => tx.query("delete from project where id = $1", [gone.project.id]));
    await broken.db.read((tx) => tx.query("update project_file set content = 'x: [' where project_id = $1", [broken.project.id]));
    const { failed } = await run(workers[1]);
    expect(failed).toBe(1);
    expect([await rowsOf(broken), await rowsOf(gone), await rowsOf(good)].map(({ length }) => length)).toEqual([1, 1, 0]);
    await good.db.read((tx) => tx.query("delete from auth_user where project_id = any($1)", [[broken.project.id, gone.project.id]]));
  });
});
