import { statementCount } from "@gatehouse/platform-postgres";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { newUser } from "./admin-rows.js";
import { KEYS, keysOf, raw, RolesOf } from "./roles-of.js";

let ask: AdminClient["ask"];
beforeAll(async () => {
  ({ ask } = await adminClient());
});

let target: TestProject;
let on: RolesOf;
beforeEach(async () => {
  target = await testProject();
  on = new RolesOf(ask, target);
});

describe("mutations of memberships", () => {
  it("answer, are the same when repeated, and are audited one by one with these ids", async () => {
    const { r, s } = await on.make("role", "r", "s");
    const { g, h } = await on.make("group", "g", "h");
    const [one, two] = [await newUser(ask, target), await newUser(ask, target, "b@example.com")];
    const users = [one.id, two.id];
    const [ids, roleIds, groupIds] = [[one.userId, two.userId], [s, r].map(raw), [h, g].map(raw)];
    const of = (path: string) => `${path} { ${KEYS} }`;
    const cases: [string, object, string, (given: boolean) => string[], object, string | null][] = [
      [
        "RoleToUsers",
        { roleKey: "r", userIDs: [...users, one.id] },
        "role { users { edges { node { id } } } }",
        (given) => (given ? users : []),
        { role_key: "r", user_ids: ids },
        null,
      ],
      ["GroupToUsers", { groupKey: "g", userIDs: users }, "group { users { edges { node { id } } } }", (given) => (given ? users : []), { group_id: raw(g), user_ids: ids }, null],
      ["RoleToGroups", { roleKey: "r", groupKeys: ["h", "g"] }, `role { ${of("groups")} }`, (given) => (given ? ["g", "h"] : []), { role_id: raw(r), group_ids: groupIds }, null],
      ["GroupToRoles", { groupKey: "g", roleKeys: ["s", "r"] }, `group { ${of("roles")} }`, (given) => (given ? ["r", "s"] : []), { group_id: raw(g), role_ids: roleIds }, null],
      [
        "UserToRoles",
        { userID: two.id, roleKeys: ["s", "r", "s"] },
        `user { ${of("roles")} }`,
        (given) => (given ? ["r", "s"] : []),
        { user_id: two.userId, role_ids: roleIds },
        two.userId,
      ],
      [
        "UserToGroups",
        { userID: two.id, groupKeys: ["h", "g"] },
        `user { ${of("groups")} }`,
        (given) => (given ? ["g", "h"] : []),
        { user_id: two.userId, group_ids: groupIds },
        two.userId,
      ],
    ];
    for (const [name, input, fields, expected, payload, user] of cases) {
      for (const verb of ["add", "remove"]) {
        const mutation = verb === "add" ? `add${name}` : `remove${name.replace("To", "From")}`;
        for (let again = 0; again < 2; again += 1) {
          const { result, errors } = await on.mutate(mutation, input, fields);
          expect(errors, mutation).toBeUndefined();
          const [inner] = Object.values<any>(result);
          const [connection] = Object.values<any>(inner);
          const found = connection.edges.map(({ node }: any) => node.key ?? node.id);
          expect(found.toSorted(), mutation).toEqual(expected(verb === "add").toSorted());
        }
        const told = (await on.audit()).slice(-2);
        const type = mutation.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        for (const event of told) expect([event.type, event.payload, event.context.user_id]).toEqual([type, payload, user]);
      }
    }
  });

  it("see each other within one request, and are undone together", async () => {
    const { id } = await newUser(ask, target);
    const both = `mutation($u: ID!) {
      a: createRole(input: { key: "r" }) { role { id } }
      b: createGroup(input: { key: "g" }) { group { id } }
      c: addGroupToRoles(input: { groupKey: "g", roleKeys: ["r"] }) { group { roles { ${KEYS} } } }
      d: addUserToGroups(input: { userID: $u, groupKeys: ["g"] }) { user { groups { ${KEYS} } effectiveRoles { ${KEYS} } } }
      e: LAST }`;
    const before = (await on.audit()).length;
    const undone = await ask(target, both.replace("LAST", 'createRole(input: { key: "r" }) { role { id } }'), { variables: { u: id } });
    expect([undone.data, undone.errors?.[0].extensions.reason]).toEqual([null, "RoleDuplicateKey"]);
    expect((await ask(target, "{ roles { totalCount } groups { totalCount } }")).data).toEqual({ roles: { totalCount: 0 }, groups: { totalCount: 0 } });
    expect((await on.audit()).length).toBe(before);
    const done = await ask(
      target,
      both.replace(
        "LAST",
        `removeGroupFromRoles(input: { groupKey: "g", roleKeys: ["r"] }) { group { roles { ${KEYS} } users { edges { node { effectiveRoles { ${KEYS} } } } } } }`,
      ),
      {
        variables: { u: id },
      },
    );
    expect(done.errors).toBeUndefined();
    expect([keysOf(done.data.c.group.roles), keysOf(done.data.d.user.groups), keysOf(done.data.d.user.effectiveRoles)]).toEqual([["r"], ["g"], ["r"]]);
    expect([keysOf(done.data.e.group.roles), keysOf(done.data.e.group.users.edges[0].node.effectiveRoles)]).toEqual([[], []]);
  });

  it("show users with the roles and groups they have at the end of the request in events", async () => {
    await on.make("role", "r", "q");
    await on.make("group", "g");
    await on.mutate("addGroupToRoles", { groupKey: "g", roleKeys: ["q"] });
    const { id } = await newUser(ask, target);
    await on.mutate("addUserToRoles", { userID: id, roleKeys: ["r"] });
    await on.mutate("addUserToGroups", { userID: id, groupKeys: ["g"] });
    await ask(target, "mutation($id: ID!) { deleteUser(input: { userID: $id }) { deletedUserID } }", { variables: { id } });
    expect((await on.audit()).at(-1)?.payload).toMatchObject({ user: { roles: ["r"], groups: ["g"] } });
  });
});

