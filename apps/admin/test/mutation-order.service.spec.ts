import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { UserStore } from "@gatehouse/record-users";
import { type AdminClient, adminClient } from "./admin-client.js";
import { eventsOf } from "./admin-rows.js";
import { AdminUsers, caughtMessages } from "./admin-users.js";

let client: AdminClient;
let hook: Server;
const asked: any[] = [];
beforeAll(async () => {
  client = await adminClient();
  hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.setHeader("content-type", "application/json").end('{"is_allowed":true,"mutations":{"user":{"custom_attributes":{}}}}');
    });
  });
  await new Promise<void>((resolve) => void hook.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => new Promise((resolve) => void hook.close(resolve)));

const email = (value: string) => ({ loginID: { key: "email", value } });
/** A mutation, its input and what is asked of its payload. */
type Step = [mutation: string, input: object, fields: string];

/** Runs mutations as one request. */
function together(users: AdminUsers, ...steps: Step[]) {
  const inputs = steps.map(([mutation], at) => `$i${at}: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`);
  const fields = steps.map(([mutation, , payload], at) => `m${at}: ${mutation}(input: $i${at}) { ${payload} }`);
  return users.ask(`mutation(${inputs.join(", ")}) { ${fields.join(" ")} }`, Object.fromEntries(steps.map(([, input], at) => [`i${at}`, input])));
}

describe("a mutation sees what the ones before it in the request have done", () => {
  it.each<[string, (users: AdminUsers, owner: { id: string; userId: string }) => Promise<Step>]>([
    ["was deleted", async (_users, { id }) => ["deleteUser", { userID: id }, "deletedUserID"]],
    ["was anonymized", async (_users, { id }) => ["anonymizeUser", { userID: id }, "anonymizedUserID"]],
    ["gave it up", async (users, { userId }) => ["deleteIdentity", { identityID: await users.identityId(userId, "a@example.com") }, "user { id }"]],
  ])("a new user may have the login id of one who %s", async (_name, free) => {
    const users = await AdminUsers.make(client);
    const owner = await users.add({ email: ["a@example.com", "b@example.com"] });
    const { data, errors } = await together(users, await free(users, owner), [
      "createUser",
      { definition: email("a@example.com"), password: "correct horse battery" },
      "user { id }",
    ]);
    expect([errors, data?.m1.user.id]).toEqual([undefined, expect.any(String)]);
    expect(data.m1.user.id).not.toBe(owner.id);
  });

  it("an email address may be the user's main one as soon as he has it", async () => {
    asked.length = 0;
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
    for (const handlers of [[], [{ event: "user.profile.pre_update", url }]]) {
      const users = await AdminUsers.make(client, { config: { hook: { blocking_handlers: handlers } } });
      const { id } = await users.add({ email: "a@example.com" });
      const added: Step = ["createIdentity", { userID: id, definition: email("b@example.com") }, "identity { id }"];
      const { data } = await together(users, added, ["updateUser", { userID: id, standardAttributes: { email: "b@example.com" } }, "user { standardAttributes }"]);
      expect(data?.m1.user.standardAttributes).toMatchObject({ email: "b@example.com", email_verified: false });
    }
    expect(asked.map(({ payload }) => payload.user.standard_attributes.email)).toEqual(["b@example.com"]);
  });
});

describe("a mutation that may fail without a value", () => {
  it("keeps the ones after it from nothing, and yet everything is undone", async () => {
    const users = await AdminUsers.make(client);
    const query = `mutation($loginID: ID!) {
      sendResetPasswordMessage(input: { loginID: $loginID })
      createUser(input: { definition: { loginID: { key: "email", value: "a@example.com" } }, password: "correct horse battery" }) { user { standardAttributes } }
    }`;
    const { data, errors } = await users.ask(query, { loginID: "nobody@example.com" });
    expect(errors?.map(({ path, extensions }) => [path, extensions?.reason])).toEqual([[["sendResetPasswordMessage"], "ForgotPasswordFailed"]]);
    expect(data).toMatchObject({ sendResetPasswordMessage: null, createUser: { user: { standardAttributes: { email: "a@example.com" } } } });
    expect((await users.ask("{ users { totalCount } }")).data.users.totalCount).toBe(0);
  });
});

describe("requests that change the same users in different orders", () => {
  /** What the database says to the one that it ends. */
  const deadlock = Object.assign(new Error("deadlock detected"), { driverError: { code: "40P01" } });
  const both = async (users: AdminUsers) => {
    const [a, b] = [await users.add({ email: "a@example.com" }), await users.add({ email: "b@example.com" })];
    return () => together(users, ...[a, b].map(({ id }): Step => ["setDisabledStatus", { userID: id, isDisabled: true }, "user { isDisabled }"]));
  };

  it("are done again when the database has ended them, and leave nothing of the first time", async () => {
    const users = await AdminUsers.make(client);
    const disable = await both(users);
    const lock = vi.spyOn(UserStore.prototype, "lock");
    lock.mockResolvedValueOnce(true).mockRejectedValueOnce(deadlock);
    expect(await disable()).toMatchObject({ data: { m0: { user: { isDisabled: true } }, m1: { user: { isDisabled: true } } } });
    expect(lock).toHaveBeenCalledTimes(4);
    expect((await eventsOf(users.test)).map(({ type }) => type).filter((type) => type === "user.disabled")).toHaveLength(2);
  });

  it("fail when that happens again and again", async () => {
    const users = await AdminUsers.make(client);
    const disable = await both(users);
    const lock = vi.spyOn(UserStore.prototype, "lock").mockRejectedValue(deadlock);
    expect(await disable()).toMatchObject({ status: 200, data: null, errors: [{ message: "unexpected error", locations: [] }] });
    expect(lock).toHaveBeenCalledTimes(4);
  });
});

