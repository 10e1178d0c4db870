import { toGlobalId } from "@gatehouse/platform-graphql";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers } from "./admin-users.js";

let client: AdminClient;
beforeAll(async () => {
  client = await adminClient();
});

const NUL = "a\0b";
const HALF = "a\ud83db";
const URI = "https://api.example.com";
const oneClient = { config: { oauth: { clients: [{ client_id: "app", name: "app", x_application_type: "spa", redirect_uris: ["https://app.test/"] }] } } };

describe("threat: texts that PostgreSQL cannot keep break what is asked for", () => {
  it.each(["roles", "groups", "resources", "users"])("NUL in a search of %s finds nothing", async (list) => {
    const users = await AdminUsers.make(client);
    await users.add({ email: "a@example.com" });
    expect(await users.ask(`query($text: String) { ${list}(searchKeyword: $text) { edges { cursor } } }`, { text: NUL })).toMatchObject({ data: { [list]: { edges: [] } } });
  });

  it.each([
    ["auditLogs", "emailAddresses: [$text]"],
    ["auditLogs", "phoneNumbers: [$text]"],
    ["fraudProtectionLogs", "search: $text"],
    ["fraudProtectionLogs", "reasonCodes: [$text]"],
    ["resources", "clientID: $text"],
  ])("NUL in a filter of %s, %s, finds nothing", async (list, filter) => {
    const users = await AdminUsers.make(client);
    await users.mutate("createResource", { resourceURI: URI }, "resource { id }");
    const answer = await users.ask(`query($text: String!) { ${list}(${filter}) { totalCount edges { cursor } } }`, { text: NUL });
    expect(answer).toMatchObject({ data: { [list]: { totalCount: 0, edges: [] } } });
  });

  it("NUL in a search of scopes finds nothing", async () => {
    const users = await AdminUsers.make(client);
    await users.mutate("createResource", { resourceURI: URI }, "resource { id }");
    await users.mutate("createScope", { resourceURI: URI, scope: "read" }, "scope { id }");
    const scopes = (filter: string) => `${filter.slice(0, 4)}: scopes(${filter}: $text) { totalCount edges { cursor } }`;
    const answer = await users.ask(`query($text: String) { resources { edges { node { ${scopes("searchKeyword")} ${scopes("clientID")} } } } }`, { text: NUL });
    const none = { totalCount: 0, edges: [] };
    expect(answer.data.resources.edges).toEqual([{ node: { sear: none, clie: none } }]);
  });

  it.each(["User", "Identity", "Authenticator", "AuditLog", "Role", "Group", "Resource", "Scope", "FraudProtectionDecisionRecord"])(
    "NUL in the id of a %s is nobody's",
    async (type) => {
      const users = await AdminUsers.make(client);
      expect(await users.ask("query($id: ID!) { node(id: $id) { id } }", { id: toGlobalId(type, NUL) })).toMatchObject({ data: { node: null } });
      if (type === "User")
        expect((await users.ask("query($id: ID!) { auditLogs(userIDs: [$id]) { totalCount } }", { id: toGlobalId(type, NUL) })).data.auditLogs.totalCount).toBe(0);
    },
  );

  it.each([
    ["updateResource", { resourceURI: NUL, name: "x" }, "ResourceNotFound"],
    ["deleteResource", { resourceURI: NUL }, "ResourceNotFound"],
    ["createScope", { resourceURI: NUL, scope: "write" }, "ResourceNotFound"],
    ["updateScope", { resourceURI: URI, scope: NUL, description: "x" }, "ScopeNotFound"],
    ["updateScope", { resourceURI: NUL, scope: "read", description: "x" }, "ResourceNotFound"],
    ["deleteScope", { resourceURI: URI, scope: NUL }, "ScopeNotFound"],
    ["addResourceToClientID", { resourceURI: NUL, clientID: "app" }, "ResourceNotFound"],
    ["addScopesToClientID", { resourceURI: NUL, clientID: "app", scopes: ["read"] }, "ResourceNotFound"],
    ["replaceScopesOfClientID", { resourceURI: URI, clientID: "app", scopes: [NUL] }, "ScopeNotFound"],
    ["createResource", { resourceURI: `${URI}/${NUL}` }, "ValidationFailed"],
    ["createResource", { resourceURI: `${URI}/a\u007fb` }, "ValidationFailed"],
    ["createResource", { resourceURI: `${URI}/${HALF}` }, "ValidationFailed"],
  ])("%s of %j: %s", async (mutation, input, reason) => {
    const users = await AdminUsers.make(client, oneClient);
    await users.mutate("createResource", { resourceURI: URI }, "resource { id }");
    await users.mutate("createScope", { resourceURI: URI, scope: "read" }, "scope { id }");
    await users.mutate("addResourceToClientID", { resourceURI: URI, clientID: "app" }, "resource { id }");
    expect((await users.refusal(mutation, input)).reason).toBe(reason);
  });

  it.each([
    ["createRole", { key: "x", name: NUL, description: NUL }, ["name", "description"]],
    ["updateRole", { id: "role", name: NUL }, ["name"]],
    ["createGroup", { key: "x", description: NUL }, ["description"]],
    ["updateGroup", { id: "group", name: NUL }, ["name"]],
    ["createResource", { resourceURI: `${URI}/2`, name: NUL }, ["name"]],
    ["updateResource", { resourceURI: URI, name: NUL }, ["name"]],
    ["createScope", { resourceURI: URI, scope: "write", description: NUL }, ["description"]],
    ["updateScope", { resourceURI: URI, scope: "read", description: NUL }, ["description"]],
    ["setDisabledStatus", { userID: "user", isDisabled: true, reason: NUL }, ["reason"]],
    ["scheduleAccountDeletion", { userID: "user", reason: NUL }, ["reason"]],
    ["deleteUser", { userID: "user", reason: NUL }, ["reason"]],
  ])("%s of %j is refused by the name of the field, and nothing is done", async (mutation, input: Record<string, unknown>, fields) => {
    const users = await AdminUsers.make(client);
    await users.mutate("createResource", { resourceURI: URI }, "resource { id }");
    await users.mutate("createScope", { resourceURI: URI, scope: "read" }, "scope { id }");
    const { role } = await users.mutate("createRole", { key: "r" }, "role { id }");
    const { group } = await users.mutate("createGroup", { key: "g" }, "group { id }");
    const { id: user } = await users.add({ email: "a@example.com" });
    const ids: Record<string, string> = { role: role.id, group: group.id, user };
    const told = await users.told();
    const named = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, name === "id" || name === "userID" ? ids[String(value)] : value]));
    const { errorName, reason, info, data } = await users.refusal(mutation, named);
    expect([errorName, reason, data, await users.told()]).toEqual(["Invalid", "ValidationFailed", null, told]);
    expect(info.causes).toEqual(fields.map((field) => ({ location: `/${field}`, kind: "format", details: { error: "invalid text", format: "text" } })));
  });

  it("halves of surrogate pairs are no reason not to audit", async () => {
    const users = await AdminUsers.make(client);
    const { id } = await users.add({ email: "a@example.com" });
    expect((await users.mutate("generateOOBOTPCode", { target: HALF }, "code")).code).toMatch(/^\d{6}$/);
    expect((await users.payload("admin_api.mutation.generate_oob_otp_code.executed")).target).toBe("a\ufffdb");
    const { user } = await users.mutate("setDisabledStatus", { userID: id, isDisabled: true, reason: HALF }, "user { disableReason }");
    expect([user.disableReason, (await users.payload("user.disabled")).user.disable_reason]).toEqual(["a\ufffdb", "a\ufffdb"]);
  });
});
