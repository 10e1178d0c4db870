import { parseProjectConfig, type ProjectConfig } from "@gatehouse/domain-config";
import { ApiError } from "@gatehouse/platform-errors-core";
import type { Cause } from "@gatehouse/platform-schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCustomAttributes, checkStandardAttributes } from "./check-attributes.js";
import { profileFromAttributes } from "./profile-from-attributes.js";

const attributes = [
  { id: "0000", pointer: "/hobby", type: "string" },
  { id: "0001", pointer: "/height", type: "number", minimum: 0.5, maximum: 3 },
  { id: "0002", pointer: "/age", type: "integer", minimum: 0 },
  { id: "0003", pointer: "/size", type: "enum", enum: ["S", "M"] },
  { id: "0004", pointer: "/mobile", type: "phone_number" },
  { id: "0005", pointer: "/second_email", type: "email" },
  { id: "0006", pointer: "/blog", type: "url" },
  { id: "0007", pointer: "/citizenship", type: "country_code" },
];
const project = (more: Record<string, unknown> = {}): ProjectConfig =>
  parseProjectConfig(JSON.stringify({ id: "shop", http: { public_origin: "https://shop.example" }, user_profile: { custom_attributes: { attributes } }, ...more })).value;
const config = project();

/** The causes of the validation error that `work` throws; none when it throws none. */
function causesOf(work: () => unknown): Cause[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ApiError && error.reason === "ValidationFailed") return error.info?.causes as Cause[];
    throw error;
  }
}
const standardCauses = (given: Record<string, unknown>) => causesOf(() => checkStandardAttributes(config, given));
const customCauses = (given: Record<string, unknown>) => causesOf(() => checkCustomAttributes(config, given));
const kinds = (causes: Cause[]) => causes.map(({ location, kind }) => [location, kind]);

describe("threat: values that cannot be kept", () => {
  const nested = (depth: number): unknown => JSON.parse(`${'{"a":['.repeat(depth / 2)}${"]}".repeat(depth / 2)}`);
  const error = (given: unknown) => standardCauses({ address: given }).map(({ location, details }) => [location, (details as { error?: string }).error]);

  it.each([40, 3_000, 60_000])("nested %i deep", (depth) => {
    expect(error({ country: "HK", more: nested(depth) })).toEqual([["/address", "nested too deeply"]]);
  });

  it.each([["a\0"], ["\ud83d"]])("with %j in a name or a text, however deep", (text) => {
    for (const value of [{ formatted: text }, { [text]: 1 }, { more: [{ more: [text] }] }]) expect(error(value)).toEqual([["/address", "invalid text"]]);
    expect(standardCauses({ name: text })).toHaveLength(1);
    expect(customCauses({ hobby: text })).toHaveLength(1);
  });

  it.each(["1e400", "-1e400"])("the number %s, alone or however deep", (number) => {
    const value = JSON.parse(number) as number;
    const unbounded: ProjectConfig = project({ user_profile: { custom_attributes: { attributes: [{ id: "0000", pointer: "/size", type: "number" }] } } });
    const refused = [{ location: "/size", kind: "format", details: { error: "number out of range", format: "number" } }];
    expect(causesOf(() => checkCustomAttributes(unbounded, { size: value }))).toEqual(refused);
    expect(error({ more: [{ altitude: value }] })).toEqual([["/address", "number out of range"]]);
    expect(checkCustomAttributes(unbounded, { size: 1e308 })).toEqual({ "0000": 1e308 });
  });

  it("leaves alone what is nested a little", () => {
    expect(error({ country: "HK", more: nested(20), emoji: "\u{1f600}" })).toEqual([]);
  });
});

describe("standard attributes", () => {
  it.each<[string, unknown[], unknown[]]>([
    ["given_name", ["Ada"], ["", null, 1]],
    ["gender", ["x"], [""]],
    ["preferred_username", ["ada"], [""]],
    ["email", ["a@b.example"], ["a", ""]],
    ["phone_number", ["+85298765432"], ["98765432", "+852 9876 5432", "+85211111111"]],
    [
      "birthdate",
      ["1990-02-28", "2000-02-29", "0000-02-29", "--02-29", "1990"],
      ["1990-02-29", "1990-13-01", "1990-00-01", "1990-04-31", "--00-10", "--02-30", "1990-1-1", "90", "", "1990-02-28T00:00:00Z"],
    ],
    [
      "zoneinfo",
      ["Asia/Hong_Kong", "Asia/Kolkata", "US/Pacific", "America/Argentina/Buenos_Aires", "America/Port-au-Prince", "Etc/GMT+8"],
      ["UTC", "+01:00", "Asia/Nowhere", "asia/hong_kong", "ASIA/HONG_KONG", "../etc/passwd", ""],
    ],
    ["locale", ["en", "zh-HK", "zh-Hant-TW"], ["EN", "zh_HK", "zh-hk", ""]],
    [
      "picture",
      ["https://a.example/p.png", "http://a.example", "authgearimages:///shop/abc"],
      [
        "/p.png",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "authgearimages://host/shop/abc",
        "authgearimages:///",
        "authgearimages:///a/../b",
        " https://a.example",
        "https://",
      ],
    ],
    ["profile", ["https://a.example/me"], ["a.example", "javascript:alert(1)"]],
    ["website", ["https://a.example"], ["mailto:a@b.example"]],
    ["address", [{}, { country: "HK", planet: 3 }], ["HK", [], { locality: "" }, { region: 1 }]],
  ])("%s", (name, yes, no) => {
    for (const value of yes) expect([value, standardCauses({ [name]: value })]).toEqual([value, []]);
    for (const value of no) expect([value, standardCauses({ [name]: value })[0]?.location.startsWith(`/${name}`)]).toEqual([value, true]);
  });
  it("are refused with the rule they break, in order of place", () => {
    expect(standardCauses({ zoneinfo: "UTC", address: { locality: "" }, given_name: null, "no/such": 1, birthdate: "x" })).toEqual([
      { location: "/address/locality", kind: "minLength", details: { actual: 0, expected: 1 } },
      { location: "/birthdate", kind: "format", details: { error: "invalid birthdate", format: "birthdate" } },
      { location: "/given_name", kind: "type", details: { actual: ["null"], expected: ["string"] } },
      { location: "/no~1such", kind: "" },
      { location: "/zoneinfo", kind: "format", details: { error: "invalid timezone", format: "timezone" } },
    ]);
  });
  it("that are unknown are refused, even custom ones", () => {
    expect(kinds(standardCauses({ hobby: "x" }))).toEqual([["/hobby", ""]]);
    expect(kinds(standardCauses(JSON.parse('{"__proto__": {"a": 1}}')))).toEqual([["/__proto__", ""]]);
    expect(kinds(standardCauses({ constructor: "x" }))).toEqual([["/constructor", ""]]);
  });
  it("that are derived are ignored", () => {
    expect(checkStandardAttributes(config, { name: "Ada", email_verified: "maybe", phone_number_verified: true, updated_at: 1 })).toEqual({ name: "Ada" });
  });
  it("follow the project's idea of a phone number", () => {
    const lenient = project({ ui: { phone_input: { validation: { libphonenumber: { validation_method: "isPossibleNumber" } } } } });
    expect(checkStandardAttributes(lenient, { phone_number: "+85211111111" })).toEqual({ phone_number: "+85211111111" });
  });
  it("never throw anything but ValidationFailed", () => {
    const name = fc.constantFrom("email", "birthdate", "zoneinfo", "locale", "picture", "website", "address", "given_name", "x");
    fc.assert(fc.property(fc.dictionary(name, fc.jsonValue()), (given) => void standardCauses(given)));
  });
});

