import { describe, expect, it } from "vitest";
import { checkLoginId, loginIdLookupKeys } from "./check-login-id.js";
import { causeOf, type SpecProject, specProject } from "./spec-project.js";

const check = (project: SpecProject, key: string, value: string) => checkLoginId(specProject(project), { key, value });
const cause = (project: SpecProject, key: string, value: string) => causeOf(() => check(project, key, value));
const at = (kind: string, details?: Record<string, unknown>) => ({ location: "/login_id", kind, ...(details ? { details } : {}) });
const blocked = (reason: string, extra: Record<string, unknown> = {}) => at("blocked", { reason, ...extra });
const format = (type: string) => at("format", { format: type });

describe("any login id", () => {
  it("is trimmed, normalised, and kept as it was typed", () => {
    expect(check({}, "email", " John@Example.COM ")).toEqual({
      key: "email",
      type: "email",
      value: "john@example.com",
      uniqueKey: "john@example.com",
      original: "John@Example.COM",
    });
  });
  it("belongs to a key of the project", () => {
    expect(cause({}, "nick", "a")).toEqual(at("general", { msg: "login ID key is not allowed" }));
    expect(check({ keys: [{ type: "email", key: "work" }] }, "work", "a@b.co").key).toBe("work");
  });
  it("has at most so many bytes, 320, 40 and 40 unless told otherwise", () => {
    expect(cause({}, "username", "é".repeat(21))).toEqual(at("maxLength", { expected: 40, actual: 42 }));
    expect(cause({}, "email", `${"a".repeat(315)}@b.co.uk`)).toEqual(at("maxLength", { expected: 320, actual: 323 }));
    expect(cause({ keys: [{ type: "username", max_length: 3 }] }, "username", "abcd")).toEqual(at("maxLength", { expected: 3, actual: 4 }));
    expect(cause({}, "username", `  ${"a".repeat(40)}  `)).toBeUndefined();
  });
  it("is not blank", () => {
    expect(cause({}, "email", " \t ")).toEqual(at("required"));
  });
  it("is looked up under the form of every key's type", () => {
    expect(loginIdLookupKeys(specProject({ username: { case_sensitive: true } }).config, "A@B.co")).toEqual(["a@b.co", "A@B.co"]);
    expect(loginIdLookupKeys(specProject({}).config, "+852 9876-5432")).toContain("+85298765432");
  });
});

