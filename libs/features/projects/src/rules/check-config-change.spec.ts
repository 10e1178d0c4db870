import { parseFeatureConfig, parseProjectConfig } from "@gatehouse/domain-config";
import { describe, expect, it } from "vitest";
import { checkConfigChange } from "./check-config-change.js";

const config = (more = "", origin = "http://shop.localhost") => parseProjectConfig(`id: shop\nhttp: {public_origin: '${origin}'}\n${more}`).value;
const check = (before: string, after: string, features = "{}") =>
  checkConfigChange({ before: config(before), after: config(after), features: parseFeatureConfig(features).value, hosts: ["shop.localhost", "login.shop.example"] }).map(
    ({ location, details }) => [location, details?.msg],
  );
const clients = (...ids: string[]) =>
  `oauth: {clients: [${ids.map((id) => `{client_id: ${id}, name: A, x_application_type: spa, redirect_uris: ['http://localhost/cb']}`).join(", ")}]}`;
const attributes = (...types: string[]) =>
  `user_profile: {custom_attributes: {attributes: [${types.map((type, i) => `{id: '000${i}', pointer: /a${i}, type: ${type}}`).join(", ")}]}}`;

describe("rules of saving authgear.yaml", () => {
  it("lets harmless changes through", () => expect(check("", `session: {lifetime_seconds: 60}\n${clients("a", "b")}`)).toEqual([]));

  it("keeps custom attributes and their types", () => {
    expect(check(attributes("string", "number"), attributes("integer"))).toEqual([
      ["/user_profile/custom_attributes/attributes/0", "custom attribute of id '0000' has type changed; original: string, incoming: integer"],
      ["/user_profile/custom_attributes/attributes", "custom attribute of id '0001' was deleted"],
    ]);
  });

  it("lets the public origin be a host of the project only", () => {
    const change = (origin: string) =>
      checkConfigChange({ before: config(), after: config("", origin), features: parseFeatureConfig("{}").value, hosts: ["shop.localhost", "login.shop.example"] }).length;
    expect(["https://login.shop.example", "http://shop.localhost:3000", "https://evil.example", "https://login.shop.example.evil.example"].map(change)).toEqual([0, 0, 1, 1]);
  });

  it("adds or removes clients, not both, and has at most fifty", () => {
    expect(check(clients("a"), clients("b"))).toEqual([["/oauth/clients", "client ids cannot be changed"]]);
    const many = Array.from({ length: 51 }, (_, i) => `c${i}`);
    expect(check("", clients(...many))).toEqual([["/oauth/clients", "exceed the maximum number of oauth clients, actual: 51, expected: 50"]]);
  });

  it("minds the plan, but not what broke it in the same way before", () => {
    const one = "oauth: {client: {maximum: 1}}";
    expect(check(clients("a", "b"), clients("a", "b"), one)).toEqual([]);
    expect(check(clients("a", "b", "c"), clients("a", "b"), one)).toEqual([["/oauth/clients", "exceed the maximum number of oauth clients, actual: 2, expected: 1"]]);
    expect(check("", "authentication: {identities: [login_id, biometric]}", "identity: {biometric: {disabled: true}}")).toEqual([
      ["/authentication/identities", "enabling biometric authentication is not supported"],
    ]);
    expect(
      check(
        "",
        "authenticator: {password: {policy: {minimum_guessable_level: 3, history_size: 2}}}",
        "authenticator: {password: {policy: {minimum_guessable_level: {disabled: true}, history: {disabled: true}}}}",
      ),
    ).toEqual([
      ["/authenticator/password/policy/minimum_guessable_level", "minimum_guessable_level is disallowed"],
      ["/authenticator/password/policy", "password history is disallowed"],
    ]);
  });

  it("leaves fraud protection alone unless the plan lets it be changed", () => {
    const off = "fraud_protection: {enabled: false}";
    expect(check("", off)).toEqual([["/fraud_protection", "fraud_protection config is not modifiable"]]);
    expect([check(off, off), check(off, ""), check("", off, "fraud_protection: {is_modifiable: true}")]).toEqual([[], [], []]);
  });
});