describe("the web hook of a profile", () => {
  it("sees what the mutations before it in the request have done", async () => {
    asked.length = 0;
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
    const users = await AdminUsers.make(client, { config: { hook: { blocking_handlers: [{ event: "user.profile.pre_update", url }] } } });
    const { id } = await users.add({ email: "a@example.com" });
    const { data } = await together(
      users,
      ["setDisabledStatus", { userID: id, isDisabled: true, reason: "why" }, "user { id }"],
      ["updateUser", { userID: id, standardAttributes: { name: "A" } }, "user { id }"],
      ["updateUser", { userID: id, standardAttributes: { name: "B" } }, "user { standardAttributes isDisabled }"],
    );
    expect(data?.m2.user).toMatchObject({ standardAttributes: { name: "B" }, isDisabled: true });
    const seen = asked.map(({ payload: { user } }) => [user.standard_attributes.name, user.is_disabled, user.disable_reason]);
    expect(seen).toEqual([
      ["A", true, "why"],
      ["B", true, "why"],
    ]);
    expect((await users.told()).filter((type) => type === "user.profile.updated")).toHaveLength(2);
  });
});

describe("a password is mailed by a request that stops to ask a web hook", () => {
  const EMAIL = { email_per_target: { enabled: true, period: "1h", burst: 2 } };
  const asking = (more: object = {}) => {
    const handlers = [{ event: "user.profile.pre_update", url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/` }];
    return AdminUsers.make(client, { config: { hook: { blocking_handlers: handlers }, messaging: { rate_limits: EMAIL }, ...more } });
  };
  const resetting = (id: string): Step => ["resetPassword", { userID: id, sendPassword: true }, "user { id }"];
  const naming = (id: string): Step => ["updateUser", { userID: id, standardAttributes: { name: "A" } }, "user { id }"];
  const reasonOf = async (answer: ReturnType<typeof together>) => (await answer).errors?.[0].extensions?.reason;

  it("once, and the rate limits of its address are taken once", async () => {
    const mails = caughtMessages(client);
    const users = await asking();
    const { id } = await users.add({ email: "a@example.com" });
    expect(await reasonOf(together(users, resetting(id), naming(id)))).toBeUndefined();
    expect(mails).toHaveLength(1);
    expect([await reasonOf(together(users, resetting(id))), await reasonOf(together(users, resetting(id)))]).toEqual([undefined, "RateLimited"]);
    const made: Step = ["createUser", { definition: email("b@example.com"), password: "", sendPassword: true }, "user { id }"];
    expect(await reasonOf(together(users, made, naming(id)))).toBeUndefined();
    const { data } = await users.ask('{ getUserByLoginID(loginIDKey: "email", loginIDValue: "b@example.com") { id } }');
    const other = data.getUserByLoginID.id;
    expect([await reasonOf(together(users, resetting(other))), await reasonOf(together(users, resetting(other)))]).toEqual([undefined, "RateLimited"]);
  });

  it("as often as its mutations say, each of them within the limits", async () => {
    const mails = caughtMessages(client);
    const users = await asking();
    const { id } = await users.add({ email: "a@example.com" });
    expect(await reasonOf(together(users, resetting(id), resetting(id), naming(id)))).toBeUndefined();
    expect(mails).toHaveLength(2);
    expect(await reasonOf(together(users, resetting(id)))).toBe("RateLimited");
  });

  it("and counts as used once, when it has left", async () => {
    caughtMessages(client);
    const users = await asking({ messaging: {}, usage: { limits: { email: [{ quota: 2, period: "month", action: "block" }] } } });
    const { id } = await users.add({ email: "a@example.com" });
    const failing: Step = ["deleteUser", { userID: "x" }, "deletedUserID"];
    expect(await reasonOf(together(users, resetting(id), failing))).toBe("Invalid");
    expect(await reasonOf(together(users, resetting(id), naming(id)))).toBeUndefined();
    expect([await reasonOf(together(users, resetting(id))), await reasonOf(together(users, resetting(id)))]).toEqual([undefined, "UsageLimitExceeded"]);
  });
});

describe("a mutation is refused for what still is so when its turn comes", () => {
  it("a login id that nobody gave up", async () => {
    const users = await AdminUsers.make(client);
    await users.add({ email: "a@example.com" });
    const other = await users.add({ email: "b@example.com" });
    const { data, errors } = await together(
      users,
      ["deleteUser", { userID: other.id }, "deletedUserID"],
      ["createUser", { definition: email("a@example.com"), password: "correct horse battery" }, "user { id }"],
    );
    expect([data, errors?.[0]]).toMatchObject([null, { path: ["m1"], extensions: { reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } } }]);
    expect((await users.facts(other.userId)).user.id).toBe(other.userId);
  });

  it("threat: an address of somebody else as one's own", async () => {
    const users = await AdminUsers.make(client);
    await users.add({ email: "a@example.com" });
    const { id, userId } = await users.add({ email: "b@example.com" });
    const { data, errors } = await together(
      users,
      ["updateUser", { userID: id, standardAttributes: { name: "B" } }, "user { id }"],
      ["updateUser", { userID: id, standardAttributes: { email: "a@example.com" } }, "user { id }"],
    );
    expect([data, errors]).toEqual([null, [{ message: "unexpected error", locations: [] }]]);
    expect((await users.facts(userId)).user.standardAttributes).toEqual({ email: "b@example.com" });
  });
});