describe("an email address", () => {
  it.each([
    "a",
    "@b.co",
    "a@",
    "a b@c.co",
    "A <a@b.co>",
    "a..b@c.co",
    ".a@c.co",
    "a@b..co",
    "a@b_c.co/x",
    "a@[1.2.3.4]",
    "a@b@c.co",
    "a@1.2.3.400",
    "a\u200B@b.co",
    "a@b\u00AD.co",
    "ﷺ@b.co",
  ])("%j is none", (text) => expect(cause({}, "email", text)).toEqual(format("email")));
  it.each(["a@b.co", "o'neil+tag@b.co", "ü@münchen.de", "a@localhost", "!#$%&'*+/=?^_`{|}~-@b.co", "用户@例え.jp"])("%j is one", (text) =>
    expect(cause({}, "email", text)).toBeUndefined(),
  );
  it("may have a plus sign unless the project blocks it, fullwidth or not", () => {
    expect(cause({}, "email", "a+b@c.co")).toBeUndefined();
    expect(cause({ email: { block_plus_sign: true } }, "email", "a+b@c.co")).toEqual(blocked("BlockPlusSign"));
    expect(cause({ email: { block_plus_sign: true } }, "email", "a＋b@c.co")).toEqual(blocked("BlockPlusSign"));
    expect(cause({ email: { block_plus_sign: true } }, "email", "ab@c+d.co")).toBeUndefined();
  });

  const blocklist = { email: { domain_blocklist_enabled: true }, files: { "email_domain_blocklist.txt": "# rivals\nRival.example\n/\\.bad$/\n!good.bad\nmünchen.de\n" } };
  it.each(["a@rival.example", "a@RIVAL.example", "a@x.bad", "a@xn--mnchen-3ya.de", "a@MÜNCHEN.de"])("threat: %j of a blocked domain", (text) =>
    expect(cause(blocklist, "email", text)).toEqual(blocked("EmailDomainBlocklist", { blocklist: "custom" })),
  );
  it.each(["a@good.bad", "a@sub.rival.example", "a@bad", "a@rival.example.org"])("%j is not on the list", (text) => expect(cause(blocklist, "email", text)).toBeUndefined());
  it("of a blocked domain may be imported", () => {
    expect(checkLoginId(specProject(blocklist), { key: "email", value: "a@rival.example", skipEmailBlocklist: true }).value).toBe("a@rival.example");
  });
  it("is not held against a list that is off", () => {
    expect(cause({ files: blocklist.files }, "email", "a@rival.example")).toBeUndefined();
  });

  const allowlist = { email: { domain_allowlist_enabled: true }, files: { "email_domain_allowlist.txt": "ours.example\n/^[a-z]+\\.ours\\.example$/" } };
  it("may have to be of an allowed domain", () => {
    expect(cause(allowlist, "email", "a@ours.example")).toBeUndefined();
    expect(cause(allowlist, "email", "a@hq.ours.example")).toBeUndefined();
    expect(cause(allowlist, "email", "a@theirs.example")).toEqual(blocked("EmailDomainAllowlist"));
    expect(cause({ email: allowlist.email }, "email", "a@ours.example")).toEqual(blocked("EmailDomainAllowlist"));
  });
  it("may have to be of a provider that is paid, with exceptions", () => {
    const free = { email: { block_free_email_provider_domains: true }, files: { "free_email_provider_domain_list.txt": "freebie.example\n!gmx.de" } };
    for (const domain of ["gmail.com", "yahoo.co.uk", "freebie.example"])
      expect(cause(free, "email", `a@${domain}`)).toEqual(blocked("EmailDomainBlocklist", { blocklist: "free" }));
    expect(cause(free, "email", "a@gmx.de")).toBeUndefined();
    expect(cause({}, "email", "a@gmail.com")).toBeUndefined();
  });
  it("threat: throw-away addresses", () => {
    const disposable = { email: { block_disposable_email_domains: true }, files: { "disposable_email_domain_list.txt": "gone.example\n!mailinator.com" } };
    const refused = blocked("EmailDomainBlocklist", { blocklist: "disposable" });
    for (const domain of ["gone.example", "yopmail.com", "me.33mail.com", "33mail.com"]) expect(cause(disposable, "email", `a@${domain}`)).toEqual(refused);
    for (const domain of ["mailinator.com", "gmail.com", "not33mail.com"]) expect(cause(disposable, "email", `a@${domain}`)).toBeUndefined();
    expect(cause({ email: { block_disposable_email_domains: true } }, "email", "a@mailinator.com")).toEqual(refused);
  });
});

