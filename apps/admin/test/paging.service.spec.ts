import { randomUUID } from "node:crypto";
import { arrayConnection, type ConnectionArguments, listLoader, offsetConnection, offsetPage, rowLoader } from "@gatehouse/platform-graphql";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { newUser, SignIns } from "./admin-rows.js";

let ask: AdminClient["ask"];
let service: AdminClient["service"];
beforeAll(async () => {
  ({ ask, service } = await adminClient());
});

const cursor = (n: number): string => Buffer.from(`offset:${n}`).toString("base64url");
const PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }";

async function withUsers(count: number): Promise<TestProject> {
  const target = await testProject();
  const ids = Array.from({ length: count }, () => randomUUID());
  await target.db.transaction((tx) =>
    tx.query(
      "insert into auth_user (project_id, id, created_at, updated_at) select $1, id, now() + n * interval '1 second', now() from unnest($2::uuid[]) with ordinality u(id, n)",
      [target.project.id, ids],
    ),
  );
  return target;
}
const users = (target: TestProject, args: string) => ask(target, `{ users${args && `(${args})`} { ${PAGE} } }`);
/** Length, first cursor, last cursor, has next, has previous. */
const shape = ({ data }: { data?: any }) => {
  const { edges, pageInfo } = data.users;
  return [edges.length, pageInfo.startCursor, pageInfo.endCursor, pageInfo.hasNextPage, pageInfo.hasPreviousPage];
};

describe("lists that the database cuts", () => {
  it("give 100 at most, from `offset:0` on; a side whose end was not reached counts as having more", async () => {
    const target = await withUsers(150);
    for (const args of ["", "first: 500", "first: 100", "first: -1", "last: -1"])
      expect(shape(await users(target, args)), args).toEqual([100, "b2Zmc2V0OjA", cursor(99), true, true]);
    expect(shape(await users(target, `first: 100, after: "${cursor(99)}"`))).toEqual([50, cursor(100), cursor(149), false, true]);
    expect(shape(await users(target, `after: "${cursor(149)}"`))).toEqual([0, "", "", false, true]);
    expect(shape(await users(target, "first: 0"))).toEqual([0, "", "", true, true]);
    expect((await users(target, "first: 1")).data.users.totalCount).toBe(150);
  });

  it("give a full last page as having more", async () => {
    const target = await withUsers(4);
    expect(shape(await users(target, `first: 2, after: "${cursor(1)}"`))).toEqual([2, cursor(2), cursor(3), true, true]);
  });

  it("give what lies between two cursors, from its start or its end", async () => {
    const target = await withUsers(10);
    const [after, before] = [`after: "${cursor(1)}"`, `before: "${cursor(6)}"`];
    expect(shape(await users(target, `${after}, ${before}`))).toEqual([4, cursor(2), cursor(5), false, true]);
    expect(shape(await users(target, `${after}, ${before}, first: 2`))).toEqual([2, cursor(2), cursor(3), true, true]);
    expect(shape(await users(target, `${after}, ${before}, last: 2`))).toEqual([2, cursor(4), cursor(5), true, true]);
    expect(shape(await users(target, `${after}, ${before}, last: 9`))).toEqual([4, cursor(2), cursor(5), true, false]);
    expect(shape(await users(target, `after: "${cursor(6)}", before: "${cursor(2)}"`))).toEqual([0, "", "", false, true]);
  });

  it.each([
    "last: 5",
    `before: "${cursor(3)}"`,
    `last: 5, before: "${cursor(3)}"`,
    `last: 5, after: "${cursor(3)}"`,
    "first: 5, last: 5",
    `first: 1, last: 1, after: "${cursor(0)}", before: "${cursor(3)}"`,
  ])("do not know how to page by %s", async (args) => {
    const answer = await users(await testProject(), args);
    expect(answer.data).toEqual({ users: null });
    expect(answer.errors?.[0]).toMatchObject({ message: "unsupported pagination", extensions: { errorName: "BadRequest", reason: "InvalidQuery" } });
  });

  it.each([
    "nope",
    "!!!",
    `${cursor(1)}=`,
    Buffer.from("offset:-1").toString("base64url"),
    Buffer.from("offset:x").toString("base64url"),
    Buffer.from("arrayconnection:1").toString("base64url"),
  ])("refuse the cursor %j", async (bad) => {
    for (const args of [`after: "${bad}"`, `after: "${cursor(0)}", before: "${bad}"`]) {
      const answer = await users(await testProject(), args);
      expect(answer.errors?.[0].extensions).toEqual({ errorName: "Invalid", reason: "InvalidCursor" });
    }
  });

  it("drop the edges of rows that are gone, and count them for the page's end", () => {
    const page = offsetPage({ first: 3 }, 100);
    if (typeof page === "string") throw new Error(page);
    const { edges, pageInfo } = offsetConnection(page, ["a", null, "c"], 9);
    expect([edges, pageInfo.hasNextPage]).toEqual([
      [
        { cursor: cursor(0), node: "a" },
        { cursor: cursor(2), node: "c" },
      ],
      true,
    ]);
  });
});

