import type { Tx } from "@gatehouse/platform-postgres";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { beforeEach, describe, expect, it } from "vitest";
import { GroupRoleStore, GroupStore, type MembershipReset, MembershipStore, RoleStore } from "../src/index.js";

const [roles, groups, links, members] = [new RoleStore(), new GroupStore(), new GroupRoleStore(), new MembershipStore()];

const inTx = <T>({ db }: TestProject, work: (tx: Tx) => Promise<T>): Promise<T> => db.transaction(work);
const at = (p: TestProject, seconds: number) => p.with({ now: () => new Date(Date.UTC(2030, 0, 1, 0, 0, seconds)) });
const NOBODY = "00000000-0000-4000-8000-000000000000";

async function newUser(p: TestProject): Promise<string> {
  const id = p.ctx.newId();
  await p.db.read((tx) => tx.query("insert into auth_user (project_id, id, created_at, updated_at) values ($1, $2, now(), now())", [p.project.id, id]));
  return id;
}

/** Ids by key: roles a, b, c and groups g, h, made in the order c, b, a; group g has roles c and a. */
async function withNouns(p: TestProject): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  const made = [
    ["c", roles],
    ["b", roles],
    ["a", roles],
    ["g", groups],
    ["h", groups],
  ] as const;
  for (const [seconds, [key, store]] of made.entries()) ids[key] = (await inTx(p, (tx) => store.create(at(p, seconds), tx, { key }))).id;
  await inTx(p, (tx) => links.add(p.ctx, tx, { groupIds: [ids.g as string], roleIds: [ids.c as string, ids.a as string] }));
  return ids;
}

let p: TestProject;
let id: Record<string, string>;
let user: string;
beforeEach(async () => {
  p = await testProject();
  id = await withNouns(p);
  user = await newUser(p);
});

async function has(target = user, of = p) {
  const keys = (rows: readonly { key: string }[]) => rows.map(({ key }) => key);
  return of.db.read(async (tx) => ({
    roles: keys(await roles.listByUserIds(of.ctx, tx, [target])),
    groups: keys(await groups.listByUserIds(of.ctx, tx, [target])),
    effective: keys(await roles.effectiveByUserIds(of.ctx, tx, [target])),
  }));
}
const ids = (...keys: string[]): string[] => keys.map((key) => id[key] as string);
const reset = (input: Omit<MembershipReset, "userId">, seconds = 9) => inTx(p, (tx) => members.resetOfUser(at(p, seconds), tx, { userId: user, ...input }));

