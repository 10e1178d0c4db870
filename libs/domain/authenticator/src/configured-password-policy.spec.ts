import { parseProjectConfig, type ProjectConfig } from "@gatehouse/domain-config";
import { describe, expect, it } from "vitest";
import { historyRule, mustChangePassword, passwordPolicy, shownPasswordPolicy } from "./configured-password-policy.js";

const project = (password: Record<string, unknown>): ProjectConfig =>
  parseProjectConfig(JSON.stringify({ id: "shop", http: { public_origin: "https://shop.example" }, authenticator: { password } })).value;

describe("the policy as flows show it", () => {
  it("has a length and a history, even when nothing is configured", () => {
    expect(shownPasswordPolicy(project({}))).toEqual({ minimum_length: 8, history: { enabled: false } });
  });
  it("has what is demanded, and the zxcvbn score one below the level", () => {
    const policy = { min_length: 12, uppercase_required: true, symbol_required: true, minimum_guessable_level: 4, excluded_keywords: ["shop"], history_size: 3, history_days: 90 };
    expect(shownPasswordPolicy(project({ policy }))).toEqual({
      minimum_length: 12,
      uppercase_required: true,
      symbol_required: true,
      minimum_zxcvbn_score: 3,
      history: { enabled: true, size: 3, days: 90 },
      excluded_keywords: ["shop"],
    });
    expect(shownPasswordPolicy(project({ policy: { minimum_guessable_level: 1 } }))).toMatchObject({ minimum_zxcvbn_score: 0 });
    expect(shownPasswordPolicy(project({ policy: { history_days: 1 } })).history).toEqual({ enabled: true, days: 1 });
  });
});

it("the history rule is off by default", () => {
  expect(historyRule(project({}))).toEqual({ size: 0, days: 0 });
  expect(historyRule(project({ policy: { history_size: 5 } }))).toEqual({ size: 5, days: 0 });
  expect(passwordPolicy(project({ policy: { min_length: 20 } })).min_length).toBe(20);
});

describe("a password that was right must be changed", () => {
  const now = new Date("2026-03-01T00:00:00Z");
  const used = { plain: "long enough", updatedAt: new Date("2026-01-01T00:00:00Z"), expireAfter: null };
  const expiring = { expiry: { force_change: { enabled: true, duration_since_last_update: "1416h" } } }; // 59 days: since 1 January
  it.each([
    ["never, by default", {}, {}, undefined],
    ["when it breaks the policy", {}, { plain: "short" }, "policy"],
    ["not for the policy when force_change is off", { force_change: false }, { plain: "short" }, undefined],
    ["when its time is over", {}, { expireAfter: now }, "expiry"],
    ["not before its time", {}, { expireAfter: new Date(now.getTime() + 1) }, undefined],
    ["when it is old", expiring, {}, "expiry"],
    ["not when it is a little younger", expiring, { updatedAt: new Date("2026-01-01T00:00:01Z") }, undefined],
    ["for its age though force_change is off", { ...expiring, force_change: false }, {}, "expiry"],
    ["for expiry rather than policy", {}, { plain: "short", expireAfter: now }, "expiry"],
    ["not for its age when that is off", { expiry: { force_change: { enabled: false, duration_since_last_update: "1h" } } }, {}, undefined],
  ] as const)("%s", (_, password, more, reason) => expect(mustChangePassword(project(password), { ...used, ...more }, now)).toBe(reason));
});
