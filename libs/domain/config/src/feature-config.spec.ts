import { expect, test } from "vitest";
import { compileProjectFiles } from "./compile-project-files.js";
import { featureConfigJsonSchema, parseFeatureConfig } from "./feature-config.js";
import { causesOf, projectText } from "./spec-projects.js";

const read = (document: object, ...below: object[]) =>
  parseFeatureConfig(
    JSON.stringify(document),
    below.map((layer) => JSON.stringify(layer)),
  ).value;
const causes = (document: object) => causesOf(() => read(document)).map(({ location, kind }) => [location, kind]);

test("defaults of a project without features file", () => {
  const features = parseFeatureConfig("").value;
  expect(features.oauth.client).toEqual({ maximum: 99, soft_maximum: 99, custom_ui_enabled: false, app2app_enabled: false });
  expect(features.audit_log.retrieval_days).toBe(-1);
  expect(features.collaborator).toEqual({});
  expect(features.messaging.rate_limits.sms).toEqual({ enabled: false });
  expect(features.messaging.rate_limits.email_per_target).toEqual({ enabled: true, burst: 50, period: "24h" });
  expect(features.fraud_protection.is_modifiable).toBe(false);
  expect(features.test_mode).toEqual({ sms: { suppressed: false }, whatsapp: { suppressed: false }, email: { suppressed: false } });
});

test("what is refused", () => {
  expect(causes({ usage: { hooks: [{ url: "https://a.example", match: "push" }] } })).toEqual([["/usage/hooks/0/match", "enum"]]);
  expect(causes({ usage: { limits: { sms: [{ quota: 0, period: "day", action: "block" }] } } })).toEqual([]);
  expect(causes({ messaging: { sms_usage: { enabled: true } } })).toEqual([["/messaging/sms_usage", "required"]]);
  expect(causes({ sdk_log_collection: {} })).toEqual([["/sdk_log_collection", ""]]);
});

test("an enabled old usage limit becomes a blocking one unless that name is set", () => {
  const old = {
    messaging: { sms_usage: { enabled: true, period: "month", quota: 10 }, email_usage: { enabled: true, period: "day", quota: 1 }, whatsapp_usage: { enabled: false } },
  };
  const set = [{ quota: 3, period: "day", action: "alert" }];
  const features = read({ ...old, usage: { limits: { email: set } }, admin_api: { user_export_usage: { enabled: true, period: "day", quota: 0 } } });
  expect(features.usage.limits).toEqual({ sms: [{ quota: 10, period: "month", action: "block" }], email: set, user_export: [{ quota: 0, period: "day", action: "block" }] });
  expect(features.messaging).not.toHaveProperty("sms_usage");
});

test("a limit of zero is none at all", () => {
  expect(read({ oauth: { client: { maximum: 0 } } }).oauth.client.maximum).toBe(0);
});

test("a higher layer replaces members, whole sections, and adds hooks", () => {
  const hook = (match: string) => ({ url: "https://a.example", match });
  const plan = {
    oauth: { client: { maximum: 1, custom_ui_enabled: true } },
    messaging: { rate_limits: { sms: { enabled: true, period: "1m", burst: 2 } }, custom_smtp_disabled: true },
    usage: { hooks: [hook("sms")], limits: { sms: [{ quota: 1, period: "day", action: "block" }] } },
    identity: { biometric: { disabled: true } },
  };
  const features = read(
    {
      oauth: { client: { maximum: 5 } },
      messaging: { rate_limits: { email: { enabled: false } } },
      usage: { hooks: [hook("*")], limits: { sms: [] } },
      web3: { nft: { maximum: 9 } },
    },
    plan,
  );
  expect(features.oauth.client).toMatchObject({ maximum: 5, custom_ui_enabled: true });
  expect(features.messaging.custom_smtp_disabled).toBe(true);
  expect(features.messaging.rate_limits.sms).toEqual({ enabled: false });
  expect(features.usage.hooks).toEqual([hook("sms"), hook("*")]);
  expect(features.usage.limits?.sms).toEqual([]);
  expect(features.identity.biometric.disabled).toBe(true);
  expect(features.web3.nft.maximum).toBe(3);
});

test("a project offers the countries of its plan only; an empty list of a higher layer lifts the limit", () => {
  const secrets = { "authgear.secrets.yaml": JSON.stringify({ secrets: ["admin-api.auth", "oauth", "csrf"].map((key) => ({ key, data: { keys: [{ kid: "k", kty: "oct" }] } })) }) };
  const deploymentSecrets = [
    { key: "db", data: { database_url: "x" } },
    { key: "redis", data: { redis_url: "x" } },
  ];
  const countries = (own: object) =>
    compileProjectFiles(
      { ...secrets, "authgear.yaml": projectText({ ui: { phone_input: { allowlist: ["US", "HK"], pinned_list: ["HK"] } } }), "authgear.features.yaml": JSON.stringify(own) },
      { deploymentSecrets, planFeatures: [JSON.stringify({ ui: { phone_input: { allowlist: ["US"] } } })] },
    ).config.ui.phone_input;
  expect(countries({})).toMatchObject({ allowlist: ["US"], pinned_list: [] });
  expect(countries({ ui: { phone_input: { allowlist: [] } } })).toMatchObject({ allowlist: ["US", "HK"], pinned_list: ["HK"] });
});

test("fraud protection of the project is ignored unless it is modifiable", () => {
  const secrets = JSON.stringify({ secrets: ["admin-api.auth", "oauth", "csrf"].map((key) => ({ key, data: { keys: [{ kid: "k", kty: "oct" }] } })) });
  const deploymentSecrets = [
    { key: "db", data: { database_url: "x" } },
    { key: "redis", data: { redis_url: "x" } },
  ];
  const enabled = (is_modifiable: boolean) =>
    compileProjectFiles(
      {
        "authgear.yaml": projectText({ fraud_protection: { enabled: false } }),
        "authgear.secrets.yaml": secrets,
        "authgear.features.yaml": JSON.stringify({ fraud_protection: { is_modifiable } }),
      },
      { deploymentSecrets },
    ).config.fraud_protection.enabled;
  expect([enabled(false), enabled(true)]).toEqual([true, false]);
});

test("its JSON schema is plain JSON", () => {
  expect(JSON.parse(JSON.stringify(featureConfigJsonSchema())).properties.oauth.properties.client.properties.maximum.default).toBe(99);
});
