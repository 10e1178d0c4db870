import { createHash } from "node:crypto";
import type { ProjectContext } from "@gatehouse/domain-project";
import { describe, expect, it } from "vitest";
import { fixedCode, isSuppressed, isSuppressedByProject } from "./test-mode.js";

const off = { suppressed: false };
const context = (testMode: object = {}, features: object = {}): ProjectContext =>
  ({ project: { config: { test_mode: testMode }, features: { test_mode: { email: off, sms: off, whatsapp: off, ...features } } } }) as never;
const code = (target: string) => ({ target, form: "code" as const, userId: "u1" });

describe("messages", () => {
  const rules = { sms: { enabled: true, rules: [{ regex: "^\\+852555", suppressed: true }] } };

  it("are held back by the first rule that matches", () => {
    expect(isSuppressed(context(rules), "sms", "+85255501")).toBe(true);
    expect(isSuppressed(context(rules), "sms", "+85211111")).toBe(false);
    expect(isSuppressed(context(rules), "email", "+85255501")).toBe(false);
    const exception = { sms: { enabled: true, rules: [{ regex: "01$", suppressed: false }, ...rules.sms.rules] } };
    expect(isSuppressed(context(exception), "sms", "+85255501")).toBe(false);
    expect(isSuppressed(context({ sms: { ...rules.sms, enabled: false } }), "sms", "+85255501")).toBe(false);
  });

  it("are held back by the plan, which is not the project's doing", () => {
    const plan = context({}, { sms: { suppressed: true } });
    expect([isSuppressed(plan, "sms", "+85211111"), isSuppressedByProject(plan, "sms", "+85211111")]).toEqual([true, false]);
    expect(isSuppressed(plan, "email", "a@example.com")).toBe(false);
  });

  it("threat: an expression with exponential backtracking answers at once", () => {
    expect(isSuppressed(context({ sms: { enabled: true, rules: [{ regex: "^(a+)+$", suppressed: true }] } }), "sms", `${"a".repeat(40)}!`)).toBe(false);
    expect(isSuppressed(context({ sms: { enabled: true, rules: [{ regex: "(", suppressed: true }] } }), "sms", "(")).toBe(false);
  });
});

describe("codes", () => {
  it("are fixed by the first rule that matches, else by the plan", () => {
    const testMode = { oob_otp: { enabled: true, rules: [{ regex: "@test$", fixed_code: "111111" }, { regex: "^b@", fixed_code: "222222" }, { regex: "^c@" }] } };
    const ctx = context(testMode, { fixed_oob_otp: { enabled: true, code: "999999" } });
    expect(["a@test", "b@test", "b@live", "c@live", "d@live"].map((target) => fixedCode(ctx, code(target)))).toEqual(["111111", "111111", "222222", "999999", "999999"]);
    expect(fixedCode(context(testMode), code("d@live"))).toBeUndefined();
    expect(fixedCode(context({ oob_otp: { ...testMode.oob_otp, enabled: false } }), code("a@test"))).toBeUndefined();
  });

  it("in links come from the user's id where the plan says so", () => {
    const ctx = context({ oob_otp: { enabled: true, rules: [{ regex: ".", fixed_code: "111111" }] } }, { deterministic_link_otp: { enabled: true } });
    expect(fixedCode(ctx, { ...code("a@test"), form: "link" })).toBe(createHash("md5").update("u1").digest("hex"));
    expect(fixedCode(context(), { ...code("a@test"), form: "link" })).toBeUndefined();
  });
});
