import { ApiError } from "@gatehouse/platform-errors-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPasswordPolicy, MAX_PASSWORD_BYTES, type PasswordFindings, type PasswordPolicy, passwordViolations } from "./check-password-policy.js";

const names = (policy: PasswordPolicy, password: string) => passwordViolations(policy, password).map(({ Name }) => Name);

/** The error that a password meets; undefined when it is accepted. */
function errorOf(policy: PasswordPolicy, password: string, findings?: PasswordFindings): ApiError | undefined {
  try {
    checkPasswordPolicy(policy, password, findings);
    return undefined;
  } catch (error) {
    return error as ApiError;
  }
}

describe("the policy", () => {
  it.each<[PasswordPolicy, string, string[]]>([
    [{}, "1234567", ["PasswordTooShort"]],
    [{}, "12345678", []],
    [{ min_length: 3 }, "ñññ", []],
    [{ min_length: 3 }, "😀😀", ["PasswordTooShort"]],
    [{ min_length: 1, uppercase_required: true }, "a1", ["PasswordUppercaseRequired"]],
    [{ min_length: 1, lowercase_required: true }, "A1", ["PasswordLowercaseRequired"]],
    [{ min_length: 1, alphabet_required: true }, "1-é", ["PasswordAlphabetRequired"]],
    [{ min_length: 1, digit_required: true }, "a٣", ["PasswordDigitRequired"]],
    [{ min_length: 1, symbol_required: true }, "aB1", ["PasswordSymbolRequired"]],
    [{ min_length: 1, symbol_required: true }, "aB1é", []],
    [{ min_length: 1, excluded_keywords: ["Shop", ""] }, "myshop1", ["PasswordContainingExcludedKeywords"]],
    [{ min_length: 1, excluded_keywords: ["", "x"] }, "abc", []],
    [
      { uppercase_required: true, digit_required: true, excluded_keywords: ["a"] },
      "a",
      ["PasswordTooShort", "PasswordUppercaseRequired", "PasswordDigitRequired", "PasswordContainingExcludedKeywords"],
    ],
  ])("%j on %j breaks %j", (policy, password, broken) => expect(names(policy, password)).toEqual(broken));

  it("tells lengths", () => {
    expect(passwordViolations({ min_length: 10 }, "abc")).toEqual([{ Name: "PasswordTooShort", Info: { min_length: 10, pw_length: 3 } }]);
  });
  it("refuses an empty password, whatever it says", () => {
    expect(errorOf({ min_length: 0 }, "")).toMatchObject({
      reason: "PasswordPolicyViolated",
      info: { causes: [{ Name: "PasswordTooShort", Info: { min_length: 1, pw_length: 0 } }] },
    });
  });
  it("refuses a former password when the caller found one", () => {
    expect(errorOf({ history_size: 3, history_days: 90 }, "correct-horse", { reused: true })).toMatchObject({
      reason: "PasswordPolicyViolated",
      info: { causes: [{ Name: "PasswordReused", Info: { history_size: 3, history_days: 90 } }] },
    });
    expect(errorOf({ history_size: 3 }, "correct-horse", { reused: false })).toBeUndefined();
    expect(errorOf({ history_size: 3 }, "correct-horse")).toBeUndefined();
  });
  it("takes 8192 bytes and no more", () => {
    expect(errorOf({}, "x".repeat(MAX_PASSWORD_BYTES))).toBeUndefined();
    expect(errorOf({}, "é".repeat(4097))).toMatchObject({ reason: "ValidationFailed", info: { causes: [{ kind: "maxLength", details: { expected: 8192, actual: 8194 } }] } });
  });
});

describe("how hard a password is to guess", () => {
  it.each([
    ["12345678", 1, 2],
    ["p4ssw0rd", 1, 5],
    ["Summer2024!", 3, 4],
  ])("%j is of level %i, below %i", (password, level, min) => {
    expect(passwordViolations({ minimum_guessable_level: min }, password)).toEqual([{ Name: "PasswordBelowGuessableLevel", Info: { min_level: min, pw_level: level } }]);
    expect(passwordViolations({ minimum_guessable_level: level }, password)).toEqual([]);
  });
  it("five is the highest level there is", () => {
    expect(names({ minimum_guessable_level: 5 }, "correct horse battery staple")).toEqual([]);
  });
  it("is not asked where the policy does not ask", () => {
    expect(names({ minimum_guessable_level: 0 }, "12345678")).toEqual([]);
  });
  it("of no password is level 0", () => {
    expect(passwordViolations({ minimum_guessable_level: 1 }, "")).toContainEqual({ Name: "PasswordBelowGuessableLevel", Info: { min_level: 1, pw_level: 0 } });
  });
  it.each(["4@8({[</369&#!1/|0$5+7%2/", "1234567890", "p4ssw0rd", "1991-12-31", "1!|7+$50(", "|3|3|2|2|1|1/-\\/-\\|_|"])(
    "threat: %j over and over costs no more than its beginning",
    (part) => {
      expect(names({ minimum_guessable_level: 5 }, "warm up")).toContain("PasswordBelowGuessableLevel");
      const start = performance.now();
      names({ minimum_guessable_level: 5 }, part.repeat(MAX_PASSWORD_BYTES / part.length));
      expect(performance.now() - start).toBeLessThan(4_000);
    },
  );
  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => void names({ minimum_guessable_level: 3 }, text)),
      { numRuns: 50 },
    );
  });
});
