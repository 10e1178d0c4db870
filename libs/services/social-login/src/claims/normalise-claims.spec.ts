import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.js";
import { normaliseClaims } from "./normalise-claims.js";

const rules = { email: {}, username: {} };

describe("claims of a social account", () => {
  it("normalises what names the account by the project's rules", () => {
    const raw = { email: " Ada.B@Example.COM ", phone_number: "+852 9876 5432", preferred_username: "ADA" };
    expect(normaliseClaims(rules, raw)).toEqual({ email: "ada.b@example.com", phone_number: "+85298765432", preferred_username: "ada" });
    const strict = { email: { case_sensitive: true, ignore_dot_sign: true }, username: { case_sensitive: true } };
    expect(normaliseClaims(strict, raw)).toMatchObject({ email: "AdaB@example.com", preferred_username: "ADA" });
  });

  it.each([
    ["email", "no-at-sign"],
    ["email", "a@b\r\nbcc: x@y.example"],
    ["phone_number", "+1"],
    ["phone_number", "98765432"],
  ])("fails at a malformed %s: %j", (name, value) => {
    expect(() => normaliseClaims(rules, { [name]: value })).toThrow("malformed");
  });

  it("drops absent, empty and unknown values, and those of a wrong type", () => {
    expect(normaliseClaims(rules, { name: "", given_name: "  ", family_name: 7, nickname: null, email: "", gender: ["x"], iss: "x", nonce: "y" })).toEqual({});
  });

  it.each([
    ["picture", "https://pics.example/a.png", ["authgearimages:///other/object", "javascript:alert(1)", "pics.example/a.png", "/a.png", "data:image/png;base64,x"]],
    ["profile", "http://people.example/ada", ["javascript://people.example/%0aalert(1)", "https://", "x"]],
    ["website", "https://ada.example", ["mailto:ada@example.com"]],
    ["birthdate", "1990-02-28", ["1990-02-30", "1990-13-01", "28/02/1990", "90"]],
    ["birthdate", "0000-02-29", ["-02-29"]],
    ["birthdate", "--12-31", ["--12-32"]],
    ["birthdate", "1990", ["19900"]],
    ["zoneinfo", "Europe/London", ["UTC", "Europe/Nowhere", "+01:00"]],
    ["locale", "zh-HK", ["zh_CN", "EN", "not a locale"]],
  ])("keeps a good %s and drops malformed ones", (name, good, bad) => {
    expect(normaliseClaims(rules, { [name]: good })).toEqual({ [name]: good });
    for (const value of bad) expect(normaliseClaims(rules, { [name]: value })).toEqual({});
  });

  it("keeps an address of texts and the flags", () => {
    const raw = { address: { locality: "London", region: "", x: "y", country: 44 }, email_verified: "true", phone_number_verified: false };
    expect(normaliseClaims(rules, raw)).toEqual({ address: { locality: "London" }, email_verified: true, phone_number_verified: false });
    expect(normaliseClaims(rules, { address: {}, email_verified: "yes" })).toEqual({});
    expect(normaliseClaims(rules, { address: "London" })).toEqual({});
  });
});

it("canonical JSON is the same for the same value, whatever the order", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  expect(canonicalJson({ y: 1, x: 2 })).toBe(canonicalJson({ x: 2, y: 1 }));
});
