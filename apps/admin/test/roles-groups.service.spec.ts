import { toGlobalId } from "@gatehouse/platform-graphql";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { newUser } from "./admin-rows.js";
import { KEYS, keysOf, NOBODY, raw, RolesOf } from "./roles-of.js";

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

describe.each([
  ["role", "Role", "roles"],
  ["group", "Group", "groups"],
] as const)("%s", (noun, type, list) => {
  const [create, update, remove] = [`create${type}`, `update${type}`, `delete${type}`];

  it("is created, changed and deleted, each told of in the audit log", async () => {
    const made = (await on.mutate(create, { key: "a", name: "", description: "What it is" })).result[noun];
    expect(made).toEqual({ id: toGlobalId(type, raw(made.id)), key: "a", name: null, description: "What it is" });
    const kept = (await on.mutate(update, { id: made.id, key: "b", name: "Name" })).result[noun];
    expect(kept).toEqual({ id: made.id, key: "b", name: "Name", description: "What it is" });
    const cleared = (await on.mutate(update, { id: made.id, key: null, name: null, description: "" })).result[noun];
    expect(cleared).toEqual({ id: made.id, key: "b", name: "Name", description: null });
    expect((await ask(target, "query($id: ID!) { node(id: $id) { id __typename } }", { variables: { id: made.id } })).data.node).toEqual({ id: made.id, __typename: type });
    expect((await on.mutate(remove, { id: made.id })).result).toEqual({ ok: true });
    expect((await ask(target, "query($id: ID!) { node(id: $id) { id } }", { variables: { id: made.id } })).data.node).toBeNull();
    const model = { id: raw(made.id), created_at: expect.any(String), updated_at: expect.any(String) };
    const [first, second, third] = [
      { ...model, key: "a", description: "What it is" },
      { ...model, key: "b", name: "Name", description: "What it is" },
      { ...model, key: "b", name: "Name" },
    ];
    const links = noun === "role" ? { role_group_ids: [], role_user_ids: [] } : { group_role_ids: [], group_user_ids: [] };
    expect((await on.audit()).map(({ type: name, payload }) => [name, payload])).toEqual([
      [`create_${noun}`, { [noun]: first }],
      [`update_${noun}`, { [`original_${noun}`]: first, [`new_${noun}`]: second }],
      [`update_${noun}`, { [`original_${noun}`]: second, [`new_${noun}`]: third }],
      [`delete_${noun}`, { [noun]: third, ...links }],
    ]);
  });

  it("has a key of its own form, which nobody else has (probe 28)", async () => {
    const { a } = await on.make(noun, "a", "a:b");
    for (const key of ["authgear:x", "1abc", "", "x".repeat(41)]) {
      expect(await on.reasonOf(create, { key })).toMatchObject({
        errorName: "Invalid",
        reason: "ValidationFailed",
        info: { causes: [{ location: "" }, ...(key === "" ? [{}] : [])] },
      });
      expect(await on.reasonOf(update, { id: a, key })).toMatchObject({ reason: "ValidationFailed" });
    }
    const taken = { errorName: "BadRequest", reason: `${type}DuplicateKey` };
    expect([await on.reasonOf(create, { key: "a" }), await on.reasonOf(update, { id: a, key: "a:b" })]).toEqual([taken, taken]);
    expect((await ask(target, `{ ${list} { totalCount } }`)).data[list].totalCount).toBe(2);
  });

  it("is named by an id of its type", async () => {
    const wrong = { errorName: "Invalid", reason: "Invalid" };
    for (const id of ["!!!", toGlobalId("User", "x"), toGlobalId(type === "Role" ? "Group" : "Role", "x")]) {
      expect([await on.reasonOf(update, { id }), await on.reasonOf(remove, { id })]).toEqual([wrong, wrong]);
      expect((await on.mutate(remove, { id })).error.message).toBe(`invalid ${noun} ID`);
    }
    const unknown = { errorName: "NotFound", reason: `${type}NotFound` };
    for (const id of [toGlobalId(type, "x"), toGlobalId(type, raw(NOBODY))])
      expect([await on.reasonOf(update, { id }), await on.reasonOf(remove, { id })]).toEqual([unknown, unknown]);
    expect((await on.mutate(remove, { id: toGlobalId(type, "x") })).error.message).toBe(`${noun} not found`);
  });

  it("is listed by key, page by page (probe 12)", async () => {
    await on.make(noun, "c", "a", "b");
    const page = async (args: string) =>
      (await ask(target, `{ ${list}(${args}) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { key } } } }`)).data[list];
    expect(await page("first: 1")).toEqual({
      totalCount: 3,
      pageInfo: { hasNextPage: true, hasPreviousPage: true, startCursor: "b2Zmc2V0OjA", endCursor: "b2Zmc2V0OjA" },
      edges: [{ cursor: "b2Zmc2V0OjA", node: { key: "a" } }],
    });
    const rest = await page('first: 5, after: "b2Zmc2V0OjA"');
    expect([keysOf(rest), rest.pageInfo.hasNextPage]).toEqual([["b", "c"], false]);
    const refused = await ask(target, `{ ${list}(last: 1) { totalCount } }`);
    expect(refused.errors?.[0].extensions).toEqual({ errorName: "BadRequest", reason: "InvalidQuery" });
    expect((await ask(target, `{ ${list}(after: "x") { totalCount } }`)).errors?.[0].extensions.reason).toBe("InvalidCursor");
  });

  it("is searched in key and name; the total counts all (probe 13)", async () => {
    const ids = await on.make(noun, "alpha", "beta", "gamma");
    const search = async (args: string) => (await ask(target, `{ ${list}(${args}) { totalCount ${KEYS} } }`)).data[list];
    expect(await search('searchKeyword: "zzz"')).toEqual({ totalCount: 3, edges: [] });
    expect(keysOf(await search('searchKeyword: "A NAM"'))).toEqual(["alpha", "beta", "gamma"]);
    expect(keysOf(await search('searchKeyword: "ET"'))).toEqual(["beta"]);
    const others = await search(`excludedIDs: ["${ids.alpha}", "${ids.gamma}"]`);
    expect([keysOf(others), others.totalCount]).toEqual([["beta"], 3]);
    const wrong = await ask(target, `{ ${list}(excludedIDs: ["${NOBODY}"]) { totalCount } }`);
    expect(wrong.errors?.[0]).toMatchObject({ message: `invalid ${noun} ID` });
  });
});