describe("roles and groups of a user", () => {
  it("are told in the order he got them, effective roles in the order they were made", async () => {
    await inTx(p, (tx) => members.add(at(p, 1), tx, { userIds: [user], roleIds: ids("b") }));
    await inTx(p, (tx) => members.add(at(p, 2), tx, { userIds: [user], roleIds: ids("a", "b"), groupIds: ids("h", "g") }));
    expect(await has()).toEqual({ roles: ["b", "a"], groups: ["g", "h"], effective: ["c", "b", "a"] });
  });

  it("by a group are effective and not his own (spec: user model §13, 25)", async () => {
    await inTx(p, (tx) => members.add(p.ctx, tx, { userIds: [user], groupIds: ids("g") }));
    expect(await has()).toEqual({ roles: [], groups: ["g"], effective: ["c", "a"] });
    await inTx(p, (tx) => members.remove(p.ctx, tx, { userIds: [user], groupIds: ids("g") }));
    expect(await has()).toEqual({ roles: [], groups: [], effective: [] });
  });

  it("are added and removed for many users at once; again is no change", async () => {
    const other = await newUser(p);
    for (const seconds of [1, 2]) await inTx(p, (tx) => members.add(at(p, seconds), tx, { userIds: [user, other], roleIds: ids("a", "b"), groupIds: ids("g") }));
    for (let i = 0; i < 2; i += 1) await inTx(p, (tx) => members.remove(p.ctx, tx, { userIds: [other], roleIds: ids("a"), groupIds: ids("g", "h") }));
    expect([await has(), await has(other)]).toEqual([
      { roles: ["a", "b"], groups: ["g"], effective: ["c", "b", "a"] },
      { roles: ["b"], groups: [], effective: ["b"] },
    ]);
    expect(await p.db.read((tx) => members.userIdsOfRole(p.ctx, tx, id.b as string))).toEqual([user, other].sort());
    expect(await p.db.read((tx) => members.userIdsOfGroup(p.ctx, tx, id.g as string))).toEqual([user]);
  });

  it("become exactly what a hook or an import asks for; what is absent stays", async () => {
    await reset({ roles: ["a", "b", "a"], groups: ["g", "h"] }, 1);
    await reset({ roles: ["c", "b"] }, 2);
    expect(await has()).toMatchObject({ roles: ["b", "c"], groups: ["g", "h"] });
    await reset({ groups: [] }, 3);
    expect(await has()).toMatchObject({ roles: ["b", "c"], groups: [] });
    await reset({ roles: [], groups: ["h"] }, 4);
    expect(await has()).toEqual({ roles: [], groups: ["h"], effective: [] });
  });

  it("stay as they are when a key is unknown", async () => {
    await reset({ roles: ["a"], groups: ["g"] });
    const before = await has();
    for (const [input, reason, keys] of [
      [{ roles: ["b", "nope", "NO", "nope"] }, "RoleUnknownKeys", ["nope", "NO"]],
      [{ groups: ["h", "a b"] }, "GroupUnknownKeys", ["a b"]],
    ] as const) {
      // Even a caller who goes on with his transaction has changed nothing.
      const error = await inTx(p, (tx) => members.resetOfUser(p.ctx, tx, { userId: user, ...input }).catch((thrown: unknown) => thrown));
      expect(error).toMatchObject({ errorName: "NotFound", reason, info: { keys } });
      expect(await has()).toEqual(before);
    }
  });

  it("are known before he is written: keys in order, each once, and what they make together", async () => {
    const resolve = (input: { roles?: string[]; groups?: string[] }) => p.db.read((tx) => members.resolve(p.ctx, tx, input));
    expect(await resolve({ roles: ["b", "a", "b"], groups: ["g"] })).toEqual({ roles: ["a", "b"], groups: ["g"], effectiveRoles: ["c", "b", "a"] });
    expect(await resolve({})).toEqual({ roles: [], groups: [], effectiveRoles: [] });
    await expect(resolve({ roles: ["a", "x"], groups: ["y"] })).rejects.toMatchObject({ reason: "RoleUnknownKeys", info: { keys: ["x"] } });
    await expect(resolve({ roles: ["a"], groups: ["g", "y"] })).rejects.toMatchObject({ reason: "GroupUnknownKeys", info: { keys: ["y"] } });
  });

  it("go with him", async () => {
    await reset({ roles: ["a"], groups: ["g"] });
    await p.db.read((tx) => tx.query("delete from auth_user where project_id = $1 and id = $2", [p.project.id, user]));
    const left = await p.db.read((tx) => tx.query("select 1 from user_role where project_id = $1 union all select 1 from user_group where project_id = $1", [p.project.id]));
    expect(left).toEqual([]);
  });

  it("go with the role and the group", async () => {
    await reset({ roles: ["a", "b"], groups: ["g"] });
    await inTx(p, (tx) => roles.delete(p.ctx, tx, id.a as string));
    await inTx(p, (tx) => groups.delete(p.ctx, tx, id.g as string));
    expect(await has()).toEqual({ roles: ["b"], groups: [], effective: ["b"] });
  });

  it("are asked only of users who exist: unknown ids are named, whatever they look like", async () => {
    await inTx(p, (tx) => members.requireUsers(p.ctx, tx, [user, user]));
    await expect(inTx(p, (tx) => members.requireUsers(p.ctx, tx, ["x", user, NOBODY, "x"]))).rejects.toMatchObject({
      errorName: "NotFound",
      reason: "UserUnknownKeys",
      info: { ids: ["x", NOBODY] },
    });
  });
});