describe("many of them", () => {
  const COUNT = 100;
  beforeEach(async () => {
    await on.make("role", "r1", "r2", "r3");
    await on.make("group", "g1", "g2");
    await on.mutate("addGroupToRoles", { groupKey: "g1", roleKeys: ["r1", "r2"] });
    const p = target.project.id;
    await target.db.transaction(async (tx) => {
      await tx.query(
        "insert into auth_user (project_id, id, created_at, updated_at) select $1, gen_random_uuid(), now() + make_interval(secs => n), now() from generate_series(1, $2::int) n",
        [p, COUNT],
      );
      await tx.query(
        "insert into user_role select project_id, u.id, r.id, u.created_at from auth_user u join auth_role r using (project_id) where project_id = $1 and r.key <> 'r1'",
        [p],
      );
      await tx.query("insert into user_group select project_id, u.id, g.id, u.created_at from auth_user u join auth_group g using (project_id) where project_id = $1", [p]);
    });
  });

  it("are read in few statements: 100 users with nested roles and groups (probe 38)", async () => {
    const query = `{ users(first: ${COUNT}) { edges { node { id standardAttributes
      roles { ${KEYS} } effectiveRoles { ${KEYS} } groups { edges { node { key roles { ${KEYS} } } } } } } } }`;
    const counted = await statementCount.during(() => ask(target, query));
    expect(counted.result.errors).toBeUndefined();
    const { edges } = counted.result.data.users;
    expect(edges).toHaveLength(COUNT);
    for (const { node } of edges) {
      expect([keysOf(node.roles), keysOf(node.effectiveRoles)]).toEqual([
        ["r2", "r3"],
        ["r1", "r2", "r3"],
      ]);
      expect(node.groups.edges.map(({ node: group }: any) => [group.key, keysOf(group.roles)])).toEqual([
        ["g1", ["r1", "r2"]],
        ["g2", []],
      ]);
    }
    // The users and the groups' roles at once; the users' claims, roles, effective roles and groups in five batches of twenty each.
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(2 + 4 * 5);
  });

  it("and all roles with a page of their users, of each the same: users of a page come in the order they got the role", async () => {
    const query = "{ roles { edges { node { key users(first: 3) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } } } } } } }";
    const counted = await statementCount.during(() => ask(target, query));
    const [none, second, third] = counted.result.data.roles.edges.map(({ node }: any) => node.users);
    expect(none).toEqual({ totalCount: null, pageInfo: { hasNextPage: false, endCursor: "" }, edges: [] });
    expect(second).toEqual(third);
    expect(second).toMatchObject({ totalCount: null, pageInfo: { hasNextPage: true, endCursor: "b2Zmc2V0OjI" } });
    expect(counted.sql, counted.statements.join("\n")).toBe(3);
    const all = await ask(target, "{ groups(first: 1) { edges { node { users { edges { node { id } } } } } } }");
    expect(all.data.groups.edges[0].node.users.edges.slice(0, 3)).toEqual(second.edges.map(({ node }: any) => ({ node })));
    expect(all.data.groups.edges[0].node.users.edges).toHaveLength(COUNT);
    const next = await ask(target, '{ groups(first: 1) { edges { node { users(first: 2, after: "b2Zmc2V0OjI") { edges { cursor node { id } } } } } } }');
    expect(next.data.groups.edges[0].node.users.edges).toEqual([
      { cursor: "b2Zmc2V0OjM", ...all.data.groups.edges[0].node.users.edges[3] },
      { cursor: "b2Zmc2V0OjQ", ...all.data.groups.edges[0].node.users.edges[4] },
    ]);
  });

  it("cannot be asked for without bounds (threat: a query that multiplies lists)", async () => {
    const nested = ["roles", "groups", "roles", "users"].reduceRight((inner, field) => `{ ${field} { edges { node ${inner} } } }`, "{ id }");
    const refused = await ask(target, nested);
    expect(refused.body).toContain("query is too expensive");
    expect((await ask(target, "{ roles { edges { node { users { edges { node { id } } } } } } }")).errors).toBeUndefined();
  });
});