describe("roles and groups of users", () => {
  const OF_USER = `query($id: ID!) { node(id: $id) { ... on User { roles { totalCount ${KEYS} } groups { totalCount ${KEYS} } effectiveRoles { totalCount ${KEYS} } } } }`;
  const has = async (id: string, of = target) => {
    const { node } = (await ask(of, OF_USER, { variables: { id } })).data;
    return { roles: keysOf(node.roles), groups: keysOf(node.groups), effective: keysOf(node.effectiveRoles) };
  };

  it("are direct, by a group, or both (user model §13, 25)", async () => {
    await on.make("role", "r2", "r1");
    await on.make("group", "g");
    const { id } = await newUser(ask, target);
    await on.mutate("addGroupToRoles", { groupKey: "g", roleKeys: ["r1", "r2"] });
    await on.mutate("addUserToGroups", { userID: id, groupKeys: ["g"] });
    expect(await has(id)).toEqual({ roles: [], groups: ["g"], effective: ["r2", "r1"] });
    await on.mutate("addUserToRoles", { userID: id, roleKeys: ["r1"] });
    expect(await has(id)).toEqual({ roles: ["r1"], groups: ["g"], effective: ["r2", "r1"] });
    await on.mutate("removeUserFromGroups", { userID: id, groupKeys: ["g"] });
    expect(await has(id)).toEqual({ roles: ["r1"], groups: [], effective: ["r1"] });
  });

  it("are sliced in memory, with padded cursors", async () => {
    await on.make("role", "a", "b", "c");
    const { id } = await newUser(ask, target);
    for (const key of ["c", "a", "b"]) await on.mutate("addUserToRoles", { userID: id, roleKeys: [key] });
    const query = `query($id: ID!) { node(id: $id) { ... on User { roles(last: 2) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { key } } } } } }`;
    expect((await ask(target, query, { variables: { id } })).data.node.roles).toEqual({
      totalCount: 3,
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: "YXJyYXljb25uZWN0aW9uOjE=", endCursor: "YXJyYXljb25uZWN0aW9uOjI=" },
      edges: [
        { cursor: "YXJyYXljb25uZWN0aW9uOjE=", node: { key: "a" } },
        { cursor: "YXJyYXljb25uZWN0aW9uOjI=", node: { key: "b" } },
      ],
    });
  });

  it("name what is unknown, and then change nothing (probe 27)", async () => {
    await on.make("role", "r");
    await on.make("group", "g");
    const { id, userId } = await newUser(ask, target);
    const before = (await on.audit()).length;
    const unknownUser = { errorName: "NotFound", reason: "UserUnknownKeys", info: { ids: [raw(NOBODY), "x"] } };
    const users = [id, NOBODY, toGlobalId("User", "x"), NOBODY];
    const of = (noun: string) => ({ errorName: "NotFound", reason: `${noun}NotFound` });
    const keys = (noun: string) => ({ errorName: "NotFound", reason: `${noun}UnknownKeys`, info: { keys: ["nope", "no key"] } });
    for (const verb of ["add", "remove"]) {
      const [to, ToUsers] = verb === "add" ? ["To", "ToUsers"] : ["From", "FromUsers"];
      expect(await on.reasonOf(`${verb}Role${ToUsers}`, { roleKey: "nope", userIDs: [id] })).toEqual(of("Role"));
      expect(await on.reasonOf(`${verb}Group${ToUsers}`, { groupKey: "nope", userIDs: [id] })).toEqual(of("Group"));
      expect(await on.reasonOf(`${verb}Role${to}Groups`, { roleKey: "nope", groupKeys: ["g"] })).toEqual(of("Role"));
      expect(await on.reasonOf(`${verb}Group${to}Roles`, { groupKey: "nope", roleKeys: ["r"] })).toEqual(of("Group"));
      expect(await on.reasonOf(`${verb}Role${ToUsers}`, { roleKey: "r", userIDs: users })).toEqual(unknownUser);
      expect(await on.reasonOf(`${verb}Group${ToUsers}`, { groupKey: "g", userIDs: users })).toEqual(unknownUser);
      expect(await on.reasonOf(`${verb}User${to}Roles`, { userID: id, roleKeys: ["r", "nope", "no key"] })).toEqual(keys("Role"));
      expect(await on.reasonOf(`${verb}User${to}Groups`, { userID: id, groupKeys: ["nope", "g", "no key"] })).toEqual(keys("Group"));
      expect(await on.reasonOf(`${verb}Role${to}Groups`, { roleKey: "r", groupKeys: ["nope", "g", "no key"] })).toEqual(keys("Group"));
      const quirk = await on.mutate(`${verb}Group${to}Roles`, { groupKey: "g", roleKeys: ["r", "nope", "no key"] });
      expect([quirk.error.extensions, quirk.error.message]).toEqual([keys("Group"), "unknown role keys"]);
      for (const userID of [NOBODY, toGlobalId("User", "x")]) {
        expect(await on.reasonOf(`${verb}User${to}Roles`, { userID, roleKeys: ["r"] })).toMatchObject({ reason: "UserNotFound" });
        expect(await on.reasonOf(`${verb}User${to}Groups`, { userID, groupKeys: ["g"] })).toMatchObject({ reason: "UserNotFound" });
      }
      for (const userIDs of [["!!!"], [toGlobalId("Role", userId)]])
        expect((await on.mutate(`${verb}Role${ToUsers}`, { roleKey: "r", userIDs })).error).toMatchObject({
          message: "invalid user ID",
          extensions: { errorName: "Invalid", reason: "Invalid" },
        });
    }
    expect(await has(id)).toEqual({ roles: [], groups: [], effective: [] });
    expect((await on.audit()).length).toBe(before);
  });

  it("need their lists, although the schema lets these be null", async () => {
    await on.make("role", "r");
    await on.make("group", "g");
    const { id } = await newUser(ask, target);
    const cases: [string, object][] = [
      ["addRoleToUsers", { roleKey: "r", userIDs: null }],
      ["removeRoleFromUsers", { roleKey: "r" }],
      ["addGroupToUsers", { groupKey: "g" }],
      ["removeGroupFromUsers", { groupKey: "g", userIDs: null }],
      ["addUserToRoles", { userID: id }],
      ["removeUserFromRoles", { userID: id, roleKeys: null }],
      ["addUserToGroups", { userID: id, groupKeys: null }],
      ["removeUserFromGroups", { userID: id }],
    ];
    for (const [name, input] of cases) expect((await on.mutate(name, input)).error, name).toEqual({ message: "unexpected error", locations: [] });
  });

  it("go with the user, the role and the group", async () => {
    const roles = await on.make("role", "r");
    const groups = await on.make("group", "g", "h");
    const [one, two] = [await newUser(ask, target), await newUser(ask, target, "b@example.com")];
    await on.mutate("addRoleToUsers", { roleKey: "r", userIDs: [one.id, two.id] });
    await on.mutate("addGroupToUsers", { groupKey: "g", userIDs: [one.id] });
    await on.mutate("addRoleToGroups", { roleKey: "r", groupKeys: ["g", "h"] });
    await ask(target, "mutation($id: ID!) { deleteUser(input: { userID: $id }) { deletedUserID } }", { variables: { id: two.id } });
    await on.mutate("deleteRole", { id: roles.r });
    expect((await on.audit()).at(-1)?.payload).toMatchObject({ role_group_ids: [groups.g, groups.h].map(raw).sort(), role_user_ids: [one.userId] });
    expect(await has(one.id)).toEqual({ roles: [], groups: ["g"], effective: [] });
    await on.make("role", "s");
    await on.mutate("addGroupToRoles", { groupKey: "g", roleKeys: ["s"] });
    await on.mutate("deleteGroup", { id: groups.g });
    expect((await on.audit()).at(-1)?.payload).toMatchObject({ group_role_ids: [expect.any(String)], group_user_ids: [one.userId] });
    expect(await has(one.id)).toEqual({ roles: [], groups: [], effective: [] });
  });

  it("of another project are not found (tenant isolation)", async () => {
    const other = await testProject();
    const there = new RolesOf(ask, other);
    const theirs = (await there.mutate("createRole", { key: "r" })).result.role.id;
    const group = (await there.mutate("createGroup", { key: "g" })).result.group.id;
    const them = await newUser(ask, other);
    await there.mutate("addUserToRoles", { userID: them.id, roleKeys: ["r"] });
    expect(await on.reasonOf("updateRole", { id: theirs, name: "taken" })).toMatchObject({ reason: "RoleNotFound" });
    expect(await on.reasonOf("deleteRole", { id: theirs })).toMatchObject({ reason: "RoleNotFound" });
    expect(await on.reasonOf("deleteGroup", { id: group })).toMatchObject({ reason: "GroupNotFound" });
    expect(await on.reasonOf("addGroupToUsers", { groupKey: "g", userIDs: [them.id] })).toMatchObject({ reason: "GroupNotFound" });
    await on.make("role", "own");
    expect(await on.reasonOf("removeRoleFromUsers", { roleKey: "own", userIDs: [them.id] })).toMatchObject({ reason: "UserUnknownKeys", info: { ids: [them.userId] } });
    expect(await on.reasonOf("addUserToRoles", { userID: them.id, roleKeys: ["own"] })).toMatchObject({ reason: "UserNotFound" });
    const nodes = await ask(target, "query($ids: [ID!]!) { nodes(ids: $ids) { id } roles { totalCount edges { node { key } } } groups { totalCount } }", {
      variables: { ids: [theirs, group, them.id] },
    });
    expect(nodes.data).toEqual({ nodes: [null, null, null], roles: { totalCount: 1, edges: [{ node: { key: "own" } }] }, groups: { totalCount: 0 } });
    expect(await has(them.id, other)).toEqual({ roles: ["r"], groups: [], effective: ["r"] });
  });
});
