import { expect, test } from "vitest";
import { parseFeatureConfig } from "../feature-config.js";
import { projectWith } from "../spec-projects.js";
import { checkConfigChange } from "./check-config-change.js";

type Json = Record<string, unknown>;
const change = (before: Json, after: Json, features: Json = {}) =>
  checkConfigChange({
    before: projectWith(before),
    after: projectWith(after),
    features: parseFeatureConfig(JSON.stringify(features)).value,
    hosts: ["shop.example", "shop.corp.com"],
  });
const told = (...args: Parameters<typeof change>) => change(...args).map(({ location, details }) => [location, details?.msg]);
const clients = (...ids: string[]) => ({ oauth: { clients: ids.map((client_id) => ({ client_id, name: client_id })) } });
const attributes = (...list: string[][]) => ({ user_profile: { custom_attributes: { attributes: list.map(([id, type]) => ({ id, type, pointer: `/at_${id}` })) } } });

test("custom attributes stay, with their type", () => {
  const at = "/user_profile/custom_attributes/attributes";
  expect(told(attributes(["1", "string"]), attributes())).toEqual([[at, "custom attribute of id '1' was deleted"]]);
  expect(told(attributes(["1", "string"]), attributes(["2", "email"], ["1", "number"]))).toEqual([
    [`${at}/1`, "custom attribute of id '1' has type changed; original: string, incoming: number"],
  ]);
});

test("a project above its plan's limit can be saved unchanged in size, not with more or fewer", () => {
  const plan = { oauth: { client: { maximum: 1 } } };
  expect(told(clients("a", "b"), clients("a", "b"), plan)).toEqual([]);
  expect(told(clients("a", "b"), clients("a", "b", "c"), plan)).toEqual([["/oauth/clients", "exceed the maximum number of oauth clients, actual: 3, expected: 1"]]);
  expect(told(clients("a", "b", "c"), clients("a", "b"), plan)).toEqual([["/oauth/clients", "exceed the maximum number of oauth clients, actual: 2, expected: 1"]]);
});

test("plan limits of providers, hooks and biometric login", () => {
  const after = {
    identity: { oauth: { providers: [{ alias: "g", type: "google", client_id: "x" }] } },
    hook: { blocking_handlers: [{ event: "user.pre_create", url: "https://a.example" }], non_blocking_handlers: [{ events: ["*"], url: "https://a.example" }] },
    authentication: { identities: ["login_id", "biometric"] },
  };
  const plan = { identity: { oauth: { maximum_providers: 0 }, biometric: { disabled: true } }, hook: { blocking_handler: { maximum: 0 }, non_blocking_handler: { maximum: 0 } } };
  expect(told({}, after, plan)).toEqual([
    ["/identity/oauth/providers", "exceed the maximum number of sso providers, actual: 1, expected: 0"],
    ["/hook/blocking_handlers", "exceed the maximum number of blocking handlers, actual: 1, expected: 0"],
    ["/hook/non_blocking_handlers", "exceed the maximum number of non blocking handlers, actual: 1, expected: 0"],
    ["/authentication/identities", "enabling biometric authentication is not supported"],
  ]);
  expect(told({}, after)).toEqual([]);
});

test("password policy by plan", () => {
  const policy = { minimum_guessable_level: 2, excluded_keywords: ["shop"], history_days: 3 };
  const disabled = { disabled: true };
  const plan = { authenticator: { password: { policy: { minimum_guessable_level: disabled, excluded_keywords: disabled, history: disabled } } } };
  const at = "/authenticator/password/policy";
  expect(told({}, { authenticator: { password: { policy } } }, plan)).toEqual([
    [`${at}/minimum_guessable_level`, "minimum_guessable_level is disallowed"],
    [`${at}/excluded_keywords`, "excluded_keywords is disallowed"],
    [at, "password history is disallowed"],
  ]);
});

test("a custom UI needs its feature", () => {
  const after = { oauth: { clients: [{ client_id: "a", name: "a", x_custom_ui_uri: "https://ui.example" }] } };
  expect(told({}, after)).toEqual([["/oauth/clients/0", "custom ui is disallowed"]]);
  expect(told({}, after, { oauth: { client: { custom_ui_enabled: true } } })).toEqual([]);
});

test("fraud protection may be as it was, or as given, or modifiable", () => {
  const off = { fraud_protection: { enabled: false } };
  expect(told({}, off)).toEqual([["/fraud_protection", "fraud_protection config is not modifiable"]]);
  expect(told(off, off)).toEqual([]);
  expect(told(off, {})).toEqual([]);
  expect(told({}, off, { fraud_protection: { is_modifiable: true } })).toEqual([]);
});

test("the public origin is on a host of the project", () => {
  const at = (public_origin: string) => ({ http: { public_origin } });
  expect(told({}, at("https://shop.corp.com"))).toEqual([]);
  expect(told({}, at("https://evil.example"))).toEqual([["/http/public_origin", "public origin is not allowed"]]);
  expect(told(at("https://old.example"), at("https://old.example"))).toEqual([]);
});

test("one save adds clients or removes some, not both; never more than 50", () => {
  expect(told(clients("a"), clients("b"))).toEqual([["/oauth/clients", "client ids cannot be changed"]]);
  expect(told(clients("a"), clients())).toEqual([]);
  const many = Array.from({ length: 51 }, (_, index) => `c${index}`);
  expect(told(clients("c0"), clients(...many))).toEqual([["/oauth/clients", "exceed the maximum number of oauth clients, actual: 51, expected: 50"]]);
});

test("a changed flow's target_step exists; an unchanged one is left alone", () => {
  const flow = (target_step: string) => ({
    authentication_flow: {
      login_flows: [{ name: "mine", steps: [{ type: "identify", name: "who", one_of: [{ identification: "email", steps: [{ type: "change_password", target_step }] }] }] }],
    },
  });
  expect(told({}, flow("who"))).toEqual([]);
  expect(told({}, flow("gone"))).toEqual([["/authentication_flow/login_flows/0/steps/0/one_of/0/steps/0/target_step", "target_step 'gone' does not exist"]]);
  expect(told(flow("gone"), flow("gone"))).toEqual([]);
});
