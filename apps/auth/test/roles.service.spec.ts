import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { asUserId } from "@gatehouse/domain-project";
import { ChangeMembers, ChangeRolesOfGroups, DeleteGroup, DeleteRole, RolesGroupsModule, UpdateRole } from "@gatehouse/feature-roles-groups";
import { statementCount, type Tx } from "@gatehouse/platform-postgres";
import { type TestModule, testModule } from "@gatehouse/platform-testing";
import { UserMemberships } from "@gatehouse/record-accounts";
import { GroupStore, RoleStore } from "@gatehouse/record-roles-groups";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AuthClient, authClient, type Reply } from "./auth-client.js";
import { DeviceKey, grant } from "./device-keys.js";
import { another, events, refresh, resolve, signIn, third } from "./session-helpers.js";

type Json = Record<string, any>;

const ROLES = "https://authgear.com/claims/user/roles";
const JWT_CLIENT = { client_id: "jwt", name: "jwt", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], issue_jwt_access_token: true };

let admin: TestModule;
let server: Server;
let url: string;
let wishes: Json = {};
beforeAll(async () => {
  admin = await testModule([RolesGroupsModule]);
  server = createServer(async (request, response) => {
    for await (const _chunk of request);
    response.end(JSON.stringify({ is_allowed: true, mutations: { user: wishes } }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await admin.close();
});
beforeEach(() => {
  wishes = {};
});

/** What an administrator does in the client's project. */
function as(client: AuthClient) {
  const { ctx, db } = client.project;
  const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => db.transaction(work);
  const at = (seconds: number) => client.project.with({ now: () => new Date(Date.UTC(2024, 0, 1, 0, 0, seconds)) });
  return {
    ctx,
    inTx,
    /** Made one after the other. */
    roles: async (...keys: string[]) => {
      for (const [index, key] of keys.entries()) await inTx((tx) => admin.get(RoleStore).create(at(index), tx, { key }));
    },
    group: async (key: string, roleKeys: string[]) => {
      await inTx((tx) => admin.get(GroupStore).create(ctx, tx, { key }));
      await inTx((tx) => admin.get(ChangeRolesOfGroups).ofGroup(ctx, tx, { change: "add", groupKey: key, roleKeys }));
    },
    give: (userId: string, roleKeys: string[], groupKeys: string[] = []) =>
      inTx(async (tx) => {
        await admin.get(ChangeMembers).rolesOfUser(ctx, tx, { change: "add", userId, roleKeys });
        await admin.get(ChangeMembers).groupsOfUser(ctx, tx, { change: "add", userId, groupKeys });
      }),
    idOf: async (store: typeof RoleStore | typeof GroupStore, key: string) => (await inTx((tx) => admin.get<RoleStore | GroupStore>(store).required(ctx, tx, key))).id,
  };
}

const withSession = async (email = "a@example.com"): Promise<{ client: AuthClient; userId: string }> => {
  const client = await authClient({
    config: { oauth: { clients: [JWT_CLIENT, { ...JWT_CLIENT, client_id: "spa", name: "spa", issue_jwt_access_token: false }] } },
    secrets: [noSecrets],
  });
  await client.signUp(email);
  return { client, userId: (await client.send("/oauth2/userinfo")).json.sub };
};
const noSecrets = { key: "oauth.client_secrets", data: { items: [] } };
const infoOf = (client: AuthClient, bearer: string): Promise<Reply> => another(client).send("/oauth2/userinfo", { headers: { authorization: `Bearer ${bearer}` } });
const rolesIn = (jwt: string): unknown => decodeJwt(jwt)[ROLES];

describe("effective roles", () => {
  it("are in userinfo, ID tokens, JWT access tokens and the resolver's header; oldest role first", async () => {
    const { client, userId } = await withSession();
    const project = as(client);
    await project.roles("third", "second", "first", "unused");
    await project.group("g", ["second", "third"]);
    await project.give(userId, ["first", "second"], ["g"]);
    const expected = ["third", "second", "first"];
    const tokens = await signIn(another(client), { email: "a@example.com", clientId: "jwt" });
    expect([rolesIn(tokens.id_token), rolesIn(tokens.access_token)]).toEqual([expected, expected]);
    const again = (await refresh(client, tokens, "jwt")).json;
    expect([rolesIn(again.id_token), rolesIn(again.access_token)]).toEqual([expected, expected]);
    const opaque = await signIn(another(client), { email: "a@example.com" });
    expect((await infoOf(client, opaque.access_token)).json[ROLES]).toEqual(expected);
    expect((await client.send("/oauth2/userinfo")).json[ROLES]).toEqual(expected);
    for (const asked of [{ cookie: client.jar.session }, { bearer: opaque.access_token }, { bearer: tokens.access_token }])
      expect((await resolve(client, asked))["user-roles"]).toBe("third,second,first");
  });

  it("are an empty list in claims and no header without any", async () => {
    const { client, userId } = await withSession();
    await as(client).roles("unused");
    await as(client).group("empty", []);
    await as(client).give(userId, [], ["empty"]);
    const tokens = await signIn(another(client), { email: "a@example.com", clientId: "jwt" });
    expect([rolesIn(tokens.id_token), rolesIn(tokens.access_token), (await infoOf(client, tokens.access_token)).json[ROLES]]).toEqual([[], [], []]);
    expect(await resolve(client, { bearer: tokens.access_token })).not.toHaveProperty("user-roles");
  });

  it("are told to third parties too", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const { sub } = (await client.send("/oauth2/userinfo")).json;
    await as(client).roles("r");
    await as(client).give(sub, ["r"]);
    const tokens = await signIn(another(client), { email: "a@example.com", ...third });
    expect((await infoOf(client, tokens.access_token)).json[ROLES]).toEqual(["r"]);
  });

  it("of another project's user of the same id do not count (tenant isolation)", async () => {
    const { client, userId } = await withSession();
    const other = await authClient();
    await other.project.db.read((tx) =>
      tx.query("insert into auth_user (project_id, id, created_at, updated_at) values ($1, $2, now(), now())", [other.project.project.id, userId]),
    );
    await as(other).roles("root");
    await as(other).group("g", ["root"]);
    await as(other).give(userId, ["root"], ["g"]);
    const tokens = await signIn(another(client), { email: "a@example.com" });
    expect((await infoOf(client, tokens.access_token)).json[ROLES]).toEqual([]);
    expect(await resolve(client, { cookie: client.jar.session })).not.toHaveProperty("user-roles");
  });
});

describe("cached sessions", () => {
  /** What both kinds of session say; the cache is filled by it. */
  async function seen(client: AuthClient, bearer: string): Promise<string[]> {
    const [byCookie, byToken] = [await resolve(client, { cookie: client.jar.session }), await resolve(client, { bearer })];
    expect(byCookie["user-roles"]).toBe(byToken["user-roles"]);
    expect((await infoOf(client, bearer)).json[ROLES].join(",")).toBe(byToken["user-roles"] ?? "");
    return byToken["user-roles"]?.split(",") ?? [];
  }

  it("see every change of roles and groups at once (threat: a role taken away goes on to open doors)", async () => {
    const { client, userId } = await withSession();
    const { access_token: bearer } = await signIn(another(client), { email: "a@example.com" });
    const project = as(client);
    const { ctx, inTx } = project;
    await project.roles("r", "s");
    await project.group("g", []);
    const [members, links, whole] = [admin.get(ChangeMembers), admin.get(ChangeRolesOfGroups), admin.get(UserMemberships)];
    const [userIds, r, g] = [[userId], await project.idOf(RoleStore, "r"), await project.idOf(GroupStore, "g")];
    const steps: [string, (tx: Tx) => Promise<unknown>, string[]][] = [
      ["a role for users", (tx) => members.ofRole(ctx, tx, { change: "add", roleKey: "r", userIds }), ["r"]],
      ["taken from users", (tx) => members.ofRole(ctx, tx, { change: "remove", roleKey: "r", userIds }), []],
      ["roles for a user", (tx) => members.rolesOfUser(ctx, tx, { change: "add", userId, roleKeys: ["r", "s"] }), ["r", "s"]],
      ["taken from a user", (tx) => members.rolesOfUser(ctx, tx, { change: "remove", userId, roleKeys: ["r", "s"] }), []],
      ["a group for users", (tx) => members.ofGroup(ctx, tx, { change: "add", groupKey: "g", userIds }), []],
      ["roles for a group", (tx) => links.ofGroup(ctx, tx, { change: "add", groupKey: "g", roleKeys: ["r", "s"] }), ["r", "s"]],
      ["taken from a group", (tx) => links.ofGroup(ctx, tx, { change: "remove", groupKey: "g", roleKeys: ["s"] }), ["r"]],
      ["a role taken from groups", (tx) => links.ofRole(ctx, tx, { change: "remove", roleKey: "r", groupKeys: ["g"] }), []],
      ["a role for groups", (tx) => links.ofRole(ctx, tx, { change: "add", roleKey: "r", groupKeys: ["g"] }), ["r"]],
      ["a new key, by a group", (tx) => admin.get(UpdateRole).run(ctx, tx, { id: r, key: "renamed" }), ["renamed"]],
      ["groups taken from a user", (tx) => members.groupsOfUser(ctx, tx, { change: "remove", userId, groupKeys: ["g"] }), []],
      ["groups for a user", (tx) => members.groupsOfUser(ctx, tx, { change: "add", userId, groupKeys: ["g"] }), ["renamed"]],
      ["users taken from a group", (tx) => members.ofGroup(ctx, tx, { change: "remove", groupKey: "g", userIds }), []],
      ["exactly these", (tx) => whole.resetOfUser(ctx, tx, { userId, roles: ["renamed"], groups: ["g"] }), ["renamed"]],
      ["a new key, of his own", (tx) => admin.get(UpdateRole).run(ctx, tx, { id: r, key: "again" }), ["again"]],
      ["the end of a role", (tx) => admin.get(DeleteRole).run(ctx, tx, r), []],
      ["another role for the group", (tx) => links.ofGroup(ctx, tx, { change: "add", groupKey: "g", roleKeys: ["s"] }), ["s"]],
      ["the end of a group", (tx) => admin.get(DeleteGroup).run(ctx, tx, g), []],
      ["one of his own", (tx) => whole.add(ctx, tx, { userIds, roleIds: [] }).then(() => whole.resetOfUser(ctx, tx, { userId, roles: ["s"] })), ["s"]],
      ["none at all", (tx) => whole.resetOfUser(ctx, tx, { userId, roles: [], groups: [] }), []],
    ];
    expect(await seen(client, bearer)).toEqual([]);
    for (const [name, step, expected] of steps) {
      await inTx(step);
      expect([name, await seen(client, bearer)]).toEqual([name, expected]);
    }
  });

  it("of nobody else are forgotten, and none when the change is undone", async () => {
    const { client, userId } = await withSession();
    const other = another(client);
    await other.signUp("b@example.com");
    const project = as(client);
    await project.roles("r");
    await project.give(userId, ["r"]);
    for (const one of [client, other]) await resolve(client, { cookie: one.jar.session });
    const cached = async () => (await client.project.redis.client.keys(`*{${client.project.project.id}}:session:idp:*`)).length;
    const before = await cached();
    const change = (tx: Tx) => admin.get(ChangeMembers).ofRole(project.ctx, tx, { change: "remove", roleKey: "r", userIds: [userId] });
    await expect(project.inTx((tx) => change(tx).then(() => Promise.reject(new Error("undone"))))).rejects.toThrow("undone");
    expect(await cached()).toBe(before);
    await project.inTx(change);
    expect(await cached()).toBe(before - 1);
  });

  it("still answer without a statement; an absent one costs one", async () => {
    const { client, userId } = await withSession();
    const { access_token: bearer } = await signIn(another(client), { email: "a@example.com" });
    await as(client).roles("r", "s");
    await as(client).group("g", ["s"]);
    await as(client).give(userId, ["r"], ["g"]);
    const headers = { authorization: `Bearer ${bearer}` };
    const paths = ["/_resolver/resolve", "/oauth2/userinfo"];
    for (const path of paths) {
      const bare = another(client);
      const fill = await statementCount.during(() => bare.send(path, { headers }));
      const hit = await statementCount.during(() => bare.send(path, { headers }));
      expect([path, fill.sql <= 1, hit.sql]).toEqual([path, true, 0]);
    }
    await as(client).give(userId, ["r"]);
    const counted = await statementCount.during(() => another(client).send("/_resolver/resolve", { headers }));
    expect([counted.sql, counted.result.headers["x-authgear-user-roles"]]).toEqual([1, "r,s"]);
  });
});

describe("a blocking hook of a sign-up", () => {
  const IDENTITIES = { authentication: { identities: ["login_id", "anonymous"] } };
  const hooked = (): Promise<AuthClient> =>
    authClient({
      config: { ...IDENTITIES, hook: { blocking_handlers: [{ event: "user.pre_create", url }] } },
      secrets: [{ key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } }],
    });
  const nouns = async (client: AuthClient) => {
    await as(client).roles("manager", "clerk", "auditor");
    await as(client).group("hk", ["clerk"]);
  };
  const usersOf = (client: AuthClient) => client.project.db.read((tx) => tx.query("select id from auth_user where project_id = $1", [client.project.project.id]));

  it("gives roles and groups to the new user, and events tell of them", async () => {
    const client = await hooked();
    await nouns(client);
    wishes = { roles: ["manager", "auditor", "manager"], groups: ["hk"] };
    await client.signUp("a@example.com");
    const [{ user }] = (await events(client, "user.created")) as [Json];
    expect([user.roles, user.groups]).toEqual([["auditor", "manager"], ["hk"]]);
    expect((await client.send("/oauth2/userinfo")).json[ROLES]).toEqual(["manager", "clerk", "auditor"]);
    const [stored] = await client.project.db.read((tx) => admin.get(RoleStore).listByUserIds(client.project.ctx, tx, [asUserId(user.id)]));
    expect(stored?.key).toBe("auditor");
  });

  it("gives them to users without an account, whose first tokens tell of them", async () => {
    const client = await hooked();
    await nouns(client);
    wishes = { roles: ["auditor"], groups: ["hk"] };
    const { json } = await grant(client, "anonymous-request", { jwt: await (await DeviceKey.make()).sign(client, "anonymous_request", { action: "auth" }) });
    expect(rolesIn(json.id_token)).toEqual(["clerk", "auditor"]);
    expect((await infoOf(client, json.access_token)).json[ROLES]).toEqual(["clerk", "auditor"]);
    const [{ user }] = (await events(client, "user.created")) as [Json];
    expect([user.roles, user.groups]).toEqual([["auditor"], ["hk"]]);
  });

  it("that names an unknown role or group fails it: nobody is created (events §16)", async () => {
    const client = await hooked();
    await nouns(client);
    for (const [wish, reason] of [
      [{ roles: ["manager", "nope"] }, "RoleUnknownKeys"],
      [{ roles: ["manager"], groups: ["nope", "hk"] }, "GroupUnknownKeys"],
    ] as const) {
      wishes = wish;
      const { status, json } = await client.signUp("a@example.com");
      expect([status, json.error]).toEqual([404, expect.objectContaining({ name: "NotFound", reason, info: expect.objectContaining({ keys: ["nope"] }) })]);
      const guest = await client.send("/api/anonymous_user/signup", { json: { session_type: "refresh_token", client_id: "spa" } });
      expect([guest.status, guest.json.error.reason]).toEqual([404, reason]);
    }
    expect([await usersOf(client), await events(client, "user.created")]).toEqual([[], []]);
  });
});
