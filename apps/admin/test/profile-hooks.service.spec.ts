import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers } from "./admin-users.js";

let client: AdminClient;
let hook: Server;
/** What the web hook was asked, and what it answers next. */
const asked: any[] = [];
let answer: object = { is_allowed: true };
beforeAll(async () => {
  client = await adminClient();
  hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => void hook.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => void hook.close(resolve)));

const USER = "user { standardAttributes customAttributes }";
const custom = (attributes: [pointer: string, rest: object][]) => ({
  user_profile: { custom_attributes: { attributes: attributes.map(([pointer, rest], index) => ({ id: `000${index}`, pointer: `/${pointer}`, ...rest })) } },
});
const withoutTime = ({ updated_at: _time, ...attributes }: Record<string, unknown>) => attributes;

describe("the web hook user.profile.pre_update", () => {
  const withHook = async (more: object = {}) => {
    asked.length = 0;
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
    const handlers = ["user.profile.pre_update", "user.pre_create"].map((event) => ({ event, url }));
    return AdminUsers.make(client, { config: { ...custom([["tier", { type: "string" }]]), hook: { blocking_handlers: handlers }, ...more } });
  };

  it("sees the user as he will be, and may refuse", async () => {
    const users = await withHook();
    const { id, userId } = await users.add({ email: "a@example.com" });
    answer = { is_allowed: false, title: "No", reason: "closed" };
    const refused = await users.refusal("updateUser", { userID: id, standardAttributes: { given_name: "A" } });
    expect(refused).toMatchObject({
      errorName: "Forbidden",
      reason: "HookDisallowed",
      info: { event_type: "user.profile.pre_update", reasons: [{ title: "No", reason: "closed" }] },
    });
    expect(asked[0]).toMatchObject({
      type: "user.profile.pre_update",
      payload: { user: { id: userId, standard_attributes: { given_name: "A", email: "a@example.com" } } },
      context: { triggered_by: "admin_api" },
    });
    expect((await users.facts(userId)).user.standardAttributes.given_name).toBeUndefined();
    expect(await users.told()).toEqual([]);
  });

  it("may change attributes, roles and groups", async () => {
    const users = await withHook();
    const { id, userId } = await users.add({ email: "a@example.com" });
    for (const [name, key] of [
      ["createRole", "r"],
      ["createGroup", "g"],
    ] as const)
      await users.mutate(name, { key }, name === "createRole" ? "role { id }" : "group { id }");
    answer = { is_allowed: true, mutations: { user: { standard_attributes: { nickname: "N" }, custom_attributes: { tier: "gold", unknown: 1 }, roles: ["r"], groups: ["g"] } } };
    const { user } = await users.mutate("updateUser", { userID: id, standardAttributes: { given_name: "A" } }, USER);
    expect([withoutTime(user.standardAttributes), user.customAttributes]).toEqual([{ nickname: "N", email: "a@example.com", email_verified: false }, { tier: "gold" }]);
    expect(await users.facts(userId)).toMatchObject({ roles: ["r"], groups: ["g"] });
    expect((await users.payload("user.profile.updated")).user).toMatchObject({ roles: ["r"], groups: ["g"], custom_attributes: { tier: "gold" } });
    answer = { is_allowed: true, mutations: { user: { roles: ["nope"] } } };
    expect(await users.refusal("updateUser", { userID: id, standardAttributes: {} })).toMatchObject({ errorName: "NotFound", reason: "RoleUnknownKeys", info: { keys: ["nope"] } });
    expect((await users.facts(userId)).user.standardAttributes.nickname).toBe("N");
  });

  it("leaves alone what the handlers do, even if a provider had said what no administrator could", async () => {
    const users = await withHook();
    const { id, userId } = await users.add({ standardAttributes: { locale: "en_US" } });
    answer = { is_allowed: true, mutations: { user: { custom_attributes: { tier: "gold" } } } };
    await users.mutate("updateUser", { userID: id, customAttributes: {} }, USER);
    expect((await users.facts(userId)).user).toMatchObject({ standardAttributes: { locale: "en_US" }, customAttributes: { "0000": "gold" } });
  });

  it.each([
    [{ standard_attributes: { birthdate: "x" } }, "ValidationFailed"],
    [{ standard_attributes: { unknown: "x" } }, "ValidationFailed"],
    [{ custom_attributes: { tier: 1 } }, "ValidationFailed"],
    [{ standard_attributes: { email: "other@example.com" } }, undefined],
  ])("cannot write what an administrator could not: %j", async (user, reason) => {
    const users = await withHook();
    const { id } = await users.add({ email: "a@example.com" });
    answer = { is_allowed: true, mutations: { user } };
    expect((await users.refusal("updateUser", { userID: id, customAttributes: {} })).reason).toBe(reason);
    expect((await users.refusal("createUser", { definition: { loginID: { key: "email", value: "new@example.com" } } })).reason).toBe(reason);
    expect(await users.told()).toEqual([]);
  });

  it("is not asked when nothing is passed", async () => {
    const users = await withHook();
    const { id } = await users.add({});
    answer = { is_allowed: false };
    await users.mutate("updateUser", { userID: id }, USER);
    expect(asked).toEqual([]);
  });
});
