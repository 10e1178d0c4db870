import { type FlowBranchConfig, type FlowConfig, type FlowStepConfig, parseProjectConfig, type ProjectConfig } from "@gatehouse/domain-config";
import { describe, expect, it } from "vitest";
import { generateFlow } from "./index.js";

const GOOGLE = { alias: "google", type: "google", client_id: "c" };
const DIRECTORY = { name: "hq", url: "ldap://dir.test", base_dn: "dc=test", search_filter_template: "(uid={{.Username}})", user_id_attribute_name: "uid" };

const project = (more: Record<string, unknown>): ProjectConfig =>
  parseProjectConfig(JSON.stringify({ id: "shop", http: { public_origin: "https://shop.example" }, ...more })).value;

const step = (flow: { steps?: FlowStepConfig[] }, index = 0): FlowStepConfig => flow.steps?.[index] as FlowStepConfig;
const branch = (flow: FlowConfig, identification: string): FlowBranchConfig => step(flow).one_of?.find((one) => one.identification === identification) as FlowBranchConfig;
const methodsOf = (one: FlowStepConfig | undefined): (string | undefined)[] => (one?.one_of ?? []).map(({ authentication }) => authentication);
const typesOf = (steps: FlowStepConfig[] | undefined): string[] => (steps ?? []).map(({ type }) => type);

/** Every subset of a list, in its order. */
const subsets = <T>(items: readonly T[]): T[][] => Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((_item, at) => bits & (1 << at)));

const OTP: Record<string, string> = { email: "oob_otp_email", phone: "oob_otp_sms" };
const PRIMARY = ["password", "oob_otp_email", "oob_otp_sms"];
const SECONDARY = ["totp", "password", "oob_otp_email", "oob_otp_sms"];

const combinations = (["email", "phone", "username"] as const)
  .flatMap((key) =>
    subsets(PRIMARY)
      .filter((set) => set.length > 0)
      .flatMap((primary) =>
        [["totp"], SECONDARY, []].flatMap((secondary) =>
          (["disabled", "if_exists", "required"] as const).flatMap((mode) => subsets(["recovery", "device"]).map((off) => ({ key, primary, secondary, mode, off }))),
        ),
      ),
  )
  .filter(({ secondary, mode }) => secondary.length > 0 || mode === "disabled");

/** Runs a check for every combination of settings, and says which one failed. */
function forEachCombination(check: (combination: (typeof combinations)[number]) => void): void {
  expect(combinations.length).toBeGreaterThan(500);
  for (const combination of combinations) {
    try {
      check(combination);
    } catch (error) {
      throw new Error(`with ${JSON.stringify(combination)}: ${(error as Error).message}`, { cause: error });
    }
  }
}

const configured = ({ key, primary, secondary, mode, off }: (typeof combinations)[number]): ProjectConfig =>
  project({
    authentication: {
      identities: ["login_id"],
      primary_authenticators: primary,
      secondary_authenticators: secondary,
      secondary_authentication_mode: mode,
      recovery_code: { disabled: off.includes("recovery") },
      device_token: { disabled: off.includes("device") },
    },
    identity: { login_id: { keys: [{ type: key }] } },
  });

describe("the generated login flow", () => {
  it("fits every combination of settings", () =>
    forEachCombination((combination) => {
      const { key, primary, secondary, mode, off } = combination;
      const flow = generateFlow(configured(combination), "login");
      expect(typesOf(flow.steps)).toEqual(["identify", "check_account_status", "terminate_other_sessions"]);
      expect(step(flow).one_of?.map(({ identification }) => identification)).toEqual(["select_account", key]);
      const first = step(branch(flow, key));
      const fitting = primary.filter((method) => method === "password" || method === OTP[key]);
      expect(first).toMatchObject({ name: `authenticate_primary_${key}`, type: "authenticate" });
      expect(methodsOf(first)).toEqual(fitting.map((method) => `primary_${method}`));
      const expected = [
        ...secondary.map((method) => `secondary_${method}`),
        ...(off.includes("recovery") ? [] : ["recovery_code"]),
        ...(off.includes("device") ? [] : ["device_token"]),
      ];
      for (const one of first.one_of ?? []) {
        const password = one.authentication === "primary_password";
        expect(typesOf(one.steps)).toEqual([...(mode === "disabled" ? [] : ["authenticate"]), ...(password ? ["change_password"] : [])]);
        expect(one.target_step).toBe(password ? undefined : "login_identify");
        if (password) expect(one.steps?.at(-1)?.target_step).toBe(`authenticate_primary_${key}`);
        if (mode === "disabled") continue;
        expect(one.steps?.[0]).toMatchObject({ name: `authenticate_secondary_${key}`, ...(mode === "required" ? {} : { optional: true }) });
        expect(one.steps?.[0]?.optional ?? false).toBe(mode !== "required");
        expect(methodsOf(one.steps?.[0])).toEqual(expected);
      }
    }));
});

