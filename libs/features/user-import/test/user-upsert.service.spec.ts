import { setTimeout as sleep } from "node:timers/promises";
import { hash } from "@node-rs/bcrypt";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { checkLoginId } from "@gatehouse/domain-identity";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { Accounts, IdentityChanges } from "@gatehouse/record-accounts";
import { SessionCache, SessionStore } from "@gatehouse/record-sessions";
import { ImageFiles } from "@gatehouse/service-images";
import type { RecordDetail } from "../src/index.js";
import { ImportLookups } from "../src/store/import-lookups.read.js";
import { ImportClient, makeKeys } from "./import-client.js";

let client: ImportClient;
beforeAll(async () => {
  client = await ImportClient.open();
});

const config = {
  identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }] } },
  user_profile: {
    custom_attributes: {
      attributes: [
        { id: "0000", pointer: "/hobby", type: "string" },
        { id: "0001", pointer: "/age", type: "integer" },
      ],
    },
  },
};
const email = "ada@example.com";

/** A project with one imported user. */
async function stored(record: Record<string, unknown>): Promise<{ target: TestProject; userId: string }> {
  const target = await testProject({ config });
  await makeKeys(target, { roles: ["a", "b"], groups: ["g"] });
  const { user_id } = await client.one(target.ctx, { email, ...record });
  return { target, userId: user_id as string };
}

/** Imports a record over a user. */
async function over(
  before: Record<string, unknown>,
  record: Record<string, unknown>,
): Promise<{ target: TestProject; detail: RecordDetail; facts: Awaited<ReturnType<ImportClient["facts"]>> }> {
  const { target, userId } = await stored(before);
  const detail = await client.one(target.ctx, { email, ...record }, { upsert: true });
  return { target, detail, facts: await client.facts(target, userId) };
}
const messages = ({ warnings = [] }: RecordDetail) => warnings.map(({ message }) => message);

