import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database, isUniqueViolation, statementCount } from "@gatehouse/platform-postgres";

let db: Database;
beforeAll(async () => {
  db = await Database.connect({ url: process.env.TEST_DATABASE_URL as string, poolSize: 4 });
  await db.read((tx) => tx.query("create table if not exists platform_postgres_probe (id int primary key, v text)"));
});
afterAll(async () => {
  await db.read((tx) => tx.query("drop table platform_postgres_probe"));
  await db.close();
});

describe("Database", () => {
  it("returns the rows of selects, inserts, updates and deletes", async () => {
    const rows = await db.transaction(async (tx) => [
      await tx.query("insert into platform_postgres_probe values ($1, $2) returning id", [1, "a"]),
      await tx.query("update platform_postgres_probe set v = $1 returning v", ["b"]),
      await tx.query("with x as (update platform_postgres_probe set v = 'c' returning v) select v from x"),
      await tx.query("delete from platform_postgres_probe returning id"),
    ]);
    expect(rows).toEqual([[{ id: 1 }], [{ v: "b" }], [{ v: "c" }], [{ id: 1 }]]);
  });

  it("rolls back when the work throws, and does not run what waits for the commit", async () => {
    let ran = false;
    const work = db.transaction(async (tx) => {
      tx.afterCommit(() => {
        ran = true;
      });
      await tx.query("insert into platform_postgres_probe values (2, 'x')");
      throw new Error("no");
    });
    await expect(work).rejects.toThrow("no");
    expect(await db.read((tx) => tx.query("select 1 as one from platform_postgres_probe where id = 2"))).toEqual([]);
    expect(ran).toBe(false);
  });

  it("does all that is to be done after the commit, in order, although some of it fails", async () => {
    const done: number[] = [];
    const fails = (message: string) => () => {
      throw new Error(message);
    };
    const work = db.transaction(async (tx) => {
      tx.afterCommit(async () => Promise.reject(new Error("first")));
      tx.afterCommit(async () => void done.push(1));
      tx.afterCommit(fails("second"));
      tx.afterCommit(() => void done.push(2));
      await tx.query("insert into platform_postgres_probe values (20, 'x')");
    });
    await expect(work).rejects.toThrow("first");
    expect(done).toEqual([1, 2]);
    expect(await db.read((tx) => tx.query("select 1 as one from platform_postgres_probe where id = 20"))).toEqual([{ one: 1 }]);
  });

  it("knows that a transaction is open, and names a broken unique constraint", async () => {
    expect(Database.isInTransaction()).toBe(false);
    const error = await db
      .transaction(async (tx) => {
        expect(Database.isInTransaction()).toBe(true);
        await tx.query("insert into platform_postgres_probe values (3, 'x'), (3, 'y')");
      })
      .catch((e: unknown) => e);
    expect(isUniqueViolation(error, "platform_postgres_probe_pkey")).toBe(true);
    expect(isUniqueViolation(error, "other")).toBe(false);
  });

  it("counts statements of one unit of work, without BEGIN and COMMIT", async () => {
    const { sql } = await statementCount.during(() =>
      db.transaction(async (tx) => {
        await tx.query("select 1");
        await tx.query("select 2");
      }),
    );
    expect(sql).toBe(2);
  });
});
