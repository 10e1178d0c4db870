import { parseProjectConfig } from "@gatehouse/domain-config";
import { describe, expect, it } from "vitest";
import { type UserFacts, withWrittenAttributes } from "./index.js";

const attributes = [{ id: "0000", pointer: "/hobby", type: "string" }];
const config = parseProjectConfig(JSON.stringify({ id: "shop", http: { public_origin: "https://shop.example" }, user_profile: { custom_attributes: { attributes } } })).value;
const facts = {
  user: { standardAttributes: { family_name: "B", email: "old@example.com" }, customAttributes: { "0000": "go" } },
  identities: [{ claims: { email: "new@example.com" } }, { claims: { email: "old@example.com", phone_number: "+85298765432" } }, { claims: {} }],
  authenticators: [],
  verified: [],
} as unknown as UserFacts;
const written = (given: Parameters<typeof withWrittenAttributes>[2]) => withWrittenAttributes(config, facts, given).user;

describe("written attributes", () => {
  it("replace the whole set; what names the user is filled in from the newest identity", () => {
    expect(written({ standard: { given_name: "A" } })).toEqual({
      standardAttributes: { given_name: "A", email: "new@example.com", phone_number: "+85298765432" },
      customAttributes: { "0000": "go" },
    });
    expect(written({ standard: { email: "old@example.com", updated_at: 1 } }).standardAttributes).toEqual({ email: "old@example.com", phone_number: "+85298765432" });
    expect(written({ custom: { hobby: "chess", unknown: 1 } })).toEqual({ ...facts.user, customAttributes: { "0000": "chess" } });
  });
  it("leave a set alone that is absent or null", () => {
    for (const given of [{}, { standard: null, custom: null }]) expect(written(given)).toEqual(facts.user);
  });
  it("are refused for their form before their owner", () => {
    expect(() => written({ standard: { email: "other@example.com", given_name: "" } })).toThrow(expect.objectContaining({ reason: "ValidationFailed" }));
    expect(() => written({ standard: { email: "other@example.com" } })).toThrow(/^the attribute email is no claim of the user's identities$/);
  });
});
