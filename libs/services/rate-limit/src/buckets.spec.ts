import { parseFeatureConfig, parseProjectConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import { readEnv } from "@gatehouse/platform-env";
import { describe, expect, it } from "vitest";
import { type Bucket, blockedLimit, credentialBuckets, messagingBuckets, perAddressBucket, refusal } from "./index.js";

const IP = "192.0.2.7";
const GENERAL = { per_ip: { enabled: true, period: "1m", burst: 60 }, per_user_per_ip: { enabled: true, period: "1m", burst: 10 } };

interface Parts {
  config?: Record<string, unknown>;
  features?: Record<string, unknown>;
  ip?: string;
  actor?: "user" | "admin_api";
}

/** As much of a context as buckets look at. */
function context({ config = {}, features = {}, ip = IP, actor = "user" }: Parts = {}): ProjectContext {
  const project = {
    id: "shop",
    config: parseProjectConfig(JSON.stringify({ id: "shop", http: { public_origin: "https://shop.example" }, ...config })).value,
    features: parseFeatureConfig(JSON.stringify(features)).value,
  };
  return { project, request: { ip }, actor: { type: actor } } as unknown as ProjectContext;
}

const deployment = (more: Record<string, string> = {}) => readEnv({ DATABASE_URL: "postgres://u@h/db", REDIS_URL: "redis://h", ...more });
const shown = (buckets: readonly Bucket[]) => buckets.map(({ name, args, limit, global }) => [global ? `global ${name}` : name, args.join(","), limit?.name, limit?.group]);
const limits = (rate_limits: Record<string, unknown>) => context({ config: { authentication: { rate_limits } } });

describe("buckets of a credential", () => {
  it.each([
    ["password", "VerifyPassword"],
    ["totp", "VerifyTOTP"],
    ["recovery_code", "VerifyRecoveryCode"],
    ["device_token", "VerifyDeviceToken"],
  ] as const)("%s: per address, then per user and address", (method, name) => {
    const group = `authentication.${method}`;
    const buckets = credentialBuckets(context(), method, "u1");
    expect(shown(buckets)).toEqual([
      [`${name}PerIP`, IP, `${group}.per_ip`, group],
      [`${name}PerUserPerIP`, `u1,${IP}`, `${group}.per_user_per_ip`, group],
    ]);
    expect(buckets.map(({ config }) => config)).toEqual([GENERAL.per_ip, GENERAL.per_user_per_ip]);
    expect(shown(credentialBuckets(context(), method, undefined))).toEqual([[`${name}PerIP`, IP, `${group}.per_ip`, group]]);
    expect(credentialBuckets(context(), method, "")).toHaveLength(1);
  });

  it("passkey: per address alone", () => {
    const [only, ...more] = credentialBuckets(context(), "passkey", "u1");
    expect(shown([only as Bucket])).toEqual([["VerifyPasskeyPerIP", IP, "authentication.passkey.per_ip", "authentication.passkey"]]);
    expect(only?.config).toEqual(GENERAL.per_ip);
    expect(more).toEqual([]);
  });

  it.each(["password", "totp", "recovery_code", "device_token", "passkey"] as const)("%s: its own limit wins over the general one, also when it is off", (method) => {
    const own = { enabled: true, period: "10m", burst: 3 };
    expect(credentialBuckets(limits({ [method]: { per_ip: own } }), method, undefined)[0]?.config).toEqual(own);
    expect(credentialBuckets(limits({ [method]: { per_ip: { enabled: false } } }), method, undefined)[0]?.config).toMatchObject({ enabled: false });
  });

  it("follows a general limit that was changed or switched off", () => {
    const general = { per_ip: { enabled: false }, per_user_per_ip: { enabled: true, period: "1h", burst: 2 } };
    expect(credentialBuckets(limits({ general }), "totp", "u1").map(({ config }) => config)).toMatchObject([{ enabled: false }, { enabled: true, period: "1h", burst: 2 }]);
  });
});

it.each([
  ["signup", "SignupPerIP", 10],
  ["signup_anonymous", "SignupAnonymousPerIP", 60],
  ["account_enumeration", "AccountEnumerationPerIP", 10],
] as const)("the bucket of %s is per address and does not fall back", (kind, name, burst) => {
  const bucket = perAddressBucket(context(), kind);
  expect(shown([bucket])).toEqual([[name, IP, `authentication.${kind}.per_ip`, `authentication.${kind}`]]);
  expect(bucket.config).toEqual({ enabled: true, period: "1m", burst });
  expect(perAddressBucket(limits({ [kind]: { per_ip: { enabled: false } } }), kind).config).toMatchObject({ enabled: false });
});

describe("buckets of a message", () => {
  const all = { RATE_LIMITS_SMS: "900/1m", RATE_LIMITS_SMS_PER_IP: "90/1m", RATE_LIMITS_EMAIL: "800/1m", RATE_LIMITS_EMAIL_PER_IP: "80/1m" };

  it.each([
    ["email", "MessagingEmail", "email", "user@example.com"],
    ["sms", "MessagingSMS", "sms", "+85251000000"],
    ["whatsapp", "MessagingSMS", "sms", "+85251000000"],
  ] as const)("%s: project, address, target, each before the deployment's own", (channel, name, medium, to) => {
    const group = `messaging.${medium}`;
    expect(shown(messagingBuckets(context(), { channel, to, deployment: deployment(all) }))).toEqual([
      [name, "", `${group}.per_project`, group],
      [`global ${name}`, "", `global.${group}`, `global.${group}`],
      [`${name}PerIP`, IP, `${group}.per_ip`, group],
      [`global ${name}PerIP`, IP, `global.${group}.per_ip`, `global.${group}`],
      [`${name}PerTarget`, to, `${group}.per_target`, group],
      [`global ${name}PerTarget`, to, `global.${group}.per_target`, `global.${group}`],
    ]);
  });

  it.each([
    ["email", [{ enabled: false }, undefined, "200/1m", undefined, "50/24h", "50/24h"]],
    ["sms", [{ enabled: false }, undefined, "60/1m", undefined, "10/1h", "50/24h"]],
  ] as const)("%s has the specified defaults", (channel, expected) => {
    const configs = messagingBuckets(context(), { channel, to: "t", deployment: deployment() }).map(({ config }) => config);
    expect(configs.map((config) => (config?.enabled ? `${config.burst}/${config.period}` : config))).toEqual(expected);
  });

  it.each([
    ["the plan's when it is lower", { enabled: true, period: "1h", burst: 10 }, { enabled: true, period: "1h", burst: 2 }, "2/1h"],
    ["the project's when it is lower", { enabled: true, period: "24h", burst: 20 }, { enabled: true, period: "1h", burst: 5 }, "20/24h"],
    ["the plan's when the project has none", { enabled: false }, { enabled: true, period: "1h", burst: 500 }, "500/1h"],
    ["the project's when the plan has none", { enabled: true, period: "1m", burst: 500 }, { enabled: false }, "500/1m"],
  ])("the limit in force is %s", (_which, own, plan, expected) => {
    const ctx = context({ config: { messaging: { rate_limits: { sms_per_target: own } } }, features: { messaging: { rate_limits: { sms_per_target: plan } } } });
    const bucket = messagingBuckets(ctx, { channel: "sms", to: "t", deployment: deployment() }).find(({ name, global }) => name === "MessagingSMSPerTarget" && !global);
    expect(`${bucket?.config?.burst}/${bucket?.config?.period}`).toBe(expected);
  });

  it.each([
    ["where there is none (jobs)", { ip: "" }],
    ["for the Admin API", { actor: "admin_api" }],
  ] as const)("leave addresses out %s", (_where, parts) => {
    const names = messagingBuckets(context(parts), { channel: "sms", to: "t", deployment: deployment(all) }).map(({ name }) => name);
    expect(names).toEqual(["MessagingSMS", "MessagingSMS", "MessagingSMSPerTarget", "MessagingSMSPerTarget"]);
  });
});

describe("the error of an empty bucket", () => {
  const [bucket] = credentialBuckets(context(), "password", undefined) as [Bucket];

  it("names bucket, limit and group", () => {
    expect(refusal(bucket).toJSON()).toEqual({
      name: "TooManyRequest",
      reason: "RateLimited",
      message: "request rate limited",
      code: 429,
      info: {
        bucket_name: "VerifyPasswordPerIP",
        rate_limit_name: "authentication.password",
        rate_limit: { name: "authentication.password.per_ip", group: "authentication.password" },
      },
    });
    expect(blockedLimit(refusal(bucket).withInfo({ FlowType: "login" }))).toEqual({ name: "authentication.password.per_ip", group: "authentication.password" });
  });

  it("names the bucket alone when the limit has no name, and then there is no event", () => {
    const { limit: _, ...unnamed } = bucket;
    expect(refusal(unnamed).info).toEqual({ bucket_name: "VerifyPasswordPerIP" });
    expect(blockedLimit(refusal(unnamed))).toBeUndefined();
  });
});
