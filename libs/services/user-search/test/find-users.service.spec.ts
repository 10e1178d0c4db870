import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { testModule, type TestModule, type TestProject, testProject } from "@gatehouse/platform-testing";
import { PostgresqlUserIndex, UserSearchModule, type UserSearchQuery } from "@gatehouse/service-user-search";

const USERS = 24_000;
/** What each user n has: roles that many share, alone, in stretches of the list and by their ids, and a beginning in forms of his own, some in several. */
const TERMS = `array_remove(array[
    case when n % 2 = 0 then 'ra' end, case when n % 3 = 0 then 'rb' end, case when n <= 12000 then 'rc' end, case when n > 10900 then 'rd' end, case when n % 2 = 1 then 're' end,
    case when n % 9 = 0 then 'rf' end, case when n > 23990 then 'rg' end,
    case when left(md5($1 || n), 1) >= '8' then 'rh' else 'ri' end] || case when n <= 15000 then array(select '~own' || n || '.' || k from generate_series(1, case when n % 7 = 0 then 6 else 1 end) k) end, null)`;

interface Row {
  id: string;
  created_at: string;
  last_login_at: string;
  terms: string[];
}

let nest: TestModule;
let target: TestProject;
let rows: Row[];
beforeAll(async () => {
  nest = await testModule([UserSearchModule]);
  target = await testProject();
  const project = target.ctx.project.id;
  await target.db.transaction(async (tx) => {
    await tx.query(
      `insert into user_search (project_id, user_id, created_at, last_login_at, terms, document) select $1, md5($1 || n)::uuid, '2026-01-01'::timestamptz - (case when n between 3000 and 9000 then 3000 else n end) * interval '1 hour', case when n % 5 > 1 then '2026-01-01'::timestamptz - (n * 7919 % 24001) * interval '1 hour' else '-infinity' end,
         terms, '{}' from generate_series(1, ${USERS}) n cross join lateral (select ${TERMS} as terms) x`,
      [project],
    );
    await tx.query("insert into user_search_term select project_id, t, created_at, user_id, last_login_at from user_search, unnest(terms) t where project_id = $1", [project]);
  });
  for (const table of ["user_search", "user_search_term"]) await target.db.read((tx) => tx.query(`analyze ${table}`)); // what autovacuum does
  rows = await target.db.read((tx) =>
    tx.query<Row>("select user_id as id, created_at::text, last_login_at::text, terms from user_search where project_id = $1 order by created_at, user_id", [project]),
  );
});
afterAll(() => nest.close());

const search = (query: UserSearchQuery) => nest.get(PostgresqlUserIndex).search(target.ctx, query);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Everybody who matches, in order, without any index. */
function expected({ keyword, roleKeys = [], sortBy = "created_at", sortDirection = "desc" }: Omit<UserSearchQuery, "first">): string[] {
  const found = rows.filter(({ terms }) => (!keyword || terms.some((term) => term.startsWith(`~${keyword}`))) && roleKeys.every((key) => terms.includes(`r${key}`)));
  const time = (row: Row): string => (row[sortBy] === "-infinity" ? "" : row[sortBy]);
  const sign = sortDirection === "asc" ? 1 : -1;
  return found.toSorted((a, b) => Number(time(a) === "") - Number(time(b) === "") || sign * (compare(time(a), time(b)) || compare(a.id, b.id))).map(({ id }) => id);
}

/** The first page, one in the middle, and the last one. */
async function readsAll(query: Pick<UserSearchQuery, "keyword" | "roleKeys">, first: number): Promise<string> {
  const counted = await statementCount.during(async () => {
    for (const sortBy of ["created_at", "last_login_at"] as const)
      for (const sortDirection of ["asc", "desc"] as const) {
        const all = expected({ ...query, sortBy, sortDirection });
        const ids = async (after?: string) => (await search({ ...query, first, sortBy, sortDirection, after })).hits;
        expect((await ids()).map(({ userId }) => userId)).toEqual(all.slice(0, first));
        for (const place of [Math.floor(all.length / 2), all.length - 5]) {
          const row = place > 0 ? rows.find(({ id }) => id === all[place - 1]) : undefined;
          if (row) expect((await ids(cursorOf(row, sortBy))).map(({ userId }) => userId)).toEqual(all.slice(place, place + first));
        }
      }
  });
  return counted.statements.join("\n");
}