describe("lists in memory", () => {
  const at = (n: number): string => Buffer.from(`arrayconnection:${n}`).toString("base64");
  const cut = (args: ConnectionArguments) => {
    const { edges, pageInfo, totalCount } = arrayConnection(["a", "b", "c", "d", "e"], args);
    expect(totalCount).toBe(5);
    return [edges.map(({ node }) => node).join(""), pageInfo.hasNextPage, pageInfo.hasPreviousPage];
  };

  it.each([
    [{}, ["abcde", false, false]],
    [{ first: 2 }, ["ab", true, false]],
    [{ first: 9 }, ["abcde", false, false]],
    [{ last: 2 }, ["de", false, true]],
    [{ first: 4, last: 2 }, ["cd", true, true]],
    [{ after: at(1) }, ["cde", false, false]],
    [{ after: at(1), first: 2 }, ["cd", true, false]],
    [{ before: at(3) }, ["abc", false, false]],
    [{ before: at(3), last: 2 }, ["bc", false, true]],
    [{ after: at(0), before: at(4), first: 1 }, ["b", true, false]],
    [{ after: at(4) }, ["", false, false]],
    [{ after: "nope" }, ["abcde", false, false]],
  ] as [ConnectionArguments, unknown[]][])("are cut by %j as Relay says", (args, expected) => {
    expect(cut(args)).toEqual(expected);
  });

  it("have padded cursors, no largest page, and the whole length as their count", async () => {
    const target = await testProject();
    const { id, userId } = await newUser(ask, target);
    const signIns = new SignIns(service, target);
    for (let n = 0; n < 3; n += 1) await signIns.browser(userId);
    const query =
      "query($id: ID!, $after: String) { node(id: $id) { ... on User { sessions(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor } } } } }";
    const first = (await ask(target, query, { variables: { id } })).data.node.sessions;
    expect(first).toEqual({
      totalCount: 3,
      pageInfo: { hasNextPage: true, endCursor: "YXJyYXljb25uZWN0aW9uOjE=" },
      edges: [{ cursor: "YXJyYXljb25uZWN0aW9uOjA=" }, { cursor: "YXJyYXljb25uZWN0aW9uOjE=" }],
    });
    const rest = (await ask(target, query, { variables: { id, after: first.pageInfo.endCursor } })).data.node.sessions;
    expect([rest.edges.length, rest.pageInfo.hasNextPage]).toEqual([1, false]);
  });
});

describe("loaders", () => {
  it("load 20 keys together at most, each once", async () => {
    const [rows, lists]: string[][][] = [[], []];
    const row = rowLoader(async (ids) => {
      rows?.push([...ids]);
      return ids.filter((id) => id !== "gone").map((id) => ({ id }));
    });
    const list = listLoader(
      async (owners) => {
        lists?.push([...owners]);
        return owners.map((owner) => ({ owner }));
      },
      ({ owner }) => owner,
    );
    const keys = Array.from({ length: 45 }, (_, n) => String(n));
    await Promise.all([...keys, ...keys].flatMap((key) => [row.load(key), list.load(key)]));
    expect([rows, lists].map((batches) => batches?.map(({ length }) => length))).toEqual([
      [20, 20, 5],
      [20, 20, 5],
    ]);
    expect(await row.load("gone")).toBeNull();
  });
});
