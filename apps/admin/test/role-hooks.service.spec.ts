import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { eventsOf } from "./admin-rows.js";
import { KEYS, keysOf, RolesOf } from "./roles-of.js";

let ask: AdminClient["ask"];
let target: TestProject;
let on: RolesOf;
beforeAll(async () => {
  ({ ask } = await adminClient());
});

describe("a blocking hook of createUser", () => {
  let server: Server;
  let url: string;
  let wishes: object = {};
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      for await (const _chunk of request);
      response.end(JSON.stringify({ is_allowed: true, mutations: { user: wishes } }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(async () => {
    const webhook = { key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } };
    target = await testProject({ config: { hook: { blocking_handlers: [{ event: "user.pre_create", url }] } }, secrets: [webhook] });
    on = new RolesOf(ask, target);
  });
  const CREATE = `createUser(input: { definition: { loginID: { key: "email", value: "a@example.com" } } }) { user { id roles { ${KEYS} } groups { ${KEYS} } } }`;

  it("gives roles and groups to the user, also such as the same request made", async () => {
    await on.make("group", "g");
    wishes = { roles: ["s", "r", "s"], groups: ["g"] };
    const { data, errors } = await ask(target, `mutation { a: createRole(input: { key: "r" }) { role { id } } b: createRole(input: { key: "s" }) { role { id } } ${CREATE} }`);
    expect(errors).toBeUndefined();
    expect([keysOf(data.createUser.user.roles), keysOf(data.createUser.user.groups)]).toEqual([["r", "s"], ["g"]]);
    const told = (await eventsOf(target)).filter(({ payload }) => payload.user).map(({ type, payload }) => [type, payload.user.roles, payload.user.groups]);
    expect(told).toEqual(["user.created", "admin_api.mutation.create_user.executed"].map((type) => [type, ["r", "s"], ["g"]]));
  });

  it("that names an unknown role or group fails it: nobody is created (events §16)", async () => {
    await on.make("role", "r");
    for (const [wish, reason] of [
      [{ roles: ["r", "nope"] }, "RoleUnknownKeys"],
      [{ roles: ["r"], groups: ["nope"] }, "GroupUnknownKeys"],
    ] as const) {
      wishes = wish;
      const { data, errors } = await ask(target, `mutation { ${CREATE} }`);
      expect([data, errors?.[0].extensions]).toEqual([null, { errorName: "NotFound", reason, info: { keys: ["nope"] } }]);
    }
    expect((await ask(target, "{ users { totalCount } }")).data.users.totalCount).toBe(0);
    expect((await eventsOf(target)).filter(({ payload }) => payload.user)).toEqual([]);
  });
});
