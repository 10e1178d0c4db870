import { describe, expect, it } from "vitest";
import { applyWishes, checkClaims, sameJson } from "./apply-wishes.js";
import { HookResponses } from "./hook-response.js";

const responses = new HookResponses();
const accepted = (type: string, value: unknown) => "response" in responses.check(type, value);

describe("a handler's answer", () => {
  it("needs is_allowed", () => {
    expect(accepted("user.pre_create", {})).toBe(false);
    expect(accepted("user.pre_create", null)).toBe(false);
    expect(accepted("user.pre_create", { is_allowed: true })).toBe(true);
  });
  it("may give a reason only when it refuses", () => {
    expect(accepted("user.pre_create", { is_allowed: true, reason: "x" })).toBe(false);
    expect(accepted("user.pre_create", { is_allowed: false, title: "T", reason: "R" })).toBe(true);
    expect(accepted("user.pre_create", { is_allowed: false, mutations: {} })).toBe(false);
  });
  it("may ask for what its event allows only", () => {
    const user = { is_allowed: true, mutations: { user: { custom_attributes: {}, is_disabled: true } } };
    expect(accepted("user.pre_create", user)).toBe(true);
    expect(accepted("oidc.jwt.pre_create", user)).toBe(false);
    expect(accepted("user.pre_create", { is_allowed: true, mutations: { other: {} } })).toBe(false);
    const bot = { is_allowed: true, bot_protection: { mode: "always" } };
    expect(accepted("authentication.post_identified", bot)).toBe(true);
    expect(accepted("authentication.pre_authenticated", bot)).toBe(false);
    expect(accepted("authentication.pre_authenticated", { is_allowed: true, constraints: { amr: ["mfa"] }, rate_limits: { "authentication.general": { weight: 0.5 } } })).toBe(
      true,
    );
    expect(accepted("authentication.pre_authenticated", { is_allowed: true, constraints: { amr: ["magic"] } })).toBe(false);
    expect(accepted("authentication.pre_authenticated", { is_allowed: true, rate_limits: { "authentication.general": { weight: -1 } } })).toBe(false);
  });
});

describe("threat: a token hook weakens a token", () => {
  it("may add claims, not remove or change them", () => {
    expect(() => checkClaims({ sub: "u", aud: ["a"] }, { aud: ["a"], sub: "u", "https://x/y": 1 })).not.toThrow();
    expect(() => checkClaims({ sub: "u", aud: ["a"] }, { aud: ["b"] })).toThrow(
      expect.objectContaining({ reason: "InvalidJWTMutations", info: { removed: ["sub"], changed: ["aud"] } }),
    );
  });
});

describe("mutations", () => {
  const start = { payload: { user: { standard_attributes: { name: "A" }, custom_attributes: { x: 1 }, roles: ["r"], groups: [], is_disabled: false } } };
  it("replace whole parts, write all four back, and ignore other members", () => {
    const outcome = applyWishes(start, { mutations: { user: { standard_attributes: { given_name: "Ada" }, is_disabled: true } as object } });
    expect(outcome.user).toEqual({ standard_attributes: { given_name: "Ada" }, custom_attributes: { x: 1 }, roles: ["r"], groups: [] });
    expect(outcome.payload.user).toMatchObject({ is_disabled: false, standard_attributes: { given_name: "Ada" } });
  });
  it("leave the user alone when no part is named", () => expect(applyWishes(start, { mutations: { user: {} } }).user).toBeUndefined());
  it("of later handlers replace those of earlier ones; empty constraints clear", () => {
    const first = applyWishes(start, { constraints: { amr: ["mfa"] } });
    expect(applyWishes(first, {}).constraints).toEqual({ amr: ["mfa"] });
    expect(applyWishes(first, { constraints: {} }).constraints).toEqual({});
  });
});

it("compares JSON without regard to the order of keys", () => {
  expect(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
  expect(sameJson({ a: undefined }, {})).toBe(false);
});
