import { describe, expect, it } from "vitest";
import { Admin, nodes } from "../support/admin.js";

const rolesOf = async (admin: Admin, userID: string): Promise<string[]> => nodes((await admin.user(userID, "roles { edges { node { key } } }")).roles).map(({ key }) => key);

describe("roles", () => {
  it("are given as a whole or not at all, and twice is once", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser("ann@example.com");
    await admin.mutate("createRole", { key: "reader" }, "role { id }");
    expect(await admin.refused("addRoleToUsers", { roleKey: "nope", userIDs: [userID] }, "role { id }")).toMatchObject({ errorName: "NotFound", reason: "RoleNotFound" });
    const refused = await admin.refused("addUserToRoles", { userID, roleKeys: ["reader", "nope"] });
    expect(refused).toMatchObject({ errorName: "NotFound", reason: "RoleUnknownKeys", info: { keys: ["nope"] } });
    expect(await rolesOf(admin, userID)).toEqual([]);
    for (let times = 0; times < 2; times++) await admin.mutate("addUserToRoles", { userID, roleKeys: ["reader"] });
    expect(await rolesOf(admin, userID)).toEqual(["reader"]);
  });

  it("have keys that are no reserved ones, and one role each", async () => {
    const admin = await Admin.make();
    for (const key of ["authgear:x", "1abc"]) expect((await admin.refused("createRole", { key }, "role { id }")).reason).toBe("ValidationFailed");
    await admin.mutate("createRole", { key: "abc" }, "role { id }");
    expect(await admin.refused("createRole", { key: "abc" }, "role { id }")).toMatchObject({ errorName: "BadRequest", reason: "RoleDuplicateKey" });
  });
});

describe("scopes of a client", () => {
  const resourceURI = "https://api.example.com/orders";
  const ofClient = { resourceURI, clientID: "app" };
  const scopes = "scopes { scope }";

  async function withScopes(): Promise<Admin> {
    const admin = await Admin.make();
    await admin.mutate("createResource", { resourceURI }, "resource { id }");
    for (const scope of ["read", "write"]) await admin.mutate("createScope", { resourceURI, scope }, "scope { id }");
    return admin;
  }

  it("are of a resource that the client has", async () => {
    const admin = await withScopes();
    const input = { ...ofClient, scopes: ["read"] };
    expect(await admin.refused("addScopesToClientID", input, scopes)).toMatchObject({ errorName: "Forbidden", reason: "ResourceNotAssociatedWithClient" });
    await admin.mutate("addResourceToClientID", ofClient, "resource { id }");
    expect(await admin.mutate("addScopesToClientID", input, scopes)).toEqual({ scopes: [{ scope: "read" }] });
  });

  it("stay as they are when one of the new ones is unknown", async () => {
    const admin = await withScopes();
    await admin.mutate("addResourceToClientID", ofClient, "resource { id }");
    await admin.mutate("addScopesToClientID", { ...ofClient, scopes: ["read"] }, scopes);
    const refused = await admin.refused("replaceScopesOfClientID", { ...ofClient, scopes: ["write", "nope"] }, scopes);
    expect(refused).toMatchObject({ errorName: "NotFound", reason: "ScopeNotFound" });
    const { resources } = await admin.ask(`{ resources { edges { node { scopes(clientID: "app") { edges { node { scope } } } } } } }`);
    expect(nodes(nodes(resources)[0].scopes)).toEqual([{ scope: "read" }]);
    expect(await admin.mutate("replaceScopesOfClientID", { ...ofClient, scopes: ["write"] }, scopes)).toEqual({ scopes: [{ scope: "write" }] });
  });
});
