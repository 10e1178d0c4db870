import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserId } from "@gatehouse/domain-project";
import { AnonymizeUser, DeleteUser, ScheduleEnd, SetDisabledStatus, SetGracePeriod, SetValidPeriod, UnscheduleEnd, UsersModule } from "@gatehouse/feature-users";
import { statementCount } from "@gatehouse/platform-postgres";
import { type TestModule, type TestProject, testModule, testProject } from "@gatehouse/platform-testing";
import { rowsOf, told, usersWith } from "./due-users.js";

let module: TestModule;
let project: TestProject;
let userId: UserId;
beforeAll(async () => {
  module = await testModule([UsersModule]);
});
afterAll(() => module.close());
beforeEach(async () => {
  project = await testProject();
  userId = (await usersWith(project, "disable_reason = null"))[0] as UserId;
});

type UseCase = { run(ctx: unknown, tx: unknown, input: never): Promise<unknown> };
const run = (useCase: new (...args: never[]) => UseCase, input: object = {}): Promise<unknown> =>
  project.db.transaction((tx) => (module.get(useCase as never) as UseCase).run(project.ctx, tx, { userId, ...input } as never));
const schedule = async (what: "deletion" | "anonymization"): Promise<unknown> => run(ScheduleEnd, await module.get(ScheduleEnd).prepare(project.ctx, { userId, what }));

describe("statements of the lifecycle of a user", () => {
  // The row is held, the facts are read; then sign-ons are held, and sessions, grants, status and the event.
  it.each<[string, number, () => Promise<unknown>]>([
    ["disabling", 7, () => run(SetDisabledStatus, { isDisabled: true })],
    ["a valid period that holds", 4, () => run(SetValidPeriod, { until: new Date(Date.now() + 60_000) })],
    ["scheduling a deletion", 8, () => schedule("deletion")],
    ["scheduling an anonymization", 8, () => schedule("anonymization")],
    ["anonymizing", 9, () => run(AnonymizeUser)],
    ["deleting", 8, () => run(DeleteUser)],
    ["a grace period", 4, () => run(SetGracePeriod, { endAt: new Date(Date.now() + 60_000) })],
  ])("%s takes %i", async (_name, most, work) => {
    const counted = await statementCount.during(work);
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(most);
  });
});

describe("two administrators at once", () => {
  const reasons = (results: PromiseSettledResult<unknown>[]) => results.flatMap((one) => (one.status === "rejected" ? [one.reason.reason] : []));

  it("disable a user once", async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => run(SetDisabledStatus, { isDisabled: true })));
    expect(reasons(results)).toEqual(["InvalidAccountStatusTransition", "InvalidAccountStatusTransition"]);
    expect(await told(project)).toHaveLength(1);
  });

  it("schedule one end or the other, each change on top of the one before", async () => {
    await Promise.allSettled([schedule("deletion"), schedule("anonymization"), schedule("deletion"), schedule("anonymization")]);
    const [row] = await rowsOf(project);
    expect([row.delete_at, row.anonymize_at].filter((at) => at !== null)).toHaveLength(1);
    const types = (await told(project)).map(({ type }) => type);
    expect(types.every((type, at) => type !== types[at - 1])).toBe(true);
  });

  it("do not both delete and anonymize: a user who is gone is not found", async () => {
    const results = await Promise.allSettled([run(DeleteUser), run(AnonymizeUser)]);
    expect(await rowsOf(project)).toEqual([]);
    expect(reasons(results).every((reason) => reason === "UserNotFound")).toBe(true);
  });

  it("and a change that is rolled back leaves nothing, and ends no session", async () => {
    const now = "now(), now(), '{}', '{}', now()";
    await project.db.read((tx) =>
      tx.query(
        `insert into idp_session (project_id, id, user_id, token_hash, created_at, authenticated_at, initial_access, last_access, last_access_at) values ($1, gen_random_uuid(), $2, 'h', ${now})`,
        [project.project.id, userId],
      ),
    );
    const before = await rowsOf(project);
    const failing = project.db.transaction(async (tx) => {
      await module.get(AnonymizeUser).run(project.ctx, tx, { userId });
      throw new Error("later");
    });
    await expect(failing).rejects.toThrow("later");
    const sessions = await project.db.read((tx) => tx.query("select 1 from idp_session where project_id = $1", [project.project.id]));
    expect([await rowsOf(project), sessions.length, await told(project)]).toEqual([before, 1, []]);
  });
});

describe("users of another project (tenant isolation)", () => {
  it("are not found by any use case", async () => {
    const other = userId;
    project = await testProject();
    userId = other;
    const all: [new (...args: never[]) => UseCase, object][] = [
      [SetDisabledStatus, { isDisabled: true }],
      [SetValidPeriod, { from: null }],
      [UnscheduleEnd, { what: "deletion" }],
      [AnonymizeUser, {}],
      [DeleteUser, {}],
      [SetGracePeriod, { endAt: null }],
    ];
    for (const [useCase, input] of all) await expect(run(useCase, input)).rejects.toMatchObject({ reason: "UserNotFound" });
    await expect(schedule("deletion")).rejects.toMatchObject({ reason: "UserNotFound" });
  });
});
