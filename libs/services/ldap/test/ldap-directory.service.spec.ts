import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ldapDisplayId, ldapIdentityClaims } from "@gatehouse/domain-identity";
import { testModule } from "@gatehouse/platform-testing";
import { LdapDirectory } from "@gatehouse/service-ldap";
import { type Directory, GUID, PHOTO, SEARCH_ACCOUNT, SUFFIX, startDirectory } from "./directory.js";
import { projectWith, type TestServer } from "./directory-project.js";

let directory: Directory;
let secure: Directory;
let ldap: LdapDirectory;

beforeAll(async () => {
  [directory, secure] = await Promise.all([startDirectory(), startDirectory({ tls: true, settings: ["security simple_bind=56"] })]);
  ldap = (await testModule([], [LdapDirectory])).get(LdapDirectory);
});
afterAll(() => Promise.all([directory.close(), secure.close()]));

async function signIn(username: string, password: string, server: Partial<TestServer> = {}) {
  const { ctx } = await projectWith({ url: directory.url, ...server });
  return ldap.authenticate(ctx, { serverName: "hq", username, password });
}

describe("servers", () => {
  it("are named in their order", async () => {
    const { ctx } = await projectWith({ url: directory.url }, { url: directory.url }, { url: directory.url, name: "attic" });
    expect(ldap.servers(ctx)).toEqual(["hq", "branch1", "attic"]);
  });
  it("that are not configured are an error", async () => {
    const { ctx } = await projectWith({ url: directory.url });
    await expect(ldap.authenticate(ctx, { serverName: "gone", username: "ada", password: "ada secret" })).rejects.toMatchObject({ reason: "InvalidConfiguration" });
  });
});

describe("an entry with the right password", () => {
  const ada = {
    dn: `uid=ada,ou=people,${SUFFIX}`,
    objectClass: ["inetOrgPerson", "guidObject"],
    uid: ["ada"],
    cn: ["ada"],
    sn: ["ada"],
    mail: ["Ada@Example.test"],
    mobile: ["+852 9876-5432"],
    description: ["naïve\nÅngström"],
  };

  it("gives its bytes, its claims, and what identifies it", async () => {
    const found = await signIn("ADA", "ada secret", { user_id_attribute_name: "objectGUID" });
    const { dn, ...texts } = ada;
    const encoded = Object.fromEntries(Object.entries(texts).map(([name, values]) => [name, values.map((value) => Buffer.from(value).toString("base64"))]));
    expect(found).toEqual({
      details: {
        serverName: "hq",
        userIdAttributeName: "objectGUID",
        userIdAttributeValue: GUID.toString("base64"),
        lastLoginUsername: "ADA",
        rawEntry: { dn, ...encoded, jpegPhoto: [PHOTO.toString("base64")], objectGUID: [GUID.toString("base64")] },
      },
      claims: { email: "ada@example.test", phone_number: "+85298765432", preferred_username: "ada" },
      uniqueKey: `hq:objectGUID:${GUID.toString("base64")}`,
    });
  });

  it("is shown with its texts, its GUID and its pictures", async () => {
    const found = await signIn("ada", "ada secret", { user_id_attribute_name: "objectGUID" });
    const shown = ldapIdentityClaims(found!.details);
    expect(shown["https://authgear.com/claims/ldap/user_id_attribute_value"]).toBe("00010203-0405-0607-0809-0a0b0c0d0e0f");
    expect(shown["https://authgear.com/claims/ldap/attributes"]).toEqual({ ...ada, jpegPhoto: [PHOTO.toString("base64")], objectGUID: ["00010203-0405-0607-0809-0a0b0c0d0e0f"] });
    expect(ldapDisplayId(found!.details)).toBe(ada.dn);
  });

  it("is the same one at the next login, by another name", async () => {
    const { ctx } = await projectWith({ url: directory.url, search_filter_template: "(|(uid={{.Username}})(mail={{ .Username }}))" });
    const [first, second] = await Promise.all(["ada", "ada@example.test"].map((username) => ldap.authenticate(ctx, { serverName: "hq", username, password: "ada secret" })));
    expect(first?.uniqueKey).toBe("hq:uid:YWRh");
    expect(second?.uniqueKey).toBe(first?.uniqueKey);
    expect(second?.details.lastLoginUsername).toBe("ada@example.test");
  });

  it.each([
    ["a*(b)\\c", "odd secret"],
    ["jürgen", "pässwörd 🔑"],
  ])("may have any name: %s", async (username, password) => expect((await signIn(username, password))?.claims).toEqual({ preferred_username: username }));

  it("whose attribute names are configured in another case", async () =>
    expect((await signIn("ada", "ada secret", { user_id_attribute_name: "UID" }))?.uniqueKey).toBe("hq:UID:YWRh"));

  it("is found anonymously where the directory allows it", async () => {
    expect(await signIn("eve", "eve secret", { account: null })).toMatchObject({ claims: { email: "eve@example.test" } });
    expect(await signIn("ada", "ada secret", { account: null })).toBeUndefined();
  });

  it("that has a malformed phone number fails the login", async () => {
    await expect(signIn("badphone", "badphone secret")).rejects.toMatchObject({ reason: "UnexpectedError" });
    expect(await signIn("badphone", "wrong")).toBeUndefined();
  });
});

