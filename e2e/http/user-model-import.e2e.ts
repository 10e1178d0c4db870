import { describe, expect, it } from "vitest";
import { Admin, nodes } from "../support/admin.js";
import { byEmail, password } from "../support/inputs.js";

const ANN = "ann@example.com";
/** Of "secret of before". */
const HASH = "$2b$10$qxlR/FfspjRPkqHv4jnaH.Qadc0FOJZ7K4AD5Fp0NIYF65D/jU8iK";
const byAddress = async (admin: Admin, email: string, selection = "id") =>
  (await admin.ask(`query($email: String!) { getUserByLoginID(loginIDKey: "email", loginIDValue: $email) { ${selection} } }`, { email })).getUserByLoginID;
const rolesOf = async (admin: Admin): Promise<string[]> =>
  nodes((await byAddress(admin, ANN, "roles { edges { node { key } } }")).roles)
    .map(({ key }) => key)
    .toSorted();

describe("an imported record", () => {
  it("of a user who exists is skipped, unless it may change him", async () => {
    const admin = await Admin.make();
    const userID = await admin.createUser(ANN);
    const { summary, details } = await admin.import([{ email: ANN, given_name: "Ann" }], { upsert: false });
    expect(summary).toEqual({ total: 1, inserted: 0, updated: 0, skipped: 1, failed: 0 });
    expect(details[0]).toMatchObject({ index: 0, outcome: "skipped", warnings: [{ message: "skipping because upsert = false and user exists" }] });
    expect((await admin.user(userID, "standardAttributes")).standardAttributes).not.toHaveProperty("given_name");
    expect((await admin.import([{ email: ANN, given_name: "Ann" }], { upsert: true })).summary).toMatchObject({ updated: 1 });
    expect((await admin.user(userID, "standardAttributes")).standardAttributes).toMatchObject({ given_name: "Ann" });
  });

  it("whose account ends before it begins fails", async () => {
    const admin = await Admin.make();
    const { summary, details } = await admin.import([
      { email: ANN, account_valid_from: "2030-02-01T00:00:00Z", account_valid_until: "2030-01-01T00:00:00Z" },
      { email: "bob@example.com" },
    ]);
    expect(summary).toMatchObject({ inserted: 1, failed: 1 });
    expect(details[0]).toMatchObject({ outcome: "failed", errors: [{ name: "Invalid", reason: "InvalidAccountStatusTransition" }] });
    expect(await byAddress(admin, ANN)).toBeNull();
  });

  it("with an unknown role fails, and nothing of it is kept", async () => {
    const admin = await Admin.make();
    const { details } = await admin.import([{ email: ANN, given_name: "Ann", roles: ["nope"] }]);
    expect(details[0]).toMatchObject({ outcome: "failed", errors: [{ name: "NotFound", reason: "RoleUnknownKeys" }] });
    expect(details[0].user_id).toBeUndefined();
    expect([await byAddress(admin, ANN), (await admin.ask("{ users { totalCount } }")).users.totalCount]).toEqual([null, 0]);
    await admin.createUser(ANN);
  });

  it("sets roles to what it says, and leaves them when it says nothing", async () => {
    const admin = await Admin.make();
    for (const key of ["a", "b"]) await admin.mutate("createRole", { key }, "role { id }");
    await admin.import([{ email: ANN, roles: ["a", "b"] }]);
    expect(await rolesOf(admin)).toEqual(["a", "b"]);
    await admin.import([{ email: ANN, roles: ["b"] }], { upsert: true });
    expect(await rolesOf(admin)).toEqual(["b"]);
    await admin.import([{ email: ANN, given_name: "Ann" }], { upsert: true });
    expect(await rolesOf(admin)).toEqual(["b"]);
  });

  it("does not change the password of a user who exists, silently", async () => {
    const admin = await Admin.make();
    await admin.createUser(ANN, { password: "correct horse battery" });
    const { details } = await admin.import([{ email: ANN, password: { type: "bcrypt", password_hash: HASH } }], { upsert: true });
    expect(details[0]).toMatchObject({ outcome: "updated", record: { password: { type: "bcrypt", password_hash: "REDACTED" } } });
    expect(details[0].warnings ?? []).toEqual([]);
    expect((await admin.project.browser().run("login", [byEmail(ANN), password("secret of before")])).error?.reason).toBe("InvalidCredentials");
    expect((await admin.project.browser().run("login", [byEmail(ANN), password()])).finished).toBe(true);
  });
});

describe("an import", () => {
  it("of many records tells of each in its order, and has no summary until its end", async () => {
    const admin = await Admin.make();
    const records = Array.from({ length: 101 }, (_, n) => ({ email: `user${n}@example.com` }));
    const started = await admin.rest("POST", "/users/import", { identifier: "email", records });
    expect(started).toEqual({ id: expect.stringMatching(/^userimport_[0-9A-HJKMNP-TV-Z]{32}$/), created_at: expect.any(String), status: "pending" });
    const running = await admin.rest("GET", `/users/import/${started.id}`);
    if (running.status === "pending") expect(running).not.toHaveProperty("summary");
    const { summary, details } = await admin.done("import", started.id);
    expect(summary).toEqual({ total: 101, inserted: 101, updated: 0, skipped: 0, failed: 0 });
    expect(details.map(({ index, record }: any) => [index, record.email])).toEqual(records.map(({ email }, index) => [index, email]));
  });

  it("is at most half a megabyte", async () => {
    const admin = await Admin.make();
    const body = (bytes: number) => {
      const text = JSON.stringify({ identifier: "email", records: [{ email: ANN }] });
      return text + " ".repeat(bytes - text.length);
    };
    const refused = await admin.call("POST", "/users/import", { body: body(500_001) });
    expect([refused.status, refused.json.error]).toEqual([413, expect.objectContaining({ name: "RequestEntityTooLarge", reason: "JSONTooLarge", info: { limit: 500_000 } })]);
    expect((await admin.call("POST", "/users/import", { body: body(500_000) })).status).toBe(200);
  });

  it("is not for another project to see (tenant isolation)", async () => {
    const [admin, other] = [await Admin.make(), await Admin.make()];
    const { id } = await admin.import([{ email: ANN }]);
    expect((await other.call("GET", `/users/import/${id}`)).json.error).toMatchObject({ name: "NotFound", reason: "TaskNotFound" });
  });
});