describe("custom attributes", () => {
  it.each<[string, unknown[], unknown[]]>([
    ["hobby", ["chess"], ["", 1, null]],
    ["height", [0.5, 3, 1.75], [0.4, 3.1, "1"]],
    ["age", [0, 30], [-1, 1.5, "30"]],
    ["size", ["S"], ["XL", "", "s"]],
    ["mobile", ["+85298765432"], ["98765432", "+85211111111"]],
    ["second_email", ["a@b.example"], ["a"]],
    ["blog", ["https://a.example/b"], ["a.example", "javascript:alert(1)"]],
    ["citizenship", ["HK", "AQ"], ["Hong Kong", "ZZ", "hk", "XK", ""]],
  ])("%s", (name, yes, no) => {
    for (const value of yes) expect([value, customCauses({ [name]: value })]).toEqual([value, []]);
    for (const value of no) expect([value, kinds(customCauses({ [name]: value })).map(([place]) => place)]).toEqual([value, [`/${name}`]]);
  });
  it("are kept by id; unknown ones are dropped", () => {
    expect(checkCustomAttributes(config, { hobby: "chess", age: 3, unknown: {}, given_name: "Ada" })).toEqual({ "0000": "chess", "0002": 3 });
    expect(checkCustomAttributes(project({ user_profile: {} }), { hobby: "chess" })).toEqual({});
  });
});

describe("a profile that is filled in", () => {
  const listed = [
    { pointer: "/given_name", required: true },
    { pointer: "/family_name", required: false },
    { pointer: "/hobby", required: true },
    { pointer: "/size", required: false },
  ];
  const fill = (...given: [string, unknown][]) =>
    profileFromAttributes(
      config,
      listed,
      given.map(([pointer, value]) => ({ pointer, value })),
    );

  it("is split in standard and custom, with what was left out", () => {
    expect(fill(["/given_name", "Ada"], ["/hobby", "chess"])).toEqual({ standard: { given_name: "Ada" }, custom: { "0000": "chess" }, removed: ["family_name", "0003"] });
  });
  it("has every required attribute", () => {
    expect(causesOf(() => fill(["/family_name", "L"]))).toEqual([
      { location: "/attributes", kind: "required", details: { actual: ["/family_name"], expected: ["/given_name", "/hobby"], missing: ["/given_name", "/hobby"] } },
    ]);
    expect(causesOf(() => fill())).toMatchObject([{ details: { actual: null } }]);
  });
  it("threat: an attribute that was not asked for", () => {
    const required: [string, unknown][] = [
      ["/given_name", "Ada"],
      ["/hobby", "chess"],
    ];
    for (const pointer of ["/email", "/age", "", "given_name", "/__proto__", "/given_name/x"])
      expect(causesOf(() => fill(...required, [pointer, "x"]))).toMatchObject([{ location: "/attributes/2/pointer", kind: "enum", details: { actual: pointer } }]);
  });
  it("has values that fit", () => {
    expect(kinds(causesOf(() => fill(["/given_name", ""], ["/hobby", "chess"], ["/size", "XL"])))).toEqual([
      ["/attributes/0/value", "minLength"],
      ["/attributes/2/value", "enum"],
    ]);
  });
  it("takes the last of two values", () => {
    expect(fill(["/given_name", "Ada"], ["/hobby", "chess"], ["/given_name", "Grace"]).standard).toEqual({ given_name: "Grace" });
  });
  it("cannot have what the project does not know", () => {
    const unknown = [{ pointer: "/shoe", required: false }];
    expect(kinds(causesOf(() => profileFromAttributes(config, unknown, [{ pointer: "/shoe", value: 1 }])))).toEqual([["/attributes/0/pointer", "enum"]]);
  });
});
