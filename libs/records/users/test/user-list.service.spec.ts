import { describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { UserCounts, UserListRead } from "@gatehouse/record-users";

const counts = new UserCounts();
const list = new UserListRead(counts);

/** So many users on each day, some at the same moment; every third never logged in twice. */
async function projectWith(days: Record<string, number>): Promise<TestProject> {
  const target = await testProject();
  await target.db.transaction(async (tx) => {
    for (const [day, users] of Object.entries(days))
      await tx.query(
        `insert into auth_user (project_id, id, created_at, updated_at, last_login_at)
         select $1, gen_random_uuid(), t, t, case when n % 3 > 0 then t + n * interval '1 day' end from generate_series(1, $3::int) n cross join lateral (select $2::timestamptz + (n / 2) * interval '7 seconds' as t) x`,
        [target.ctx.project.id, `${day}T00:00:00Z`, users],
      );
  });
  return target;
}
const total = (target: TestProject) => target.db.read((tx) => counts.total(target.ctx, tx));
const remaining = (target: TestProject) =>
  target.db.read((tx) => tx.queryOne<{ n: string }>("select count(*) as n from auth_user_count where project_id = $1", [target.ctx.project.id]));

describe("the number of users", () => {
  it("follows inserts, deletions and rollbacks, alone and in bulk", async () => {
    const target = await projectWith({ "2026-01-01": 5, "2026-01-03": 7 });
    const other = await projectWith({ "2026-01-01": 1 });
    expect(await total(target)).toBe(12);
    const rolledBack = target.db.transaction(async (tx) => {
      await tx.query("delete from auth_user where project_id = $1", [target.ctx.project.id]);
      expect(await counts.total(target.ctx, tx)).toBe(0);
      throw new Error("no");
    });
    await expect(rolledBack).rejects.toThrow("no");
    await target.db.read((tx) => tx.query("delete from auth_user where project_id = $1 and created_at < '2026-01-02'", [target.ctx.project.id]));
    expect([await total(target), await total(other)]).toEqual([7, 1]);
  });

  it("is the same when it is added up, by several at once", async () => {
    const target = await projectWith({ "2026-01-01": 5 });
    for (let n = 0; n < 5; n += 1)
      await target.db.read((tx) =>
        tx.query("insert into auth_user (project_id, id, created_at, updated_at) values ($1, gen_random_uuid(), '2026-01-01T05:00Z', now())", [target.ctx.project.id]),
      );
    await target.db.read((tx) =>
      tx.query("insert into auth_user (project_id, id, created_at, updated_at) values ($1, gen_random_uuid(), '2026-02-01', now())", [target.ctx.project.id]),
    );
    await target.db.read((tx) => tx.query("delete from auth_user where project_id = $1 and created_at = '2026-02-01'", [target.ctx.project.id]));
    expect((await remaining(target))?.n).toBe("8");
    await Promise.all([1, 2, 3].map(() => target.db.read((tx) => counts.merge(tx))));
    expect([await total(target), (await remaining(target))?.n]).toEqual([10, "1"]);
    expect(await target.db.read((tx) => counts.merge(tx))).toBe(0);
  });
});

describe("the weeks of logins", () => {
  const weeks = async ({ db, ctx }: TestProject) =>
    Object.fromEntries(
      (
        await db.read((tx) =>
          tx.query<{ week: string; users: string }>("select week::text, sum(users) as users from auth_user_login_count where project_id = $1 group by 1 having sum(users) <> 0", [
            ctx.project.id,
          ]),
        )
      ).map(({ week, users }) => [week, Number(users)]),
    );
  const rows = async ({ db, ctx }: TestProject) =>
    Number((await db.read((tx) => tx.queryOne<{ n: string }>("select count(*) as n from auth_user_login_count where project_id = $1", [ctx.project.id])))?.n);

  it("follow logins, inserts and deletions, and a login within the week writes nothing", async () => {
    const target = await testProject();
    const { db, ctx } = target;
    const change = (sql: string) => db.read((tx) => tx.query(sql, [ctx.project.id]));
    await change(
      "insert into auth_user (project_id, id, created_at, updated_at, last_login_at) select $1, gen_random_uuid(), now(), now(), t from unnest(array['2026-01-05T00:00Z', '2026-01-11T23:59Z', '2026-01-12T00:00Z', null]::timestamptz[]) t",
    );
    expect(await weeks(target)).toEqual({ "2026-01-05": 2, "2026-01-12": 1 });
    const before = await rows(target);
    await change("update auth_user set last_login_at = '2026-01-07T12:00Z', updated_at = now() where project_id = $1 and last_login_at < '2026-01-12'");
    expect(await rows(target)).toBe(before);
    await change("update auth_user set last_login_at = '2026-02-02T12:00Z' where project_id = $1 and (last_login_at is null or last_login_at >= '2026-01-12')");
    expect(await weeks(target)).toEqual({ "2026-01-05": 2, "2026-02-02": 2 });
    await Promise.all([1, 2, 3].map(() => db.read((tx) => counts.merge(tx))));
    expect([await weeks(target), await rows(target)]).toEqual([{ "2026-01-05": 2, "2026-02-02": 2 }, 2]);
    await change("delete from auth_user where project_id = $1 and last_login_at < '2026-02-01'");
    await change("update auth_user set last_login_at = null where project_id = $1");
    expect(await weeks(target)).toEqual({});
  });
});

describe("the list of users", () => {
  it.each(["created_at", "last_login_at"] as const)("shows everybody once by %s, whichever way a page is reached", async (sortBy) => {
    const target = await projectWith({ "2026-01-01": 1_700, "2026-01-02": 3, "2026-01-04": 2_400 });
    for (const [sortDirection, ties] of [
      ["desc", "id"],
      ["asc", "id desc"],
    ] as const) {
      const sql = `select id from auth_user where project_id = $1 order by ${sortBy} ${sortDirection} nulls last, ${ties}`;
      const expected = (await target.db.read((tx) => tx.query<{ id: string }>(sql, [target.ctx.project.id]))).map(({ id }) => id);
      const places = [0, 1, 999, 1_001, 1_199, 1_201, 1_650, 1_701, 2_050, 2_350, 2_399, 2_403, 2_410, 3_300, 3_999, 4_050, 4_102, 4_103, 9_999];
      // around every beginning of a week, and of those who never logged in twice
      for (let place = 1_010; place < 4_200; place += 90) places.push(place);
      for (const offset of places) {
        const page = await target.db.read((tx) => list.page(target.ctx, tx, { offset, limit: 100, sortBy, sortDirection }));
        expect(
          page.map(({ id }) => id),
          `${sortDirection} ${offset}`,
        ).toEqual(expected.slice(offset, offset + 100));
      }
    }
  });

  it("sorts by the login before the latest, not by the latest (quirk)", async () => {
    const target = await testProject();
    const rows = [
      ["2026-01-01", "2026-05-01"],
      ["2026-01-02", "2026-04-01"],
      [null, "2026-06-01"],
    ];
    await target.db.transaction(async (tx) => {
      for (const [last, login] of rows)
        await tx.query("insert into auth_user (project_id, id, created_at, updated_at, last_login_at, login_at) values ($1, gen_random_uuid(), now(), now(), $2, $3)", [
          target.ctx.project.id,
          last,
          login,
        ]);
    });
    const page = await target.db.read((tx) => list.page(target.ctx, tx, { offset: 0, limit: 10, sortBy: "last_login_at" }));
    expect(page.map(({ lastLoginAt }) => lastLoginAt?.toISOString().slice(0, 10))).toEqual(["2026-01-02", "2026-01-01", undefined]);
  });

  it.each([0, 3, 600])("shows those who never logged in twice last, in either direction: %i who did", async (timed) => {
    const target = await testProject();
    await target.db.read((tx) =>
      tx.query(
        `insert into auth_user (project_id, id, created_at, updated_at, last_login_at)
         select $1, gen_random_uuid(), now(), now(), case when n <= $2 then '2026-01-01'::timestamptz + n * interval '1 day' end from generate_series(1, 700) n`,
        [target.ctx.project.id, timed],
      ),
    );
    for (const [sortDirection, ties] of [
      ["desc", "id"],
      ["asc", "id desc"],
    ] as const) {
      const sql = `select id from auth_user where project_id = $1 order by last_login_at ${sortDirection} nulls last, ${ties}`;
      const expected = (await target.db.read((tx) => tx.query<{ id: string }>(sql, [target.ctx.project.id]))).map(({ id }) => id);
      for (const offset of [0, 1, 2, 3, 4, 550, 599, 600, 601, 699, 700, 800]) {
        const page = await target.db.read((tx) => list.page(target.ctx, tx, { offset, limit: 100, sortBy: "last_login_at", sortDirection }));
        expect(
          page.map(({ id }) => id),
          `${sortDirection} ${offset}`,
        ).toEqual(expected.slice(offset, offset + 100));
      }
    }
  });

  it("reads the last page by login when nobody, or everybody, logged in twice", async () => {
    const target = await projectWith({ "2026-01-01": 1_300 });
    const read = (offset: number, sortDirection: "asc" | "desc") =>
      target.db.read((tx) => list.page(target.ctx, tx, { offset, limit: 100, sortBy: "last_login_at", sortDirection }));
    for (const last of ["null", "'2026-01-07'"]) {
      await target.db.read((tx) => tx.query(`update auth_user set last_login_at = ${last} where project_id = $1`, [target.ctx.project.id]));
      const ids = (await target.db.read((tx) => tx.query<{ id: string }>("select id from auth_user where project_id = $1 order by id", [target.ctx.project.id]))).map(
        ({ id }) => id,
      );
      for (const offset of [1_100, 1_240]) {
        expect((await read(offset, "desc")).map(({ id }) => id)).toEqual(ids.slice(offset, offset + 100));
        expect((await read(offset, "asc")).map(({ id }) => id)).toEqual(ids.toReversed().slice(offset, offset + 100));
      }
      expect(await read(1_300, "desc")).toEqual([]);
    }
  });

  it("takes one statement for an early page and at most three for a late one", async () => {
    const target = await projectWith({ "2026-01-01": 3_000, "2026-01-02": 10 });
    const count = (offset: number) => statementCount.during(() => target.db.read((tx) => list.page(target.ctx, tx, { offset, limit: 100 })));
    expect((await count(500)).sql).toBe(1);
    const late = await count(2_950);
    expect(late.result).toHaveLength(60);
    expect(late.sql).toBeLessThanOrEqual(3);
  });

  it("threat: one project lists another's users", async () => {
    const [mine, other] = [await projectWith({ "2026-01-01": 2 }), await projectWith({ "2026-01-01": 1_500 })];
    expect(await mine.db.read((tx) => list.page(mine.ctx, tx, { offset: 0, limit: 100 }))).toHaveLength(2);
    expect(await mine.db.read((tx) => list.page(mine.ctx, tx, { offset: 1_200, limit: 100 }))).toEqual([]);
    expect(await other.db.read((tx) => list.page(other.ctx, tx, { offset: 1_450, limit: 100 }))).toHaveLength(50);
  });
});
