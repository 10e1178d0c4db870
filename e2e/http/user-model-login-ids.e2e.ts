import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Admin, type Refusal } from "../support/admin.js";
import { type FakeProvider, socialProject, startFakeProvider, visitProvider } from "../support/social.js";

type Json = Record<string, any>;

/** A project with login ids of the three kinds. */
const withLoginIds = (types: Json = {}, files: Record<string, string> = {}, keys: Json[] = [{ type: "email" }, { type: "username" }, { type: "phone" }]): Promise<Admin> =>
  Admin.make({ config: { identity: { login_id: { keys, types } } }, files });

const definition = (value: string, key = "email") => ({ definition: { loginID: { key, value } } });
const refusedUser = (admin: Admin, value: string, key?: string): Promise<Refusal> => admin.refused("createUser", definition(value, key));
const DUPLICATE = { errorName: "Invalid", reason: "InvariantViolated", message: "identity already exists", info: { cause: { kind: "DuplicatedIdentity" } } };
/** A login id that is refused for one cause. */
const invalid = (kind: string, details: Json) => ({
  errorName: "Invalid",
  reason: "ValidationFailed",
  message: "invalid login ID",
  info: { causes: [{ location: "/login_id", kind, details }] },
});

/** What is kept of the user's only login id. */
async function kept(admin: Admin, userID: string): Promise<{ value: string; original: string; claims: Json }> {
  const [{ claims }] = (await admin.user(userID, "loginIDs { claims }")).loginIDs;
  return { value: claims["https://authgear.com/claims/login_id/value"], original: claims["https://authgear.com/claims/login_id/original_value"], claims };
}

describe("an e-mail address as login id", () => {
  it("is kept as it was typed and as it is compared", async () => {
    const admin = await withLoginIds();
    const shown = await kept(admin, await admin.createUser(" John@Example.COM "));
    expect(shown).toMatchObject({ value: "john@example.com", original: "John@Example.COM", claims: { email: "john@example.com" } });
  });

  it("is the same with other dots where the project ignores dots", async () => {
    const admin = await withLoginIds({ email: { ignore_dot_sign: true } });
    const first = await admin.createUser("a.b@x.co");
    expect(await refusedUser(admin, "ab@x.co")).toMatchObject(DUPLICATE);
    expect(await kept(admin, first)).toMatchObject({ value: "ab@x.co", original: "a.b@x.co" });
    const plain = await withLoginIds();
    await plain.createUser("a.b@x.co");
    await plain.createUser("ab@x.co");
  });

  it("of an international domain is the same in both spellings of the domain", async () => {
    const admin = await withLoginIds();
    const id = await admin.createUser("user@münchen.de");
    expect(await kept(admin, id)).toMatchObject({ value: "user@münchen.de", claims: { email: "user@münchen.de" } });
    expect((await admin.ask(`{ getUserByLoginID(loginIDKey: "email", loginIDValue: "user@xn--mnchen-3ya.de") { id } }`)).getUserByLoginID).toEqual({ id });
    expect(await refusedUser(admin, "user@xn--mnchen-3ya.de")).toMatchObject(DUPLICATE);
  });

  it("of a blocked domain is refused, save in an import", async () => {
    const admin = await withLoginIds({ email: { domain_blocklist_enabled: true } }, { "email_domain_blocklist.txt": "blocked.example\n" });
    const refused = await refusedUser(admin, "ann@blocked.example");
    expect(refused).toMatchObject(invalid("blocked", { reason: "EmailDomainBlocklist", blocklist: "custom" }));
    expect((await admin.import([{ email: "ann@blocked.example" }])).summary).toMatchObject({ inserted: 1, failed: 0 });
  });

  it("belongs to one user, whichever of the keys it stands under", async () => {
    const keys = [
      { type: "email", key: "email" },
      { type: "email", key: "work" },
    ];
    const admin = await withLoginIds({}, {}, keys);
    const ann = await admin.createUser("ann@example.com");
    expect(await refusedUser(admin, "Ann@Example.com", "work")).toMatchObject(DUPLICATE);
    const found = await admin.ask(`{ getUserByLoginID(loginIDKey: "work", loginIDValue: "ann@example.com") { id } }`);
    expect(found.getUserByLoginID).toEqual({ id: ann });
  });
});

describe("a user name", () => {
  it("is the same in capitals, unless the project tells them apart", async () => {
    const admin = await withLoginIds();
    await admin.createUser("Alice", {}, "username");
    expect(await refusedUser(admin, "alice", "username")).toMatchObject(DUPLICATE);
    const exact = await withLoginIds({ username: { case_sensitive: true } });
    const ids = [await exact.createUser("Alice", {}, "username"), await exact.createUser("alice", {}, "username")];
    expect(await Promise.all(ids.map((id) => kept(exact, id)))).toMatchObject([{ value: "Alice" }, { value: "alice" }]);
  });

  it("is of plain letters, and no reserved one", async () => {
    const admin = await withLoginIds();
    expect(await refusedUser(admin, "ádmin", "username")).toMatchObject(invalid("format", { format: "username" }));
    expect(await refusedUser(admin, "admin", "username")).toMatchObject(invalid("blocked", { reason: "UsernameReserved" }));
    expect(await refusedUser(admin, "Admin", "username")).toMatchObject(invalid("blocked", { reason: "UsernameReserved" }));
  });
});

describe("a phone number", () => {
  it("is kept in its international form, and wants its country", async () => {
    const admin = await withLoginIds();
    const shown = await kept(admin, await admin.createUser(" +852 9876-5432 ", {}, "phone"));
    expect(shown).toMatchObject({ value: "+85298765432", original: "+852 9876-5432", claims: { phone_number: "+85298765432" } });
    expect(await refusedUser(admin, "98765432", "phone")).toMatchObject(invalid("format", { format: "phone" }));
  });
});

describe("an address that somebody has from a social account", () => {
  let provider: FakeProvider;
  beforeAll(async () => {
    provider = await startFakeProvider();
  });
  afterAll(() => provider.close());

  it("is not added to another user (account takeover)", async () => {
    provider.setAccount({ sub: "s1", upn: "ann@corp.example", email: "ann@example.com", name: "Ann" });
    const admin = await Admin.make(socialProject(provider));
    const browser = admin.project.browser();
    expect((await visitProvider(browser, provider, await browser.create("signup"))).finished).toBe(true);
    const userID = await admin.createUser("bob@example.com");
    const refused = await admin.refused("createIdentity", { userID, ...definition("ann@example.com") });
    expect(refused).toMatchObject({ ...DUPLICATE, info: { ...DUPLICATE.info, IdentityTypeExisting: "oauth" } });
    const [{ id: identityID }] = (await admin.user(userID, "loginIDs { id }")).loginIDs;
    const moved = await admin.refused("updateIdentity", { userID, identityID, ...definition("ann@example.com") });
    expect(moved).toMatchObject({ ...DUPLICATE, info: { ...DUPLICATE.info, IdentityTypeExisting: "oauth" } });
  });
});
