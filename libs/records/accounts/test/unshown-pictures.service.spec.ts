import type { UserId } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { AccountLifecycle, Accounts, AccountsModule, WriteAccount } from "@gatehouse/record-accounts";
import { ImageFiles } from "@gatehouse/service-images";
import { statementCount } from "@gatehouse/platform-postgres";
import { type TestModule, type TestProject, testModule, testProject } from "@gatehouse/platform-testing";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

let accounts: TestModule;
beforeAll(async () => {
  accounts = await testModule([AccountsModule]);
});
afterAll(() => accounts.close());
afterEach(() => {
  vi.restoreAllMocks();
});

const files = (): ImageFiles => accounts.get(ImageFiles);
const form = { body: Buffer.from("image"), contentType: "image/png" };

/** A picture in the store, by its stored address. */
async function picture({ ctx }: TestProject): Promise<string> {
  const id = ctx.newId();
  expect(await files().put(ctx, id, { original: form, profile: form })).toBe(true);
  return `authgearimages:///${ctx.project.id}/${id}`;
}

/** Which forms of a picture are there. */
async function forms({ ctx }: TestProject, address: string): Promise<string[]> {
  const found = await Promise.all(
    BOTH.map(async (variant) => {
      const object = await files().get(ctx, { objectId: address.split("/").at(-1) as string, variant });
      object?.body.destroy();
      return object ? [variant] : [];
    }),
  );
  return found.flat();
}
const BOTH = ["original", "profile"];

async function userWith({ ctx, db }: TestProject, address: string): Promise<UserId> {
  const { user } = await db.transaction((tx) => accounts.get(Accounts).create(ctx, tx, { loginIds: [], standardAttributes: { picture: address } }));
  return user.id;
}
const factsOf = async ({ ctx, db }: TestProject, id: UserId): Promise<UserFacts> => (await db.read((tx) => accounts.get(Accounts).facts(ctx, tx, [id])))[0] as UserFacts;

/** Writes other attributes; `also` runs in the same transaction. */
async function write(target: TestProject, id: UserId, standardAttributes: Record<string, unknown>, also: () => Promise<void> = async () => undefined): Promise<void> {
  const before = await factsOf(target, id);
  const after = { ...before, user: { ...before.user, standardAttributes, updatedAt: new Date() } };
  await target.db.transaction(async (tx) => {
    await accounts.get(WriteAccount).run(target.ctx, tx, { before, after });
    await also();
  });
}
const remove = ({ ctx, db }: TestProject, id: UserId): Promise<unknown> => db.transaction((tx) => accounts.get(Accounts).delete(ctx, tx, id));

async function anonymize(target: TestProject, id: UserId): Promise<void> {
  const facts = await factsOf(target, id);
  await target.db.transaction((tx) => accounts.get(AccountLifecycle).change(target.ctx, tx, { facts, operation: { kind: "anonymize" } }));
}

describe("a picture in the store", () => {
  it.each([
    ["replaced", (target: TestProject, id: UserId) => write(target, id, { picture: "https://elsewhere.example/a.png" })],
    ["removed", (target: TestProject, id: UserId) => write(target, id, {})],
    ["deleted with its user", remove],
    ["anonymized with its user", anonymize],
  ])("that is %s is gone after the commit, in both forms", async (_how, change) => {
    const target = await testProject();
    const address = await picture(target);
    const id = await userWith(target, address);
    expect(await forms(target, address)).toEqual(BOTH);
    await change(target, id);
    expect(await forms(target, address)).toEqual([]);
  });

  it("stays when the change is rolled back, and when the picture stays the same", async () => {
    const target = await testProject();
    const address = await picture(target);
    const id = await userWith(target, address);
    await expect(write(target, id, {}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await write(target, id, { picture: address, name: "Ada" });
    expect(await forms(target, address)).toEqual(BOTH);
  });

  it("stays while somebody else of the project shows it", async () => {
    const target = await testProject();
    const address = await picture(target);
    const [first, second] = [await userWith(target, address), await userWith(target, address)];
    await write(target, first, {});
    expect(await forms(target, address)).toEqual(BOTH);
    await write(target, second, {});
    expect(await forms(target, address)).toEqual([]);
  });

  it("of another project is not deleted by who names it in his own", async () => {
    const [target, other] = [await testProject(), await testProject()];
    const address = await picture(other);
    const id = await userWith(target, address);
    await write(target, id, { picture: `authgearimages:///${target.project.id}/../${other.project.id}/${address.split("/").at(-1)}` });
    await write(target, id, {});
    expect(await forms(other, address)).toEqual(BOTH);
  });

  it("that the store does not give up keeps no user from being deleted", async () => {
    const target = await testProject();
    const id = await userWith(target, await picture(target));
    vi.spyOn(files(), "delete").mockRejectedValue(new Error("the store is away"));
    await remove(target, id);
    expect(await factsOf(target, id)).toBeUndefined();
  });

  it("costs one statement more, and users without one none", async () => {
    const target = await testProject();
    const [shown, plain] = [await userWith(target, await picture(target)), await userWith(target, "https://elsewhere.example/a.png")];
    const statements = async (id: UserId) => (await statementCount.during(() => remove(target, id))).sql;
    expect((await statements(shown)) - (await statements(plain))).toBe(1);
  });
});