describe("a username", () => {
  it.each(["admin", "Admin", "ROOT"])("%j is reserved", (name) => expect(cause({}, "username", name)).toEqual(blocked("UsernameReserved")));
  it("is reserved, or free, as the project says", () => {
    const files = { "reserved_name.txt": "# ours\nBoss\n/^team-\\d+$/\n!team-7\n!admin" };
    for (const name of ["boss", "TEAM-1"]) expect(cause({ files }, "username", name)).toEqual(blocked("UsernameReserved"));
    for (const name of ["admin", "team-7", "bossy"]) expect(cause({ files }, "username", name)).toBeUndefined();
    expect(cause({ files, username: { block_reserved_usernames: false } }, "username", "boss")).toBeUndefined();
  });
  it("has no excluded keyword inside", () => {
    const files = { "username_excluded_keywords.txt": "# rude\nDarn\n" };
    expect(cause({ files, username: { exclude_keywords_enabled: true } }, "username", "GoldDARNit")).toEqual(blocked("UsernameExcludedKeywords"));
    expect(cause({ files, username: { exclude_keywords_enabled: true } }, "username", "rude")).toBeUndefined();
    expect(cause({ files }, "username", "darn")).toBeUndefined();
  });
  it("is ASCII letters, digits and three signs by default", () => {
    for (const name of ["ádmin", "a@b", "a+b", "李小龍"]) expect(cause({}, "username", name)).toEqual(format("username"));
    for (const name of ["a_b-c.d", "Alice1"]) expect(cause({}, "username", name)).toBeUndefined();
  });

  const anyScript = { username: { ascii_only: false } };
  it.each(["a b", "a\u0000", "♥", "ａｄａ", "ﬁ", "a\u200Bb", "ᄀ", "½", "\u202Eadmin", "a\u3164"])("%j is no identifier", (name) =>
    expect(cause(anyScript, "username", name)).toEqual(format("username")),
  );
  it.each(["李小龍", "josé", "мин", "ada@b.co"])("%j is one", (name) => expect(cause(anyScript, "username", name)).toBeUndefined());
  it.each(["pаypal", "Аda", "αda", "օk", "ꓐob", "ᎪᎠᎪ", "0०0", "ё1"])("threat: %j looks like another name", (name) =>
    expect(cause(anyScript, "username", name)).toEqual(at("general", { msg: "username contains confusable characters" })),
  );
  it("breaks its rules in a fixed order", () => {
    const files = { "username_excluded_keywords.txt": "adm" };
    expect(cause({ files, username: { exclude_keywords_enabled: true } }, "username", "admin")).toEqual(blocked("UsernameReserved"));
    expect(cause({ files, username: { exclude_keywords_enabled: true } }, "username", "admín")).toEqual(blocked("UsernameExcludedKeywords"));
    expect(cause({}, "username", "аdmin")).toEqual(format("username"));
  });
  it("differs by case only where the project says so", () => {
    expect(check({}, "username", "Alice").uniqueKey).toBe("alice");
    expect(check({ username: { case_sensitive: true } }, "username", "Alice").uniqueKey).toBe("Alice");
  });
});

describe("a phone number", () => {
  const possible = { validation: { libphonenumber: { validation_method: "isPossibleNumber" } } };
  it("is shown in E.164", () => {
    expect(check({}, "phone", " +852 9876-5432 ")).toMatchObject({ value: "+85298765432", uniqueKey: "+85298765432", original: "+852 9876-5432" });
  });
  it.each(["98765432", "+852 (98) 765432", "+999123456789", "+8521", "++85298765432", "+", "tel:+85298765432"])("%j is none", (text) =>
    expect(cause({}, "phone", text)).toEqual(format("phone")),
  );
  it("is valid, or only possible where the project says so", () => {
    expect(cause({}, "phone", "+85211111111")).toEqual(format("phone"));
    expect(cause({ phoneInput: possible }, "phone", "+85211111111")).toBeUndefined();
    expect(cause({ phoneInput: possible }, "phone", "+8521111")).toEqual(format("phone"));
  });
  it("threat: numbers of countries that are not allowed, or of none", () => {
    const refused = blocked("PhoneNumberCountryCodeAllowlist");
    expect(cause({ phoneInput: { allowlist: ["US"] } }, "phone", "+85298765432")).toEqual(refused);
    expect(cause({ phoneInput: { allowlist: ["US"] } }, "phone", "+12025550100")).toBeUndefined();
    expect(cause({}, "phone", "+8821612345678")).toEqual(refused);
    expect(cause({ phoneInput: { ...possible, allowlist: ["HK"] } }, "phone", "+15551234567")).toEqual(refused);
    expect(cause({ phoneInput: { ...possible, allowlist: ["CA"] } }, "phone", "+15551234567")).toBeUndefined();
  });
});
