import { beforeAll, describe, expect, it } from "vitest";
import { toGlobalId } from "@gatehouse/platform-graphql";
import { statementCount } from "@gatehouse/platform-postgres";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { UserSearch } from "@gatehouse/service-user-search";
import { seedUsers } from "@gatehouse/service-user-search/seeding";
import { FakeElasticsearch } from "@gatehouse/service-user-search/testing";
import { type AdminClient, adminClient } from "./admin-client.js";

let admin: AdminClient;
beforeAll(async () => {
  admin = await adminClient();
});

const USERS = `query($keyword: String, $roles: [String!], $groups: [String!], $by: UserSortBy, $direction: SortDirection, $first: Int, $last: Int, $after: String, $before: String) {
  users(searchKeyword: $keyword, roleKeys: $roles, groupKeys: $groups, sortBy: $by, sortDirection: $direction, first: $first, last: $last, after: $after, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } }`;
const users = (target: TestProject, variables: object = {}) => admin.ask(target, USERS, { variables });
const cursorOf = (offset: number) => Buffer.from(`offset:${offset}`).toString("base64url");
const idsOf = (answer: { data?: any }): string[] => answer.data.users.edges.map((edge: any) => edge.node.id);

/** A project with users of the benchmark, and their ids, newest first. */
async function seeded(count: number, options: Parameters<typeof testProject>[0] = {}): Promise<{ target: TestProject; ids: string[] }> {
  const target = await testProject(options);
  await seedUsers(target.env.databaseUrl, { projectId: target.ctx.project.id, users: count });
  const rows = await target.db.read((tx) => tx.query<{ id: string }>("select id from auth_user where project_id = $1 order by created_at desc, id", [target.ctx.project.id]));
  return { target, ids: rows.map(({ id }) => toGlobalId("User", id)) };
}

describe("the list of users", () => {
  it("probe 11: 100 of 150 users for first:500, InvalidQuery for last:5", async () => {
    const { target, ids } = await seeded(150);
    const page = (await users(target, { first: 500 })).data.users;
    expect(page.edges).toHaveLength(100);
    expect(page).toMatchObject({ totalCount: 150, pageInfo: { hasNextPage: true, hasPreviousPage: true, startCursor: "b2Zmc2V0OjA", endCursor: cursorOf(99) } });
    expect((await users(target, { last: 5 })).errors?.[0]).toMatchObject({ message: "unsupported pagination", extensions: { errorName: "BadRequest", reason: "InvalidQuery" } });
    expect((await users(target, { before: cursorOf(5) })).errors?.[0].extensions.reason).toBe("InvalidQuery");
    for (const after of ["x", "b2Zmc2V0OjA=", "MjAyNi0", cursorOf(-1)])
      expect((await users(target, { after })).errors?.[0].extensions).toMatchObject({ errorName: "Invalid", reason: "InvalidCursor" });
    expect(idsOf(await users(target))).toEqual(ids.slice(0, 100));
    const last = await users(target, { first: 100, after: cursorOf(99) });
    expect(idsOf(last)).toEqual(ids.slice(100));
    expect(last.data.users.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true, endCursor: cursorOf(149) });
    expect((await users(target, { first: 10, after: cursorOf(149) })).data.users).toMatchObject({
      edges: [],
      totalCount: 150,
      pageInfo: { hasNextPage: false, startCursor: "", endCursor: "" },
    });
    expect(idsOf(await users(target, { last: 2, after: cursorOf(4), before: cursorOf(10) }))).toEqual(ids.slice(8, 10));
    expect(idsOf(await users(target, { direction: "ASC", first: 3 }))).toEqual(ids.toReversed().slice(0, 3));
  });

  it("treats empty keywords and filters as none", async () => {
    const { target } = await seeded(2);
    for (const variables of [{ keyword: "" }, { keyword: "  " }, { roles: [], groups: [] }, { keyword: null, roles: null }])
      expect((await users(target, variables)).data.users).toMatchObject({ totalCount: 2, edges: [{}, {}] });
  });

  it("probe 38: 100 users with roles and groups take a bounded number of statements", async () => {
    const { target } = await seeded(120);
    const query =
      "{ users(first: 100) { totalCount edges { node { id standardAttributes roles { edges { node { key } } } groups { edges { node { key } } } effectiveRoles { edges { node { key } } } } } } }";
    const counted = await statementCount.during(() => admin.ask(target, query));
    expect(counted.result.data.users.edges).toHaveLength(100);
    expect(counted.result.data.users.edges[0].node.roles.edges).toMatchObject([{ node: { key: "member" } }]);
    const perTable = (table: string) => counted.statements.filter((sql) => new RegExp(`\\b(from|join) ${table}\\b`).test(sql)).length;
    for (const table of ["verified_claim", "user_role", "user_group"]) expect(perTable(table), table).toBeLessThanOrEqual(10);
    expect(perTable("verified_claim")).toBeLessThanOrEqual(5);
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(24); // project, page, total, and five batches of each of four loaders
  });
});