describe("TLS", () => {
  const trust = async <T>(certificate: string, work: () => Promise<T>): Promise<T> => {
    const before = getCACertificates("default");
    setDefaultCACertificates([...before, certificate]);
    try {
      return await work();
    } finally {
      setDefaultCACertificates(before);
    }
  };
  const signInThere = async (url: string) => {
    const { ctx, warnings } = await projectWith({ url });
    const found = await ldap.authenticate(ctx, { serverName: "hq", username: "ada", password: "ada secret" });
    return { found, warnings };
  };

  it("is used where it is offered: this directory takes no password without", async () => {
    const { found, warnings } = await trust(secure.certificate, () => signInThere(secure.url));
    expect(found?.uniqueKey).toBe("hq:uid:YWRh");
    expect(warnings).toEqual([]);
  });
  it("is the whole way with ldaps", async () => {
    expect((await trust(secure.certificate, () => signInThere(secure.secureUrl))).found).toBeDefined();
  });
  it("is gone without where the directory has none, with a warning", async () => {
    const { found, warnings } = await signInThere(directory.url);
    expect(found).toBeDefined();
    expect(warnings).toEqual([{ ldap_server: "hq", reason: expect.any(String) }]);
  });
  it("threat: a server that is not the one of its name, with ldaps", async () => {
    await expect(signInThere(secure.secureUrl)).rejects.toMatchObject({ reason: "UnexpectedError" });
    const byAddress = secure.secureUrl.replace("localhost", "127.0.0.1");
    await expect(trust(secure.certificate, () => signInThere(byAddress))).rejects.toMatchObject({ reason: "UnexpectedError" });
  });
  it("that cannot be verified is no TLS: the directory is asked again in plain text, with a warning", async () => {
    const lenient = await startDirectory({ tls: true });
    const { found, warnings } = await signInThere(lenient.url).finally(() => lenient.close());
    expect(found).toBeDefined();
    expect(warnings).toEqual([{ ldap_server: "hq", reason: expect.stringMatching(/self.signed/i) }]);
  });
});

describe("what is wrong with the configuration", () => {
  it.each<[string, Partial<TestServer>]>([
    ["a search account that is refused", { account: { ...SEARCH_ACCOUNT, password: "stale secret" } }],
    ["a filter that is none", { search_filter_template: "(&(uid={{.Username}})=)" }],
  ])("%s", async (_, server) => {
    const error = await signIn("ada", "ada secret", server).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ errorName: "InternalError", reason: "InvalidConfiguration" });
    expect(String((error as Error).message)).not.toMatch(/secret|cn=search/);
  });
  it("a base that does not exist", async () => {
    await expect(signIn("ada", "ada secret", { base_dn: "ou=nowhere,dc=example,dc=test" })).rejects.toMatchObject({ reason: "UnexpectedError" });
  });
});
