import { describe, expect, it } from "vitest";
import { Admin } from "../support/admin.js";

const role = (key: string): string => `createRole(input: { key: "${key}" }) { role { id } }`;
const countRoles = async (admin: Admin): Promise<number> => (await admin.ask("{ roles { totalCount } }")).roles.totalCount;

describe("mutations of one request", () => {
  it("are at most five: of six, none is executed", async () => {
    const admin = await Admin.make();
    const six = Array.from({ length: 6 }, (_, n) => `m${n}: ${role(`role_${n}`)}`).join(" ");
    const answer = await admin.request(`mutation { ${six} }`);
    const message = "too many mutation fields in one request: got 6, limit is 5";
    expect([answer.status, answer.json.error]).toEqual([400, { name: "BadRequest", reason: "BadRequest", message, code: 400 }]);
    expect(await countRoles(admin)).toBe(0);
    await admin.ask(`mutation { ${Array.from({ length: 5 }, (_, n) => `m${n}: ${role(`role_${n}`)}`).join(" ")} }`);
    expect(await countRoles(admin)).toBe(5);
  });

  it("are all undone when one fails", async () => {
    const admin = await Admin.make();
    const unknown = Buffer.from("Role:nobody").toString("base64url");
    const answer = await admin.refusal(`mutation { ${role("first")} deleteRole(input: { id: "${unknown}" }) { ok } }`);
    expect(answer).toMatchObject({ data: null, message: "role not found", errorName: "NotFound", reason: "RoleNotFound" });
    expect(await countRoles(admin)).toBe(0);
    const types = (await admin.settledLogs()).map(({ activityType }) => activityType);
    expect(types).toEqual([]);
  });
});

describe("a refused request", () => {
  it("names what is wrong with a value, and has no data", async () => {
    const admin = await Admin.make();
    const refused = await admin.refused("createResource", { resourceURI: "customscheme://host" }, "resource { id }");
    expect(refused).toMatchObject({ data: null, errorName: "Invalid", reason: "ValidationFailed", info: { causes: [expect.objectContaining({ kind: expect.any(String) })] } });
    expect((await admin.ask("{ resources { totalCount } }")).resources.totalCount).toBe(0);
  });

  it("tells an attribute that users cannot be found by", async () => {
    const admin = await Admin.make();
    expect(await admin.refusal(`{ getUsersByStandardAttribute(attributeName: "foo", attributeValue: "x") { id } }`)).toEqual({
      data: null,
      message: "attributeName must be email, phone_number or preferred_username",
      errorName: "Invalid",
      reason: "GetUsersInvalidArgument",
    });
  });
});

describe("a node", () => {
  it("of an id that is none is null, without an error", async () => {
    const admin = await Admin.make();
    const padded = Buffer.from("User:abcd").toString("base64");
    const user = await admin.createUser("ann@example.com");
    const { json } = await admin.request('query($ids: [ID!]!) { node(id: "!!!") { id } nodes(ids: $ids) { id } }', { ids: ["!!!", padded, user, "Tm9wZTp4"] });
    expect(json).toEqual({ data: { node: null, nodes: [null, null, { id: user }, null] } });
  });
});