describe("the search of users", () => {
  it("answers by keyword, roles and groups, newest first, without a total count", async () => {
    const { target, ids } = await seeded(250);
    const domain = await users(target, { keyword: "mail.example", first: 10 });
    expect(domain.data.users).toMatchObject({ totalCount: null, pageInfo: { hasNextPage: true, hasPreviousPage: true } });
    expect(idsOf(domain)).toEqual(ids.filter((_, index) => index % 4 === 0).slice(0, 10));
    expect(idsOf(await users(target, { roles: ["editor"], groups: ["staff"] }))).toEqual([ids[99], ids[199]]);
    expect(idsOf(await users(target, { roles: ["editor", "member"] }))).toEqual([]);
    expect(idsOf(await users(target, { roles: ["editor"], keyword: "ADA", direction: "ASC", first: 1 }))).toEqual([ids[239]]);
    expect(idsOf(await users(target, { keyword: `  ${"+85250000007"}  ` }))).toEqual([ids[6]]);
  });

  it("pages to the end by its own cursors and honours nothing but first and after", async () => {
    const { target, ids } = await seeded(250);
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const answer = await users(target, { keyword: "school.example", first: 25, after, last: 1, before: "nonsense" });
      seen.push(...idsOf(answer));
      const { hasNextPage, endCursor } = answer.data.users.pageInfo;
      expect(endCursor).toBe(answer.data.users.edges.at(-1)?.cursor ?? "");
      if (!hasNextPage) break;
      after = endCursor;
    }
    expect(seen).toEqual(ids.filter((_, index) => index % 4 === 2));
    for (const after of [cursorOf(1), "x"]) expect((await users(target, { keyword: "mail.example", after })).errors?.[0].extensions.reason).toBe("InvalidCursor");
  });

  it("drops users who are gone and not indexed yet", async () => {
    const { target, ids } = await seeded(3);
    await target.db.read((tx) => tx.query("delete from auth_user where project_id = $1 and standard_attributes ->> 'phone_number' = '+85250000002'", [target.ctx.project.id]));
    expect(idsOf(await users(target, { keyword: "+8525", first: 3 }))).toEqual([ids[0], ids[2]]);
    expect((await users(target, { keyword: "+8525", first: 3 })).data.users.pageInfo.hasNextPage).toBe(true);
  });

  it("takes at most four statements", async () => {
    const { target } = await seeded(30);
    await users(target);
    for (const variables of [{ keyword: "ada" }, { keyword: "example.com", roles: ["member"], groups: ["staff"] }, { roles: ["member"], by: "LAST_LOGIN_AT" }]) {
      const counted = await statementCount.during(() => users(target, variables));
      expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(4); // rules of the transaction, terms, page, users
    }
  });

  it("counts the hits with Elasticsearch, where any role of a list will do", async () => {
    const fake = await FakeElasticsearch.start();
    const { target, ids } = await seeded(30, {
      config: { search: { implementation: "elasticsearch" } },
      secrets: [{ key: "elasticsearch", data: { elasticsearch_url: fake.url } }],
    });
    expect((await users(target, { keyword: "nobody" })).data.users).toMatchObject({ totalCount: 0, edges: [] });
    const rows = await target.db.read((tx) => tx.query<{ id: string }>("select id from auth_user where project_id = $1", [target.ctx.project.id]));
    const search = admin.service.nest.get(UserSearch, { strict: false });
    await search.reindex(
      target.ctx,
      rows.map(({ id }) => id),
    );
    const page = await users(target, { roles: ["editor", "member"], first: 2 });
    expect(page.data.users).toMatchObject({ totalCount: 30, pageInfo: { hasNextPage: true } });
    expect(idsOf(page)).toEqual(ids.slice(0, 2));
    expect(idsOf(await users(target, { roles: ["editor", "member"], first: 2, after: page.data.users.pageInfo.endCursor }))).toEqual(ids.slice(2, 4));
    await fake.close();
  });

  it("answers SearchDisabled when the project has none or no credentials; the list goes on", async () => {
    for (const implementation of ["none", "elasticsearch"]) {
      const { target } = await seeded(1, { config: { search: { implementation } } });
      for (const variables of [{ keyword: "ada" }, { roles: ["member"] }, { groups: ["staff"] }])
        expect((await users(target, variables)).errors?.[0]).toMatchObject({ message: "search is disabled", extensions: { errorName: "InternalError", reason: "SearchDisabled" } });
      expect((await users(target)).data.users.totalCount).toBe(1);
    }
  });

  it("threat: a keyword with wildcards, quotes, NUL or 10 kB finds nothing and breaks nothing", async () => {
    const { target } = await seeded(20);
    for (const keyword of ["%", "___", "%lan%", "'; drop table auth_user; --", '"}', "a\0b", "\0", "\\", "x".repeat(10_240), "ada ".repeat(2_560), "\ud800ab"]) {
      const answer = await users(target, { keyword });
      expect(answer.errors, JSON.stringify(keyword.slice(0, 20))).toBeUndefined();
      expect(answer.data.users.edges, JSON.stringify(keyword.slice(0, 20))).toEqual([]);
    }
    for (const roles of [["\0"], ["%"], Array.from({ length: 5_000 }, (_, n) => `r${n}`)]) expect((await users(target, { roles })).data.users.edges).toEqual([]);
  });

  it("threat: cursors, role keys and user ids of another project find nothing here", async () => {
    const [{ target: mine, ids }, { target: other, ids: theirs }] = [await seeded(12), await seeded(12)];
    const { cursor } = (await users(other, { keyword: "+8525", first: 1 })).data.users.edges[0];
    for (const variables of [{ keyword: "+8525" }, { keyword: "+8525", after: cursor }, { roles: ["editor"] }, { roles: ["member"], after: cursor }, {}])
      for (const id of idsOf(await users(mine, variables))) expect(ids).toContain(id);
    const [raw] = await other.db.read((tx) => tx.query<{ id: string }>("select id from auth_user where project_id = $1 limit 1", [other.ctx.project.id]));
    expect(idsOf(await users(mine, { keyword: raw?.id }))).toEqual([]);
    expect(idsOf(await users(other, { keyword: raw?.id }))).toHaveLength(1);
    expect(theirs).toHaveLength(12);
  });
});

it("probe 13: roles that no keyword matches still count", async () => {
  const { target } = await seeded(1);
  expect((await admin.ask(target, '{ roles(searchKeyword: "zzz") { totalCount edges { cursor } } }')).data.roles).toEqual({ totalCount: 3, edges: [] });
});
