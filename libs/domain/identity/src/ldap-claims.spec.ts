import { describe, expect, it } from "vitest";
import type { LdapIdentity } from "./ldap-claims.js";
import { ldapDisplayId, ldapIdentityClaims, showLdapValue } from "./ldap-claims.js";

const base64 = (...bytes: number[]): string => btoa(String.fromCharCode(...bytes));
const utf8 = (text: string): string => base64(...new TextEncoder().encode(text));
const upTo = (length: number): string => base64(...Array.from({ length }, (_, index) => index));

const ada: LdapIdentity = {
  serverName: "hq",
  userIdAttributeName: "uid",
  userIdAttributeValue: utf8("ada"),
  lastLoginUsername: "Ada",
  rawEntry: { dn: "uid=ada,dc=example", uid: [utf8("ada")], photo: [base64(0xff, 0xd8)] },
};

describe("a value of an attribute", () => {
  it.each([
    ["objectGUID", upTo(16), "00010203-0405-0607-0809-0a0b0c0d0e0f"],
    ["objectguid", upTo(16), upTo(16)],
    ["objectGUID", upTo(15), upTo(15)],
    ["objectGUID", utf8("not a GUID"), "not a GUID"],
    ["custom", utf8("Grüße, 世界 🎉"), "Grüße, 世界 🎉"],
    ["custom", utf8(""), ""],
    ["custom", utf8("two\nlines"), utf8("two\nlines")],
    ["custom", utf8("a\u200bb"), utf8("a\u200bb")],
    ["description", utf8("two\nlines"), "two\nlines"],
    ["Description", utf8("two\nlines"), utf8("two\nlines")],
    ["description", utf8("a\0b"), utf8("a\0b")],
    ["description", base64(0xff), base64(0xff)],
    ["custom", base64(0xef, 0xbb, 0xbf, 0x61), base64(0xef, 0xbb, 0xbf, 0x61)],
  ])("of %s: %s is shown as %j", (attribute, value, shown) => expect(showLdapValue(attribute, value)).toBe(shown));
});

it("the claims show each value, and the raw ones beside", () => {
  const prefix = "https://authgear.com/claims/ldap/";
  expect(ldapIdentityClaims(ada)).toEqual({
    [`${prefix}server_name`]: "hq",
    [`${prefix}last_login_username`]: "Ada",
    [`${prefix}user_id_attribute_name`]: "uid",
    [`${prefix}user_id_attribute_value`]: "ada",
    [`${prefix}raw_user_id_attribute_value`]: utf8("ada"),
    [`${prefix}attributes`]: { dn: "uid=ada,dc=example", uid: ["ada"], photo: [base64(0xff, 0xd8)] },
    [`${prefix}raw_attributes`]: ada.rawEntry,
  });
});

describe("what an entry is called", () => {
  const without = (value: string): LdapIdentity => ({ ...ada, userIdAttributeValue: utf8(value), rawEntry: {} });
  it("is its dn", () => expect(ldapDisplayId(ada)).toBe("uid=ada,dc=example"));
  it.each([
    ["ada", "uid=ada"],
    ["#1, a+b", "uid=\\#1\\, a\\+b"],
    [' x="y" ', 'uid=\\ x=\\"y\\"\\ '],
    ["a;<b>\\", "uid=a\\;\\<b\\>\\\\"],
    [" ", "uid=\\ "],
  ])("without one, is the escaped attribute: %j", (value, shown) => expect(ldapDisplayId(without(value))).toBe(shown));
});
