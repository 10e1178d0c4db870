import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { testModule, type TestModule, testProject } from "@gatehouse/platform-testing";
import { PostgresqlUserIndex, UserDocuments, UserSearchModule } from "@gatehouse/service-user-search";
import { addPerson } from "./people.js";
import { seedUsers } from "./seed-users.mjs";
import { userIndexContract } from "./user-index.contract.js";

let nest: TestModule;
beforeAll(async () => {
  nest = await testModule([UserSearchModule]);
});
afterAll(() => nest.close());
const index = () => nest.get(PostgresqlUserIndex);

userIndexContract({ name: "PostgreSQL", index, project: () => testProject(), caseSensitive: true, roles: "all" });

describe("the PostgreSQL driver", () => {
  it("indexes any number of users in four statements, and leaves a document alone that did not change", async () => {
    const target = await testProject();
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push(await addPerson(target, { email: `n${n}@example.com`, attributes: { name: `N ${n}` }, roles: ["r"] }));
    const counted = await statementCount.during(() => index().reindex(target.ctx, ids));
    expect(counted.sql, counted.statements.join("\n")).toBe(4);
    const versions = () =>
      target.db.read((tx) =>
        tx.query(
          "select xmin::text, ctid::text from user_search_term where project_id = $1 union all select xmin::text, ctid::text from user_search where project_id = $1 order by 1, 2",
          [target.ctx.project.id],
        ),
      );
    const before = await versions();
    expect(before.length).toBeGreaterThan(100);
    await index().reindex(target.ctx, ids);
    expect(await versions()).toEqual(before);
  });

  it("searches in at most three statements a keyword, five when it has several words", async () => {
    const target = await testProject();
    await index().reindex(target.ctx, [await addPerson(target, { email: "ada@example.com", attributes: { name: "Ada King" } })]);
    for (const [keyword, most] of [
      ["ada", 3],
      ["ada king", 5],
    ] as const) {
      const counted = await statementCount.during(() => index().search(target.ctx, { keyword, first: 20 }));
      expect(counted.result.hits).toHaveLength(1);
      expect(counted.sql).toBeLessThanOrEqual(most);
    }
  });

  it("never counts", async () => {
    const target = await testProject();
    expect(await index().search(target.ctx, { keyword: "ada", first: 20 })).toEqual({ hits: [], totalCount: null });
  });

  it("keeps a mark that was set while the user was being indexed", async () => {
    const target = await testProject();
    const documents = nest.get(UserDocuments);
    const id = await addPerson(target, {});
    const due = () => target.db.read((tx) => documents.due(target.ctx, tx, 10));
    expect(await due()).toEqual([id]); // whoever writes a user
    const batch = await target.db.read((tx) => documents.read(target.ctx, tx, [id]));
    await target.db.read((tx) => documents.markForReindex(target.ctx, tx, [id]));
    await target.db.read((tx) => documents.clearMarks(target.ctx, tx, batch));
    expect(await due()).toEqual([id]);
    await index().reindex(target.ctx, [id]);
    expect(await due()).toEqual([]);
    await target.db.read((tx) => documents.markForReindex(target.ctx, tx, [id]));
    expect(await due()).toEqual([id]);
  });

  it("finds the same whether a beginning is merged, gathered or looked for in the list", async () => {
    const target = await testProject();
    const project = target.ctx.project.id;
    await target.db.transaction(async (tx) => {
      await tx.query(
        `insert into user_search (project_id, user_id, created_at, last_login_at, terms, document) select $1, md5($1 || n)::uuid, '2026-01-01'::timestamptz - n * interval '1 second', case when n % 3 > 0 then '2026-01-01'::timestamptz - (n * 7 % 1009) * interval '1 hour' else '-infinity' end,
           array['~name' || lpad(n::text, 6, '0')], '{}' from generate_series(1, 10200) n`,
        [project],
      );
      await tx.query("insert into user_search_term select project_id, terms[1], created_at, user_id, last_login_at from user_search where project_id = $1", [project]);
    });
    const expected = async (begins: string, order: string) =>
      (
        await target.db.read((tx) =>
          tx.query<{ id: string }>(`select user_id as id from user_search where project_id = $1 and terms[1] like $2 order by ${order} limit 100`, [project, `~${begins}%`]),
        )
      ).map(({ id }) => id);
    for (const begins of ["name000001", "name00010", "name00", "name0", "name01"]) {
      for (const [sortBy, sortDirection, order] of [
        ["created_at", "desc", "created_at desc, user_id desc"],
        ["created_at", "asc", "created_at, user_id"],
        ["last_login_at", "desc", "last_login_at desc, user_id desc"],
      ] as const) {
        const { hits } = await index().search(target.ctx, { keyword: begins, first: 100, sortBy, sortDirection });
        expect(
          hits.map(({ userId }) => userId),
          `${begins} ${order}`,
        ).toEqual(await expected(begins, order));
      }
    }
  });

  it("looks further when a common beginning is rare at the page", async () => {
    const target = await testProject();
    const project = target.ctx.project.id;
    // 21,000 newer users without the beginning, 10,100 older ones with it, all different
    await target.db.transaction(async (tx) => {
      await tx.query(
        `insert into user_search (project_id, user_id, created_at, last_login_at, terms, document) select $1, md5($1 || n)::uuid, '2026-01-01'::timestamptz - n * interval '1 second', '-infinity', array[case when n > 21000 then '~old' || n else '~new' || n end], '{}' from generate_series(1, 31100) n`,
        [project],
      );
      await tx.query("insert into user_search_term select project_id, terms[1], created_at, user_id, last_login_at from user_search where project_id = $1", [project]);
    });
    const { hits } = await index().search(target.ctx, { keyword: "old", first: 3 });
    const expected = await target.db.read((tx) => tx.query<{ id: string }>("select md5($1 || n)::uuid as id from generate_series(21001, 21003) n", [project]));
    expect(hits.map(({ userId }) => userId)).toEqual(expected.map(({ id }) => id));
    expect((await index().search(target.ctx, { keyword: "new", first: 2, sortDirection: "asc" })).hits).toHaveLength(2);
  });

  it("intersects what many users have and few have together", async () => {
    const target = await testProject();
    const project = target.ctx.project.id;
    // a and b alternate among 22,000 users; only the two oldest have both; c is a beginning that everybody has in a form of his own
    await target.db.transaction(async (tx) => {
      await tx.query(
        `insert into user_search (project_id, user_id, created_at, last_login_at, terms, document) select $1, md5($1 || n)::uuid, '2026-01-01'::timestamptz - n * interval '1 second', '-infinity', terms, '{}'
         from generate_series(1, 22000) n cross join lateral (select case when n > 21998 then array['ra', 'rb'] when n % 2 = 0 then array['ra'] else array['rb'] end || ('~cee' || n) as terms) x`,
        [project],
      );
      await tx.query("insert into user_search_term select project_id, t, created_at, user_id, last_login_at from user_search, unnest(terms) t where project_id = $1", [project]);
    });
    const idsOf = async (...numbers: number[]) =>
      (await target.db.read((tx) => tx.query<{ id: string }>("select md5($1 || n)::uuid as id from unnest($2::int[]) n", [project, numbers]))).map(({ id }) => id);
    const search = async (query: object) => (await index().search(target.ctx, { first: 100, ...query })).hits.map(({ userId }) => userId);
    const counted = await statementCount.during(() => search({ roleKeys: ["a", "b"] }));
    expect(counted.result).toEqual(await idsOf(21_999, 22_000));
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(8);
    expect(counted.statements.some((sql) => sql.includes("user_search_keys("))).toBe(true);
    expect(await search({ roleKeys: ["a", "b"], sortDirection: "asc", first: 1 })).toEqual(await idsOf(22_000));
    expect(await search({ roleKeys: ["a", "b"], keyword: "cee" })).toEqual(await idsOf(21_999, 22_000));
    expect(await search({ roleKeys: ["a"], keyword: "cee", first: 2 })).toEqual(await idsOf(2, 4));
    expect(await search({ roleKeys: ["a", "b"], keyword: "cee21" })).toEqual(await idsOf(21_999));
  });

  it("agrees with the benchmark's seed on the documents of users", async () => {
    const target = await testProject();
    await seedUsers(target.env.databaseUrl, { projectId: target.ctx.project.id, users: 100 });
    const rows = () =>
      target.db.read((tx) =>
        tx.query(
          "select user_id, created_at, last_login_at, terms, document - array['created_at', 'updated_at', 'last_login_at'] as document from user_search where project_id = $1 order by 1",
          [target.ctx.project.id],
        ),
      );
    const seeded = await rows();
    await index().reindex(
      target.ctx,
      seeded.map((row) => row.user_id as string),
    );
    expect(await rows()).toEqual(seeded);
  });
});
