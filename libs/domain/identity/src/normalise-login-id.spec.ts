import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldCase } from "./fold-case.js";
import { type LoginIdRules, maskLoginId, normaliseLoginId } from "./normalise-login-id.js";

const plain: LoginIdRules = { email: {}, username: {} };
const email = (text: string, rules: LoginIdRules["email"] = {}) => normaliseLoginId("email", text, { ...plain, email: rules });

describe("normalisation", () => {
  it.each([
    [" John@Example.COM ", {}, "john@example.com", "john@example.com"],
    ["user@münchen.de", {}, "user@münchen.de", "user@xn--mnchen-3ya.de"],
    ["user@MU\u0308NCHEN.de", {}, "user@münchen.de", "user@xn--mnchen-3ya.de"],
    ["Straße@x.co", {}, "strasse@x.co", "strasse@x.co"],
    ["STRAẞE@x.co", {}, "strasse@x.co", "strasse@x.co"],
    ["John@X.co", { case_sensitive: true }, "John@x.co", "John@x.co"],
    ["A.b.C@x.co", { ignore_dot_sign: true }, "abc@x.co", "abc@x.co"],
    ["ｊohn@x.co", {}, "john@x.co", "john@x.co"],
    ["a@2130706433", {}, "a@2130706433", "a@2130706433"],
  ] as const)("of email %j with %j", (text, rules, value, uniqueKey) => {
    expect(email(text, rules)).toEqual({ value, uniqueKey });
  });
  it("threat: two spellings of one address are one login id", () => {
    expect(email("a.b@x.co", { ignore_dot_sign: true })?.uniqueKey).toBe(email("ab@x.co", { ignore_dot_sign: true })?.uniqueKey);
    expect(email("user@münchen.de")?.uniqueKey).toBe(email("user@XN--MNCHEN-3YA.de")?.uniqueKey);
    expect(email("ΣΊΣΥΦΟΣ@x.co")?.uniqueKey).toBe(email("σίσυφος@x.co")?.uniqueKey);
  });
  it("folds what upper case alone would not", () => {
    expect(foldCase("ΑΣς ẞß ı İ ſ")).toBe("ασσ ssss ı i̇ s");
  });
  it("threat: a text of a megabyte is no login id", () => {
    for (const type of ["email", "phone", "username"] as const) expect(normaliseLoginId(type, `+1${"1".repeat(1_000_000)}@b.co`, plain)).toBeUndefined();
  });
});

const rules = fc.record({
  email: fc.record({ case_sensitive: fc.boolean(), ignore_dot_sign: fc.boolean() }),
  username: fc.record({ case_sensitive: fc.boolean() }),
});
const type = fc.constantFrom("email" as const, "phone" as const, "username" as const);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.emailAddress(),
  fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme", minLength: 1 })).map(([local, domain]) => `${local}@${domain}.co`),
  fc.stringMatching(/^\+[0-9 -]{4,16}$/),
);

it("takes no number that would be another one when it is read again", () => {
  expect(normaliseLoginId("phone", "+4900000 0", { email: {}, username: {} })).toBeUndefined();
});

describe("normalisation of any text", () => {
  it("never throws, and doing it again changes nothing", () => {
    fc.assert(
      fc.property(type, text, rules, (kind, input, given) => {
        const once = normaliseLoginId(kind, input, given);
        if (once) expect(normaliseLoginId(kind, once.value, given)).toEqual(once);
      }),
      { numRuns: 3000 },
    );
  });
  it("gives one unique key whatever the case, unless case counts", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(email(address.toUpperCase())?.uniqueKey).toBe(email(address)?.uniqueKey);
      }),
    );
  });
});

describe("the mask of a login id", () => {
  it.each([
    ["email", "user@example.com", "us**@example.com"],
    ["email", "a@b@example.com", "a**@example.com"],
    ["email", "no address", "no ad*****"],
    ["phone", "+85251000000", "+8525100****"],
    ["phone", "12", "1*"],
    ["username", "ann", "ann"],
  ] as const)("%s %s", (type, value, masked) => {
    expect(maskLoginId(type, value)).toBe(masked);
  });
});
