import type { Tx } from "@gatehouse/platform-postgres";
import { statementCount } from "@gatehouse/platform-postgres";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { describe, expect, it } from "vitest";
import { GroupRoleStore, GroupStore, type Role, RoleStore } from "../src/index.js";

const [roles, groups, links] = [new RoleStore(), new GroupStore(), new GroupRoleStore()];

const inTx = <T>({ db }: TestProject, work: (tx: Tx) => Promise<T>): Promise<T> => db.transaction(work);
const reasonOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: { reason?: string }) => error.reason ?? String(error),
  );
const at = (p: TestProject, seconds: number) => p.with({ now: () => new Date(Date.UTC(2030, 0, 1, 0, 0, seconds)) });
const keys = (rows: readonly Pick<Role, "key">[]): string[] => rows.map(({ key }) => key);
const NOBODY = "00000000-0000-4000-8000-000000000000";

describe.each([
  ["Role", roles],
  ["Group", groups],
] as const)("%s", (noun, store) => {
  it("is created, changed and deleted; empty texts are none, null keeps", async () => {
    const p = await testProject();
    const made = await inTx(p, (tx) => store.create(at(p, 1), tx, { key: "a:b", name: "", description: "What it is" }));
    expect(made).toEqual({ id: made.id, key: "a:b", name: null, description: "What it is", createdAt: at(p, 1).now(), updatedAt: at(p, 1).now() });
    const kept = await inTx(p, (tx) => store.update(at(p, 2), tx, { id: made.id, key: null, name: null }));
    expect(kept).toEqual({ before: made, after: { ...made, updatedAt: at(p, 2).now() } });
    const changed = await inTx(p, (tx) => store.update(at(p, 3), tx, { id: made.id, key: "c", name: "Name", description: "" }));
    expect(changed).toEqual({ before: kept.after, after: { ...made, key: "c", name: "Name", description: null, updatedAt: at(p, 3).now() } });
    expect(await p.db.read((tx) => store.byIds(p.ctx, tx, [made.id, "no uuid", NOBODY]))).toEqual([changed.after]);
    expect(await inTx(p, (tx) => store.delete(p.ctx, tx, made.id))).toEqual(changed.after);
    for (const id of [made.id, "no uuid"]) {
      expect(await reasonOf(inTx(p, (tx) => store.delete(p.ctx, tx, id)))).toBe(`${noun}NotFound`);
      expect(await reasonOf(inTx(p, (tx) => store.update(p.ctx, tx, { id })))).toBe(`${noun}NotFound`);
    }
  });

  it("has a key of its own form, which nobody else has", async () => {
    const p = await testProject();
    const create = (key: string) => reasonOf(inTx(p, (tx) => store.create(p.ctx, tx, { key })));
    expect(await Promise.all(["authgear:x", "1abc", "", "x".repeat(41)].map(create))).toEqual(Array.from({ length: 4 }, () => "ValidationFailed"));
    expect([await create("a"), await create("A"), await create("a")]).toEqual(["none", "none", `${noun}DuplicateKey`]);
    const [one] = await inTx(p, (tx) => store.byKeys(p.ctx, tx, ["A"]));
    const rename = (key: string) => reasonOf(inTx(p, (tx) => store.update(p.ctx, tx, { id: one?.id ?? "", key })));
    expect([await rename("A"), await rename("a"), await rename("1"), await rename("")]).toEqual(["none", `${noun}DuplicateKey`, "ValidationFailed", "ValidationFailed"]);
  });

  it("is made once when two ask for the key at the same time", async () => {
    const p = await testProject();
    const reasons = await Promise.all(Array.from({ length: 5 }, () => reasonOf(inTx(p, (tx) => store.create(p.ctx, tx, { key: "race" })))));
    expect(reasons.sort()).toEqual([...Array.from({ length: 4 }, () => `${noun}DuplicateKey`), "none"]);
    const others = await Promise.all(["b", "c"].map((key) => inTx(p, (tx) => store.create(p.ctx, tx, { key }))));
    const renamed = await Promise.all(others.map(({ id }) => reasonOf(inTx(p, (tx) => store.update(p.ctx, tx, { id, key: "same" })))));
    expect(renamed.sort()).toEqual([`${noun}DuplicateKey`, "none"]);
  });

  it("is found by key: in the order asked for, each once; unknown keys are named", async () => {
    const p = await testProject();
    for (const key of ["a", "b", "c"]) await inTx(p, (tx) => store.create(p.ctx, tx, { key }));
    expect(keys(await inTx(p, (tx) => store.byKeys(p.ctx, tx, ["c", "nope", "a", "c", "\0"])))).toEqual(["c", "a"]);
    expect((await inTx(p, (tx) => store.required(p.ctx, tx, "b"))).key).toBe("b");
    expect(await reasonOf(inTx(p, (tx) => store.required(p.ctx, tx, "B")))).toBe(`${noun}NotFound`);
    await expect(inTx(p, (tx) => store.allRequired(p.ctx, tx, { keys: ["x", "a", "", "x"] }))).rejects.toMatchObject({
      errorName: "NotFound",
      reason: `${noun}UnknownKeys`,
      info: { keys: ["x", ""] },
    });
    expect(await inTx(p, (tx) => store.allRequired(p.ctx, tx, { keys: [] }))).toEqual([]);
  });

  it("is listed by key, page by page; searched in key and name without regard to case", async () => {
    const p = await testProject();
    const made = new Map<string, Role>();
    for (const [key, name] of [
      ["b_2", "Second"],
      ["a_1", "First"],
      ["C_3", null],
    ] as const)
      made.set(key, await inTx(p, (tx) => store.create(p.ctx, tx, { key, name })));
    const page = async (more: object) => keys(await p.db.read((tx) => store.page(p.ctx, tx, { offset: 0, limit: 10, ...more })));
    expect(await page({})).toEqual(["C_3", "a_1", "b_2"]);
    expect([await page({ limit: 1, offset: 1 }), await page({ limit: 0 }), await page({ offset: 3 })]).toEqual([["a_1"], [], []]);
    expect([await page({ searchKeyword: "IRS" }), await page({ searchKeyword: "c_" }), await page({ searchKeyword: "%" }), await page({ searchKeyword: "" })]).toEqual([
      ["a_1"],
      ["C_3"],
      [],
      ["C_3", "a_1", "b_2"],
    ]);
    expect(await page({ excludedIds: [made.get("a_1")?.id, "no uuid", NOBODY] })).toEqual(["C_3", "b_2"]);
    expect(await p.db.read((tx) => store.count(p.ctx, tx))).toBe(3);
  });

  it("of another project is not found (tenant isolation)", async () => {
    const [p, other] = [await testProject(), await testProject()];
    const theirs = await inTx(other, (tx) => store.create(other.ctx, tx, { key: "a", name: "theirs" }));
    expect(await reasonOf(inTx(p, (tx) => store.update(p.ctx, tx, { id: theirs.id, name: "taken" })))).toBe(`${noun}NotFound`);
    expect(await reasonOf(inTx(p, (tx) => store.delete(p.ctx, tx, theirs.id)))).toBe(`${noun}NotFound`);
    expect(await reasonOf(inTx(p, (tx) => store.required(p.ctx, tx, "a")))).toBe(`${noun}NotFound`);
    expect(await p.db.read((tx) => store.byIds(p.ctx, tx, [theirs.id]))).toEqual([]);
    expect([await p.db.read((tx) => store.page(p.ctx, tx, { offset: 0, limit: 10 })), await p.db.read((tx) => store.count(p.ctx, tx))]).toEqual([[], 0]);
    const ours = await inTx(p, (tx) => store.create(p.ctx, tx, { key: "a" }));
    expect(ours.id).not.toBe(theirs.id);
    expect(await other.db.read((tx) => store.byIds(other.ctx, tx, [theirs.id]))).toEqual([theirs]);
  });
});

