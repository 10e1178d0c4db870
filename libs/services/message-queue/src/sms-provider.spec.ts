import { describe, expect, it } from "vitest";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type DeploymentSms, smsProvider } from "./sms-provider.js";

const NEXMO = { api_key: "k", api_secret: "s" };
const secrets = { "sms.nexmo": NEXMO, "sms.custom": { url: "https://own/" } };
const none: DeploymentSms = {
  smsDefaultSource: "authgear.secrets.yaml",
  smsDefaultProvider: "",
  smsTwilioAccountSid: "",
  smsTwilioAuthToken: "",
  smsTwilioMessagingServiceSid: "",
  smsNexmoApiKey: "",
  smsNexmoApiSecret: "",
  smsCustomUrl: "",
  smsCustomTimeout: 0,
};
const twilio = { smsTwilioAccountSid: "AC", smsTwilioAuthToken: "t", smsTwilioMessagingServiceSid: "MG" };
const custom = { smsCustomUrl: "https://env/", smsCustomTimeout: 20 };

const of = (own: object, messaging: object = {}, env: Partial<DeploymentSms> = {}) =>
  smsProvider({ project: { secrets: own, config: { messaging } } } as unknown as ProjectContext, { ...none, ...env });
const fromSecrets = (provider: string) => ({ sms_gateway: { use_config_from: "authgear.secrets.yaml", provider } });
const fromEnv = (provider?: string) => ({ sms_gateway: { use_config_from: "environment_variable", ...(provider ? { provider } : {}) } });

describe("who sends a project's SMS", () => {
  it.each([
    ["source secrets: the named one, whatever else is set", secrets, { ...fromSecrets("nexmo"), sms_provider: "custom" }, custom, { name: "nexmo", secret: NEXMO }],
    [
      "source environment with a provider",
      secrets,
      { ...fromEnv("twilio"), sms_provider: "custom" },
      { ...twilio, ...custom },
      { name: "twilio", secret: { account_sid: "AC", auth_token: "t", message_service_sid: "MG" } },
    ],
    [
      "source environment without one: the deployment's default",
      {},
      fromEnv(),
      { ...twilio, ...custom, smsDefaultProvider: "custom" as const },
      { name: "custom", secret: { url: "https://env/", timeout: 20 } },
    ],
    [
      "source environment without any default: the only one",
      secrets,
      fromEnv(),
      { smsNexmoApiKey: "a", smsNexmoApiSecret: "b" },
      { name: "nexmo", secret: { api_key: "a", api_secret: "b" } },
    ],
    ["no source: the deprecated key, from secrets", secrets, { sms_provider: "custom" }, twilio, { name: "custom", secret: { url: "https://own/" } }],
    [
      "neither: the deployment's source",
      secrets,
      {},
      { ...twilio, smsDefaultSource: "environment_variable" as const },
      { name: "twilio", secret: { account_sid: "AC", auth_token: "t", message_service_sid: "MG" } },
    ],
    ["neither: the only secret", { "sms.nexmo": NEXMO }, {}, { ...twilio, ...custom }, { name: "nexmo", secret: NEXMO }],
    ["a named one without credentials is none", { "sms.custom": { url: "https://own/" } }, fromSecrets("nexmo"), {}, undefined],
    ["half a credential is none", {}, fromEnv(), { smsTwilioAccountSid: "AC" }, undefined],
    ["nothing at all", {}, {}, twilio, undefined],
  ])("%s", (_name, own, messaging, env, expected) => expect(of(own, messaging, env)).toEqual(expected));
  it("is not guessed", () => {
    expect(() => of(secrets)).toThrow(/ambiguous/);
    expect(() => of({}, fromEnv(), { ...twilio, ...custom })).toThrow(/ambiguous/);
  });
});