describe("the generated sign-up and promotion flows", () => {
  it("fit every combination of settings", () =>
    forEachCombination((combination) => {
      const { key, primary, secondary, mode, off } = combination;
      const config = configured(combination);
      const flow = generateFlow(config, "signup");
      expect(generateFlow(config, "promote")).toEqual(flow);
      const steps = branch(flow, key).steps ?? [];
      const fitting = primary.filter((method) => method === "password" || method === OTP[key]);
      expect(typesOf(steps)).toEqual([
        ...(key === "username" ? [] : ["verify"]),
        ...(fitting.length > 0 ? ["create_authenticator"] : []),
        ...(mode === "required" ? ["create_authenticator"] : []),
      ]);
      const first = steps.find(({ name }) => name === `authenticate_primary_${key}`);
      expect(methodsOf(first)).toEqual(fitting.map((method) => `primary_${method}`));
      for (const one of first?.one_of ?? []) expect(one.target_step).toBe(one.authentication === "primary_password" ? undefined : "signup_identify");
      const second = steps.find(({ name }) => name === `authenticate_secondary_${key}`);
      expect(methodsOf(second)).toEqual(mode === "required" ? secondary.map((method) => `secondary_${method}`) : []);
      for (const one of second?.one_of ?? []) expect(typesOf(one.steps)).toEqual(off.includes("recovery") ? [] : ["view_recovery_code"]);
    }));
});

describe("what the project has decides on the branches", () => {
  const everything = project({
    authentication: { identities: ["oauth", "login_id", "passkey", "ldap"], primary_authenticators: ["passkey", "password"] },
    identity: { login_id: { keys: [{ type: "phone" }, { type: "email" }, { type: "email", key: "second" }] }, oauth: { providers: [GOOGLE] }, ldap: { servers: [DIRECTORY] } },
  });

  it("orders identifications as `identities` and keys are, each kind of login id once", () => {
    const identifications = (type: "login" | "signup" | "signup_login") => step(generateFlow(everything, type)).one_of?.map(({ identification }) => identification);
    expect(identifications("login")).toEqual(["select_account", "oauth", "phone", "email", "passkey", "ldap"]);
    expect(identifications("signup_login")).toEqual(["select_account", "oauth", "phone", "email", "passkey", "ldap"]);
    expect(identifications("signup")).toEqual(["oauth", "phone", "email", "ldap"]);
  });

  it("asks nothing more after a social login or a passkey, and a second factor after a directory", () => {
    const login = generateFlow(everything, "login");
    expect([branch(login, "oauth").steps, branch(login, "passkey").steps]).toEqual([undefined, undefined]);
    expect(methodsOf(step(branch(login, "ldap")))).toEqual(["secondary_totp", "recovery_code", "device_token"]);
  });

  it("offers a passkey at the end where passkeys are primary", () => {
    expect(generateFlow(everything, "login").steps.at(-1)?.type).toBe("prompt_create_passkey");
    expect(generateFlow(everything, "signup").steps.at(-1)?.type).toBe("prompt_create_passkey");
    expect(methodsOf(step(branch(generateFlow(everything, "signup"), "email"), 1))).toEqual(["primary_password"]);
  });

  it("leaves out what is listed without being configured", () => {
    const bare = project({ authentication: { identities: ["oauth", "login_id", "ldap"] } });
    expect(step(generateFlow(bare, "login")).one_of?.map(({ identification }) => identification)).toEqual(["select_account", "email"]);
  });

  it("verifies an address at sign-up only when the claim is enabled and required", () => {
    for (const [claim, verified] of [
      [{ enabled: true, required: true }, true],
      [{ enabled: true, required: false }, false],
      [{ enabled: false, required: true }, false],
    ] as const) {
      const flow = generateFlow(project({ authentication: { identities: ["login_id"] }, verification: { claims: { email: claim } } }), "signup");
      expect(typesOf(branch(flow, "email").steps).includes("verify")).toBe(verified);
    }
  });
});

