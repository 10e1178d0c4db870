import { describe, expect, it } from "vitest";
import { explainError } from "./explain-error.js";

describe("explainError", () => {
  it("names each broken password rule", () => {
    const info = { causes: [{ Name: "PasswordTooShort", Info: { min_length: 10, pw_length: 3 } }, { Name: "PasswordDigitRequired" }] };
    expect(explainError({ reason: "PasswordPolicyViolated", info })).toBe("The password does not meet the rules: at least 10 characters, a digit.");
  });

  it("sees a taken login inside InvariantViolated", () => {
    expect(explainError({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } })).toContain("already exists");
  });

  it("tells a missing value from a malformed one", () => {
    const text = (kind: string) => explainError({ reason: "ValidationFailed", info: { causes: [{ kind }] } });
    expect([text("required"), text("format"), text("maxLength")]).toEqual([
      "Please fill in this field.",
      "This does not look right. Please check it.",
      "Please check what you entered.",
    ]);
  });

  it("gives the generic text for unknown reasons, even names of object members", () => {
    expect([explainError({ reason: "Odd" }), explainError({ reason: "constructor" })]).toEqual(Array(2).fill("Something went wrong. Please try again."));
  });
});
