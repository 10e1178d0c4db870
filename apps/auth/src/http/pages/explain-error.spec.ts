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

describe("errors that people can do something about", () => {
  const now = new Date("2030-01-01T00:00:00Z");
  const text = (reason: string, info: Record<string, unknown> = {}) => explainError({ reason, info }, now);
  it.each([
    ["2030-01-01T00:00:10Z", "This account is locked after too many attempts. Please try again in a minute."],
    ["2030-01-01T00:01:10Z", "This account is locked after too many attempts. Please try again in 2 minutes."],
    ["2029-01-01T00:00:00Z", "This account is locked for now. Please try again later."],
    ["soon", "This account is locked for now. Please try again later."],
    [undefined, "This account is locked for now. Please try again later."],
  ])("a lock until %s", (until, expected) => expect(text("AccountLockout", { until })).toBe(expected));
  it("an address that is blocked, by why", () => {
    const blocked = (details: object) => text("ValidationFailed", { causes: [{ kind: "blocked", details }] });
    const texts = [
      blocked({ reason: "EmailDomainBlocklist", blocklist: "custom" }),
      blocked({ reason: "EmailDomainBlocklist", blocklist: "free" }),
      blocked({ reason: "EmailDomainBlocklist", blocklist: "disposable" }),
      blocked({ reason: "UsernameReserved" }),
      blocked({ reason: "PhoneNumberCountryCodeAllowlist" }),
      blocked({ reason: "BlockPlusSign" }),
      blocked({ reason: "Odd" }),
      blocked({}),
    ];
    expect(new Set(texts).size).toBe(7);
    expect(texts.at(-1)).toBe("This cannot be used here. Please choose another one.");
  });
  it("messages that did not go, limits and hooks: none is the generic text", () => {
    const reasons = ["AuthenticationFailed", "DeliveryRejected", "InvalidPhoneNumber", "RateLimited", "Timeout", "UnsupportedRequest"].map((name) => `SMSGateway${name}`);
    const more = [
      "HookInvalidResponse",
      "HookDeliveryTimeout",
      "HookDeliveryUnknownFailure",
      "WhatsappMessageStatusCallbackTimeout",
      "AuthenticationFlowStepNotFound",
      "InvalidNetwork",
    ];
    for (const reason of [...reasons, ...more]) expect(text(reason), reason).not.toContain("Something went wrong");
    expect(text("RateLimited", { bucket_name: "MessagingSMSPerTarget" })).toContain("to this number");
    expect(text("OAuthError", { error: "temporarily_unavailable" })).toContain("not available");
    expect(text("RateLimited", { bucket_name: "constructor" })).toContain("Too many attempts");
  });
});