describe("roles of groups", () => {
  it("are added and removed, again without change; deletion takes the links along", async () => {
    const p = await testProject();
    const [a, b] = await inTx(p, async (tx) => [await roles.create(p.ctx, tx, { key: "a" }), await roles.create(p.ctx, tx, { key: "b" })] as const);
    const [g, h] = await inTx(p, async (tx) => [await groups.create(p.ctx, tx, { key: "g" }), await groups.create(p.ctx, tx, { key: "h" })] as const);
    await inTx(p, (tx) => links.add(at(p, 2), tx, { groupIds: [h.id], roleIds: [a.id] }));
    await inTx(p, (tx) => links.add(at(p, 1), tx, { groupIds: [g.id], roleIds: [a.id, b.id] }));
    for (const seconds of [3, 4]) await inTx(p, (tx) => links.add(at(p, seconds), tx, { groupIds: [g.id, h.id], roleIds: [a.id, b.id] }));
    const read = async () => ({
      roles: (await p.db.read((tx) => roles.listByGroupIds(p.ctx, tx, [g.id, h.id]))).map(({ ownerId, key }) => `${ownerId === g.id ? "g" : "h"}-${key}`),
      groups: (await p.db.read((tx) => groups.listByRoleIds(p.ctx, tx, [a.id, b.id]))).map(({ ownerId, key }) => `${ownerId === a.id ? "a" : "b"}-${key}`).sort(),
      ids: [await p.db.read((tx) => links.groupIdsOf(p.ctx, tx, b.id)), await p.db.read((tx) => links.roleIdsOf(p.ctx, tx, h.id))],
    });
    expect(await read()).toEqual({
      roles: ["g-a", "g-b", "h-a", "h-b"],
      groups: ["a-g", "a-h", "b-g", "b-h"],
      ids: [
        [g.id, h.id],
        [a.id, b.id],
      ],
    });
    for (let i = 0; i < 2; i += 1) await inTx(p, (tx) => links.remove(p.ctx, tx, { groupIds: [g.id], roleIds: [b.id] }));
    expect(await read()).toMatchObject({ roles: ["g-a", "h-a", "h-b"], groups: ["a-g", "a-h", "b-h"] });
    await inTx(p, (tx) => roles.delete(p.ctx, tx, a.id));
    expect(await read()).toMatchObject({ roles: ["h-b"], groups: ["b-h"] });
    await inTx(p, (tx) => groups.delete(p.ctx, tx, h.id));
    expect(await read()).toMatchObject({ roles: [], groups: [] });
  });

  it("are read for many owners in one statement, and in none without owners", async () => {
    const p = await testProject();
    const ids = Array.from({ length: 50 }, () => p.ctx.newId());
    const counted = await statementCount.during(() =>
      p.db.read(async (tx) => {
        for (const owners of [ids, []]) {
          await roles.listByGroupIds(p.ctx, tx, owners);
          await groups.listByRoleIds(p.ctx, tx, owners);
          await roles.listByUserIds(p.ctx, tx, owners);
          await roles.effectiveByUserIds(p.ctx, tx, owners);
          await groups.listByUserIds(p.ctx, tx, owners);
        }
      }),
    );
    expect(counted.sql).toBe(5);
  });
});
