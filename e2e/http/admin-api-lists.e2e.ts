import { describe, expect, it } from "vitest";
import { Admin, nodes } from "../support/admin.js";
import { statementsOf } from "../support/statements.js";

const people = (count: number) => Array.from({ length: count }, (_, n) => ({ email: `user${n}@example.com` }));

describe("lists", () => {
  it("end at a hundred, and cannot be read from the back", async () => {
    const admin = await Admin.make();
    const { summary } = await admin.import(people(150));
    expect(summary).toMatchObject({ total: 150, inserted: 150 });
    const { users } = await admin.ask("{ users(first: 500) { totalCount edges { cursor node { id } } pageInfo { endCursor } } }");
    expect([users.totalCount, users.edges.length]).toEqual([150, 100]);
    const { users: rest } = await admin.ask("query($after: String) { users(first: 500, after: $after) { edges { node { id } } } }", { after: users.pageInfo.endCursor });
    expect(new Set([...nodes(users), ...nodes(rest)].map(({ id }) => id)).size).toBe(150);
    expect(await admin.refusal("{ users(last: 5) { edges { cursor } } }")).toEqual({
      data: { users: null },
      message: "unsupported pagination",
      errorName: "BadRequest",
      reason: "InvalidQuery",
    });
  });

  it("count their cursors from zero, and say that there is something before", async () => {
    const admin = await Admin.make();
    for (const key of ["a", "b"]) await admin.mutate("createGroup", { key }, "group { id }");
    const { groups } = await admin.ask("{ groups(first: 1) { edges { cursor node { key } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }");
    expect(groups).toEqual({
      edges: [{ cursor: "b2Zmc2V0OjA", node: { key: "a" } }],
      pageInfo: { hasNextPage: true, hasPreviousPage: true, startCursor: "b2Zmc2V0OjA", endCursor: "b2Zmc2V0OjA" },
    });
  });

  it("of roles count all of the project, whatever is searched for", async () => {
    const admin = await Admin.make();
    for (const key of ["a", "b", "c"]) await admin.mutate("createRole", { key }, "role { id }");
    const { roles } = await admin.ask(`{ roles(searchKeyword: "zzz") { totalCount edges { cursor } } }`);
    expect(roles).toEqual({ totalCount: 3, edges: [] });
  });
});

describe("a user by his login id", () => {
  it("is found by any spelling of it, and nobody by an unknown one", async () => {
    const admin = await Admin.make();
    const id = await admin.createUser("User@Example.com");
    const by = async (value: string) => (await admin.request('query($v: String!) { getUserByLoginID(loginIDKey: "email", loginIDValue: $v) { id } }', { v: value })).json;
    expect(await by("user@example.com")).toEqual({ data: { getUserByLoginID: { id } } });
    expect(await by("USER@EXAMPLE.COM")).toEqual({ data: { getUserByLoginID: { id } } });
    expect(await by("nobody@example.com")).toEqual({ data: { getUserByLoginID: null } });
  });
});

describe("a hundred users with what belongs to them", () => {
  it("cost a few statements of each kind, not some for each user", async () => {
    const admin = await Admin.make();
    await admin.mutate("createGroup", { key: "staff" }, "group { id }");
    for (const key of ["reader", "writer"]) await admin.mutate("createRole", { key }, "role { id }");
    await admin.mutate("addRoleToGroups", { roleKey: "writer", groupKeys: ["staff"] }, "role { id }");
    await admin.import(people(100).map((record) => ({ ...record, roles: ["reader"], groups: ["staff"] })));
    const page = "edges { node { key } }";
    const query = `{ users(first: 100) { edges { node { standardAttributes roles { ${page} } groups { ${page} } effectiveRoles { ${page} } } } } }`;
    const { answer, statements } = await statementsOf(admin.project.id, () => admin.ask(query));
    expect(answer.users.edges).toHaveLength(100);
    for (const user of nodes(answer.users))
      expect([nodes(user.roles), nodes(user.groups), nodes(user.effectiveRoles)]).toEqual([[{ key: "reader" }], [{ key: "staff" }], expect.anything()]);
    expect(statements.length).toBeGreaterThan(3);
    const counts = Map.groupBy(statements, (statement) => statement);
    // Batches of twenty at the least.
    expect([...counts].filter(([, same]) => same.length > 5).map(([text]) => text)).toEqual([]);
  });
});