function cursorOf(row: Row, sortBy: "created_at" | "last_login_at"): string {
  const time = row[sortBy] === "-infinity" ? "-infinity" : `${new Date(row[sortBy]).toISOString().slice(0, -1)}000Z`;
  return Buffer.from(`${time},${row.id}`).toString("base64url");
}

describe("a search that reads more than one index", () => {
  it.each([
    { why: "near the page", query: { roleKeys: ["a", "b"] } },
    { why: "three at once", query: { roleKeys: ["a", "c", "f"] } },
    { why: "together far from the page", query: { roleKeys: ["a", "c"] } },
    { why: "among the last of one time", query: { roleKeys: ["a", "h"] } },
    { why: "among the first of one time, in a stretch of the list", query: { roleKeys: ["c", "i"] } },
    { why: "a beginning with roles of one stretch", query: { keyword: "own", roleKeys: ["c", "h"] } },
    { why: "never together", query: { roleKeys: ["a", "e"] } },
    { why: "one within the other", query: { roleKeys: ["b", "f"] } },
    { why: "one rare", query: { roleKeys: ["a", "g"] } },
    { why: "a beginning at one end of the list", query: { keyword: "own" } },
    { why: "a longer one", query: { keyword: "own1" } },
    { why: "a rare one", query: { keyword: "own149" } },
    { why: "with a role", query: { keyword: "own", roleKeys: ["a"] } },
    { why: "with a role at the other end of the list", query: { keyword: "own", roleKeys: ["d"] } },
    { why: "with roles nobody has together", query: { keyword: "own", roleKeys: ["a", "e"] } },
    { why: "with a smaller role", query: { keyword: "own", roleKeys: ["b"] } },
    { why: "with smaller ones", query: { keyword: "own", roleKeys: ["b", "f"] } },
    { why: "with a rare role that is elsewhere", query: { keyword: "own", roleKeys: ["g"] } },
    { why: "a longer one with two roles", query: { keyword: "own2", roleKeys: ["c", "a"] } },
  ])("finds the same as one that reads everybody: $why", async ({ query }: { query: Pick<UserSearchQuery, "keyword" | "roleKeys"> }) => {
    await readsAll(query, 10);
    await readsAll(query, 100);
  });

  it("reads keys where what is common meets far from the page", async () => {
    const statements = await readsAll({ roleKeys: ["c", "d"] }, 20);
    expect(statements).toContain("user_search_keys(");
    const more = await readsAll({ roleKeys: ["a", "c"] }, 20);
    expect(more).toContain("cross join lateral (select s.user_id, s.created_at from user_search s"); // stretch by stretch
    const ofOneTime = [await readsAll({ roleKeys: ["a", "h"] }, 20), await readsAll({ roleKeys: ["c", "i"] }, 20), await readsAll({ roleKeys: ["d", "h"] }, 20)];
    expect(ofOneTime.join("\n")).toContain("s.last_login_at = $"); // among those of one time
  });

  it("does not take a user for several who has many terms of a beginning", async () => {
    expect((await search({ keyword: "own7.", first: 3 })).hits).toHaveLength(1);
    expect((await search({ keyword: "own", roleKeys: ["d"], first: 100, sortDirection: "asc" })).hits.map(({ userId }) => userId)).toEqual(
      expected({ keyword: "own", roleKeys: ["d"], sortDirection: "asc" }).slice(0, 100),
    );
  });
});