describe("an upsert", () => {
  it("of a new user inserts, of a known one updates the same user", async () => {
    const { target, userId } = await stored({});
    expect(await client.one(target.ctx, { email: "b@example.com" }, { upsert: true })).toMatchObject({ outcome: "inserted" });
    expect(await client.one(target.ctx, { email, name: "Ada" }, { upsert: true })).toEqual({ index: 0, record: { email, name: "Ada" }, outcome: "updated", user_id: userId });
    expect(await client.users(target)).toBe(2);
  });

  it("deletes a picture in the store that it takes from its user", async () => {
    const target = await testProject({ config });
    const files = client.module.get(ImageFiles);
    const [objectId, form] = [target.ctx.newId(), { body: Buffer.from("image"), contentType: "image/png" }];
    await files.put(target.ctx, objectId, { original: form, profile: form });
    await client.one(target.ctx, { email, picture: `authgearimages:///${target.project.id}/${objectId}` });
    const kept = async () => {
      const found = await files.get(target.ctx, { objectId, variant: "original" });
      found?.body.destroy();
      return found !== undefined;
    };
    await client.one(target.ctx, { email, name: "Ada" }, { upsert: true });
    expect(await kept()).toBe(true);
    await client.one(target.ctx, { email, picture: null }, { upsert: true });
    expect(await kept()).toBe(false);
  });

  it("sets, keeps and removes attributes one by one; an address is replaced whole", async () => {
    const before = { name: "Ada", given_name: "A", address: { country: "GB", locality: "London" }, custom_attributes: { hobby: "numbers", age: 36 } };
    const { facts, detail } = await over(before, { name: null, nickname: "Countess", address: { country: "FR" }, custom_attributes: { hobby: null } });
    expect(detail.outcome).toBe("updated");
    expect(facts.user.standardAttributes).toEqual({ email, given_name: "A", nickname: "Countess", address: { country: "FR" } });
    expect(facts.user.customAttributes).toEqual({ "0001": 36 });
    expect(facts.user.updatedAt.getTime()).toBeGreaterThan(facts.user.createdAt.getTime());
  });

  it("adds, changes and removes login ids of the built-in keys; several at once", async () => {
    const { target, facts } = await over(
      { preferred_username: "ada", phone_number: "+85298765432", phone_number_verified: true },
      { preferred_username: "countess", phone_number: "+85298765433" },
    );
    expect(facts.user.standardAttributes).toMatchObject({ preferred_username: "countess", phone_number: "+85298765433" });
    expect(facts.verified).toEqual([]);
    const removed = await client.one(target.ctx, { email, preferred_username: null, phone_number: null }, { upsert: true });
    expect(removed.outcome).toBe("updated");
    const after = await client.facts(target, removed.user_id);
    expect([after.identities.map(({ loginIdKey }) => loginIdKey), after.user.standardAttributes]).toEqual([["email"], { email }]);
    await client.one(target.ctx, { email, preferred_username: "ada" }, { upsert: true });
    expect((await client.facts(target, removed.user_id)).user.standardAttributes).toEqual({ email, preferred_username: "ada" });
  });

  it("of several login ids of a key leaves one that is given, moves the newest to a new value, and removes all", async () => {
    const { target, userId } = await stored({ preferred_username: "ada" });
    await target.db.transaction(async (tx) => {
      const [facts] = await client.module.get(Accounts).facts(target.ctx, tx, [userId]);
      const loginId = checkLoginId(target.project, { key: "username", value: "countess" });
      if (facts) await client.module.get(IdentityChanges).add(target.ctx, tx, { facts, identity: { type: "login_id", loginId } });
    });
    const names = async (preferred_username: string | null) => {
      expect(await client.one(target.ctx, { email, preferred_username }, { upsert: true })).toMatchObject({ outcome: "updated" });
      return (await client.facts(target, userId)).identities.flatMap(({ loginIdKey, loginId }) => (loginIdKey === "username" ? [loginId] : [])).toSorted();
    };
    expect(await names("ada")).toEqual(["ada", "countess"]);
    expect(await names("lovelace")).toEqual(["ada", "lovelace"]);
    expect(await names(null)).toEqual([]);
  });

  it("cannot take a login id of another user", async () => {
    const { target, userId } = await stored({});
    await client.one(target.ctx, { email: "b@example.com", preferred_username: "bob" });
    const detail = await client.one(target.ctx, { email, preferred_username: "bob", name: "Mallory" }, { upsert: true });
    expect(detail).toMatchObject({ outcome: "failed", errors: [{ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } }] });
    expect((await client.facts(target, userId)).user.standardAttributes).toEqual({ email });
  });

  it("cannot remove the last identity", async () => {
    const { target, userId } = await stored({ preferred_username: "ada" });
    await target.db.read((tx) => tx.query("update identity set type = 'ldap' where project_id = $1 and user_id = $2 and login_id_key = 'email'", [target.project.id, userId]));
    const detail = await client.one(target.ctx, { email, preferred_username: null }, { upsert: true });
    expect(detail).toMatchObject({ outcome: "failed", errors: [{ info: { cause: { kind: "RemoveLastIdentity" } } }] });
  });

  it("marks addresses only together with their value", async () => {
    const { facts, detail, target } = await over({}, { email_verified: true, phone_number_verified: true });
    expect(facts.verified).toEqual([{ name: "email", value: email }]);
    expect(messages(detail)).toEqual(["phone_number_verified has no effect when phone_number is absent."]);
    const again = await client.one(target.ctx, { email, email_verified: false, phone_number: null, phone_number_verified: true }, { upsert: true });
    expect(messages(again)).toEqual(["phone_number_verified has no effect when phone_number = null."]);
    expect((await client.facts(target, again.user_id)).verified).toEqual([]);
  });

  it("makes roles exactly those given and keeps absent ones; groups too", async () => {
    const { facts, target } = await over({ roles: ["a", "b"], groups: ["g"] }, { roles: ["b"] });
    expect([facts.roles, facts.groups]).toEqual([["b"], ["g"]]);
    const none = await client.one(target.ctx, { email, groups: [] }, { upsert: true });
    const after = await client.facts(target, none.user_id);
    expect([after.roles, after.groups]).toEqual([["b"], []]);
  });

  it("leaves passwords and TOTP as they are, without a warning", async () => {
    const password = async (plain: string) => ({ type: "bcrypt", password_hash: await hash(plain, { cost: 4 }) });
    const old = await password("old");
    const { facts, detail } = await over(
      { password: old, mfa: { totp: { secret: "JBSWY3DPEHPK3PXP" } } },
      { password: { type: "bcrypt", password_hash: "not even a hash" }, mfa: { password: await password("new"), totp: { secret: "!" } } },
    );
    expect([detail.outcome, messages(detail)]).toEqual(["updated", []]);
    expect(facts.authenticators.map(({ type, kind, passwordHash, secret }) => [type, kind, passwordHash ?? secret]).sort()).toEqual([
      ["password", "primary", old.password_hash],
      ["totp", "secondary", "JBSWY3DPEHPK3PXP"],
    ]);
  });

  it("replaces the one second address, or removes it with the recovery codes", async () => {
    const { facts, target } = await over({ mfa: { email: "one@example.com", phone_number: "+85298765432" } }, { mfa: { email: "two@example.com" } });
    expect(facts.authenticators.map(({ email: address, phone }) => address ?? phone).sort()).toEqual(["+85298765432", "two@example.com"]);
    await target.db.read((tx) =>
      tx.query("insert into recovery_code (project_id, id, user_id, code_hash, created_at) values ($1, gen_random_uuid(), $2, 'x', now())", [target.project.id, facts.user.id]),
    );
    const kept = await client.one(target.ctx, { email, mfa: { email: "two@example.com", phone_number: null } }, { upsert: true });
    expect(await client.facts(target, kept.user_id)).toMatchObject({ recoveryCodes: 1, authenticators: [{ email: "two@example.com" }] });
    await client.one(target.ctx, { email, mfa: { email: null } }, { upsert: true });
    expect(await client.facts(target, kept.user_id)).toMatchObject({ recoveryCodes: 0, authenticators: [] });
  });

  it("disables and enables; what is so already is a warning", async () => {
    const { facts, target, detail } = await over({}, { disabled: true });
    expect([facts.user.status.isIndefinitelyDisabled, messages(detail)]).toEqual([true, []]);
    const again = await client.one(target.ctx, { email, disabled: true, name: "Ada" }, { upsert: true });
    expect([again.outcome, messages(again)]).toEqual(["updated", ["invalid account status transition: disabled -> disabled"]]);
    const enabled = await client.one(target.ctx, { email, disabled: false }, { upsert: true });
    expect(messages(enabled)).toEqual([]);
    const normal = await client.one(target.ctx, { email, disabled: false }, { upsert: true });
    expect(messages(normal)).toEqual(["invalid account status transition: normal -> normal"]);
    expect((await client.facts(target, normal.user_id)).user).toMatchObject({ status: { isIndefinitelyDisabled: false }, standardAttributes: { name: "Ada" } });
  });

  it("sets one end of the period beside the other", async () => {
    const { facts, target } = await over({ account_valid_from: "2030-01-01T00:00:00Z" }, { account_valid_until: "2031-01-01T00:00:00Z" });
    expect(facts.user.status).toMatchObject({ accountValidFrom: new Date("2030-01-01"), accountValidUntil: new Date("2031-01-01") });
    const row = await target.db.read((tx) => tx.queryOne("select is_disabled, account_status_stale_from as at from auth_user where project_id = $1", [target.project.id]));
    expect(row).toEqual({ is_disabled: true, at: new Date("2030-01-01") });
    const failed = await client.one(target.ctx, { email, account_valid_until: "2029-01-01T00:00:00Z" }, { upsert: true });
    expect(failed).toMatchObject({ outcome: "failed", errors: [{ reason: "InvalidAccountStatusTransition" }] });
  });

  it("a user who is disabled by it is signed out, and search hears of every change", async () => {
    const { target, userId } = await stored({});
    const sessions = client.module.get(SessionStore);
    await target.db.transaction((tx) => sessions.create(target.ctx, tx, { userId: userId as never, amr: ["pwd"] }));
    await target.db.read((tx) => tx.query("update auth_user set last_indexed_at = clock_timestamp() where project_id = $1", [target.project.id]));
    await client.one(target.ctx, { email, disabled: true }, { upsert: true });
    const row = await target.db.read((tx) =>
      tx.queryOne(
        `select (select count(*)::int from idp_session s where s.project_id = $1) as sessions, u.require_reindex_after > u.last_indexed_at as due from auth_user u where u.project_id = $1`,
        [target.project.id],
      ),
    );
    expect(row).toEqual({ sessions: 0, due: true });
  });

  it("is seen by the sessions of a user at once, whatever it changes", async () => {
    const { target, userId } = await stored({});
    const [sessions, cache] = [client.module.get(SessionStore), client.module.get(SessionCache)];
    const { session } = await target.db.transaction((tx) => sessions.create(target.ctx, tx, { userId: userId as never, amr: ["pwd"] }));
    for (const record of [{ roles: ["a"] }, { groups: ["g"] }, { name: "Ada" }, { custom_attributes: { hobby: "numbers" } }, { account_valid_until: "2100-01-01T00:00:00Z" }]) {
      await cache.fill(target.ctx, { kind: "idp", id: session.id, value: "{}", seconds: 60 });
      expect(await cache.read(target.ctx, "idp", session.id)).toEqual({ value: "{}" });
      await client.one(target.ctx, { email, ...record }, { upsert: true });
      expect(await cache.read(target.ctx, "idp", session.id), JSON.stringify(record)).toBeUndefined();
    }
  });

  it.each([
    ["was deleted", "delete from auth_user where project_id = $1 and id = $2"],
    ["got another address", `update identity set claims = '{"email":"other@example.com"}', unique_key = 'other@example.com' where project_id = $1 and user_id = $2`],
  ])("is of nobody who %s at the same moment", async (_what, sql) => {
    const { target, userId } = await stored({});
    const lock = vi.spyOn(ImportLookups.prototype, "lock").mockImplementationOnce(async () => {
      await target.db.read((tx) => tx.query(sql, [target.project.id, userId]));
    });
    const detail = await client.one(target.ctx, { email, name: "Ada" }, { upsert: true });
    lock.mockRestore();
    expect(detail).toMatchObject({ outcome: "inserted", user_id: expect.not.stringMatching(userId) });
    const names = await target.db.read((tx) =>
      tx.query("select standard_attributes ->> 'name' as name from auth_user where project_id = $1 and id = $2", [target.project.id, userId]),
    );
    expect(names).toEqual(names.map(() => ({ name: null })));
  });

  it("leaves its address to one user when another links a social account with it at the same moment", async () => {
    const { target } = await stored({});
    const { ctx, db } = target;
    const [accounts, changes] = [client.module.get(Accounts), client.module.get(IdentityChanges)];
    const bob = await db.transaction((tx) => accounts.create(ctx, tx, { loginIds: [checkLoginId(ctx.project, { key: "username", value: "bob" })] }));
    const link = () =>
      db.transaction(async (tx) => {
        const facts = await changes.locked(ctx, tx, bob.user.id);
        await changes.add(ctx, tx, { facts, identity: { type: "oauth", uniqueKey: "g:1", claims: { email: "new@example.com" } } });
      });
    const similar = ImportLookups.prototype.similar;
    let other: Promise<unknown> | undefined;
    // The record's address was found free; before it is written, Bob asks.
    const between = vi.spyOn(ImportLookups.prototype, "similar").mockImplementationOnce(async function (this: ImportLookups, ...asked) {
      const found = await similar.apply(this, asked);
      other = link().catch((error: unknown) => error);
      await Promise.race([other, sleep(300)]);
      return found;
    });
    expect(await client.one(ctx, { email: "new@example.com" })).toMatchObject({ outcome: "inserted" });
    between.mockRestore();
    expect(await other).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } });
  });

  it("finds by the claim of a social identity, by its exact value", async () => {
    const target = await testProject({ config });
    const { db, ctx } = target;
    const made = await db.transaction((tx) =>
      client.module.get(Accounts).create(ctx, tx, { identities: [{ type: "oauth", uniqueKey: "g:1", claims: { email: "Ada@example.com" } }] }),
    );
    expect(await client.one(ctx, { email: "Ada@example.com", name: "Ada" }, { upsert: true })).toMatchObject({ outcome: "updated", user_id: made.user.id });
    expect(await client.one(ctx, { email: "ada@EXAMPLE.com" }, { upsert: true })).toMatchObject({ outcome: "inserted" });
  });
});