it("users of roles and groups come page by page, in the order they came in", async () => {
  const users = [user, await newUser(p), await newUser(p)];
  for (const [index, one] of users.entries()) await inTx(p, (tx) => members.add(at(p, 3 - index), tx, { userIds: [one], roleIds: ids("a"), groupIds: ids("g") }));
  await inTx(p, (tx) => members.add(p.ctx, tx, { userIds: [user], roleIds: ids("b") }));
  const newest = users.toReversed();
  const page = (offset: number, limit: number) => p.db.read((tx) => members.pageOfRoles(p.ctx, tx, { ids: ids("a", "b", "c"), offset, limit }));
  const found = Object.groupBy(await page(0, 2), ({ ownerId }) => ownerId);
  expect([found[id.a as string], found[id.b as string], found[id.c as string]].map((list) => list?.map(({ userId }) => userId))).toEqual([newest.slice(0, 2), [user], undefined]);
  expect((await page(2, 2)).map(({ userId }) => userId)).toEqual([newest[2]]);
  expect([await page(3, 2), await page(0, 0)]).toEqual([[], []]);
  const ofGroups = await p.db.read((tx) => members.pageOfGroups(p.ctx, tx, { ids: ids("g", "h"), offset: 1, limit: 5 }));
  expect(ofGroups).toEqual(newest.slice(1).map((userId) => ({ ownerId: id.g, userId })));
});

describe("another project (tenant isolation)", () => {
  it("sees and changes nothing of these", async () => {
    const other = await testProject();
    const theirs = await withNouns(other);
    const them = await newUser(other);
    await inTx(other, (tx) => members.add(other.ctx, tx, { userIds: [them], roleIds: [theirs.a as string], groupIds: [theirs.g as string] }));
    await inTx(p, (tx) => members.remove(p.ctx, tx, { userIds: [them], roleIds: [theirs.a as string], groupIds: [theirs.g as string] }));
    await inTx(p, (tx) => links.remove(p.ctx, tx, { groupIds: [theirs.g as string], roleIds: [theirs.a as string, theirs.c as string] }));
    expect(await has(them, other)).toEqual({ roles: ["a"], groups: ["g"], effective: ["c", "a"] });
    expect(await has(them)).toEqual({ roles: [], groups: [], effective: [] });
    await expect(inTx(p, (tx) => members.requireUsers(p.ctx, tx, [them]))).rejects.toMatchObject({ reason: "UserUnknownKeys" });
    await inTx(other, (tx) => roles.create(other.ctx, tx, { key: "only_there" }));
    await expect(reset({ roles: ["only_there"] })).rejects.toMatchObject({ reason: "RoleUnknownKeys" });
    const read = <T>(work: (tx: Tx) => Promise<T[]>): Promise<T[]> => p.db.read(work);
    const page = { offset: 0, limit: 9 };
    const seen = [
      await read((tx) => members.userIdsOfRole(p.ctx, tx, theirs.a as string)),
      await read((tx) => members.userIdsOfGroup(p.ctx, tx, theirs.g as string)),
      await read((tx) => members.pageOfRoles(p.ctx, tx, { ids: [theirs.a as string], ...page })),
      await read((tx) => members.pageOfGroups(p.ctx, tx, { ids: [theirs.g as string], ...page })),
      await read((tx) => links.groupIdsOf(p.ctx, tx, theirs.a as string)),
      await read((tx) => links.roleIdsOf(p.ctx, tx, theirs.g as string)),
      await read((tx) => roles.listByGroupIds(p.ctx, tx, [theirs.g as string])),
      await read((tx) => groups.listByRoleIds(p.ctx, tx, [theirs.a as string])),
    ];
    expect(seen.flat()).toEqual([]);
  });

  it("cannot lend its roles, groups and users", async () => {
    const other = await testProject();
    const theirs = await withNouns(other);
    const them = await newUser(other);
    const attempts = [
      () => inTx(p, (tx) => members.add(p.ctx, tx, { userIds: [user], roleIds: [theirs.a as string] })),
      () => inTx(p, (tx) => members.add(p.ctx, tx, { userIds: [them], groupIds: ids("g") })),
      () => inTx(p, (tx) => links.add(p.ctx, tx, { groupIds: ids("g"), roleIds: [theirs.a as string] })),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(/foreign key/);
  });
});