describe("bot protection of generated flows", () => {
  const modes = (requirements: Record<string, unknown>) =>
    project({
      authentication: { identities: ["login_id"], primary_authenticators: ["password", "oob_otp_email"], secondary_authenticators: ["password", "oob_otp_sms", "totp"] },
      bot_protection: { enabled: true, provider: { type: "cloudflare", site_key: "k" }, requirements },
    });

  it("takes the strictest of what contributes to a branch", () => {
    const config = modes({ signup_or_login: { mode: "never" }, oob_otp_email: { mode: "always" } });
    expect(branch(generateFlow(config, "login"), "email").bot_protection).toEqual({ mode: "never" });
    expect(branch(generateFlow(config, "signup"), "email").bot_protection).toEqual({ mode: "always" });
    expect(branch(generateFlow(config, "signup_login"), "email").bot_protection).toEqual({ mode: "always" });
  });

  it("puts requirements on the methods they name, and none on re-authentication", () => {
    const config = modes({ password: { mode: "always" }, oob_otp_sms: { mode: "always" }, account_recovery: { mode: "always" } });
    const primary = step(branch(generateFlow(config, "login"), "email"));
    const mode = (one: FlowStepConfig | undefined, name: string) => one?.one_of?.find(({ authentication }) => authentication === name)?.bot_protection;
    expect(mode(primary, "primary_password")).toEqual({ mode: "always" });
    expect(mode(primary, "primary_oob_otp_email")).toBeUndefined();
    const secondary = primary.one_of?.[0]?.steps?.[0];
    expect([mode(secondary, "secondary_password"), mode(secondary, "secondary_oob_otp_sms"), mode(secondary, "secondary_totp")]).toEqual([
      { mode: "always" },
      { mode: "always" },
      undefined,
    ]);
    expect(branch(generateFlow(config, "account_recovery"), "email").bot_protection).toEqual({ mode: "always" });
    expect(JSON.stringify(generateFlow(config, "reauth"))).not.toContain("bot_protection");
  });
});

describe("the other generated flows", () => {
  it("send a known identification to login and an unknown one to sign-up", () => {
    const flow = generateFlow(project({ authentication: { identities: ["login_id"] } }), "signup_login");
    expect(branch(flow, "email")).toMatchObject({ signup_flow: "default", login_flow: "default" });
    expect(branch(flow, "select_account")).toEqual({ identification: "select_account", login_flow: "default" });
  });

  it("re-authenticate by every method the project has", () => {
    const config = (mode: string) =>
      project({ authentication: { primary_authenticators: ["password", "oob_otp_email"], secondary_authenticators: ["totp"], secondary_authentication_mode: mode } });
    expect(methodsOf(generateFlow(config("if_exists"), "reauth").steps[1])).toEqual(["primary_password", "primary_oob_otp_email", "secondary_totp"]);
    expect(methodsOf(generateFlow(config("disabled"), "reauth").steps[1])).toEqual(["primary_password", "primary_oob_otp_email"]);
    expect(step(generateFlow(config("disabled"), "reauth")).one_of).toEqual([{ identification: "id_token" }]);
  });

  it("recover accounts by the channels of the settings", () => {
    const flow = generateFlow(project({ identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }] } } }), "account_recovery");
    expect(typesOf(flow.steps)).toEqual(["identify", "verify_account_recovery_code", "reset_password"]);
    expect(step(flow).one_of).toMatchObject([
      {
        identification: "email",
        on_failure: "ignore",
        steps: [{ type: "select_destination", enumerate_destinations: false, allowed_channels: [{ channel: "email", otp_form: "link" }] }],
      },
      { identification: "phone", on_failure: "ignore", steps: [{ type: "select_destination", allowed_channels: [{ channel: "sms", otp_form: "code" }] }] },
    ]);
  });
});
