import { describe, expect, it } from "vitest";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { projectKey } from "@gatehouse/platform-redis";
import { testPlatform } from "@gatehouse/platform-testing";
import { CODE, eventsOf, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });
const BY_CODE_AND_PASSWORD = {
  primary_authenticators: ["oob_otp_email"],
  secondary_authenticators: ["password"],
  secondary_authentication_mode: "required",
  recovery_code: { disabled: true },
  rate_limits: { oob_otp: { email: { trigger_cooldown: "1ms" } } },
};
const secondPassword = (name: "password" | "new_password") => ({ authentication: "secondary_password", [name]: PASSWORD });
const choose = { authentication: "primary_password", new_password: PASSWORD };

describe("requests at the same time", () => {
  it("finish a sign-up once: 50 finishes make one user", async () => {
    const browser = await flowRunner();
    const asked = await browser.run("signup", [identify("ann@example.com")]);
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => browser.another().feed(asked.token, choose)));
    const seen = answers.map((one) => (one.status === "fulfilled" ? (one.value.finished ? "finished" : one.value.error?.reason) : (one.reason as { reason: string }).reason));
    expect(seen.filter((one) => one === "finished")).toHaveLength(1);
    expect(new Set(seen)).toEqual(new Set(["finished", "AuthenticationFlowNotFound"]));
    expect(await usersOf(browser)).toHaveLength(1);
    const types = (await eventsOf(browser)).map(({ type }) => type);
    expect(types.filter((type) => type === "user.created")).toHaveLength(1);
    expect(types).not.toContain("user.authenticated");
  });

  it("finish a login once, whatever fork they come from: one session", async () => {
    const browser = await flowRunner();
    await browser.signUp("ann@example.com");
    const start = await browser.another().create("login");
    const forks = await Promise.all(Array.from({ length: 8 }, () => browser.another().feed(start.token, identify("ann@example.com"))));
    const answers = await Promise.allSettled(forks.map(({ token }) => browser.another().feed(token, enter())));
    const finished = answers.filter((one) => one.status === "fulfilled" && one.value.finished);
    expect(finished).toHaveLength(1);
    expect((await usersOf(browser))[0]?.sessions).toBe(2);
  });

  it("with one login id make one user, and tell the other", async () => {
    const browser = await flowRunner();
    const runs = await Promise.all([1, 2].map(() => browser.another().run("signup", [identify("ann@example.com")])));
    const answers = await Promise.all(runs.map(({ token }) => browser.another().feed(token, choose)));
    expect(answers.filter(({ finished }) => finished)).toHaveLength(1);
    expect(answers.find(({ finished }) => !finished)?.error).toMatchObject({
      reason: "InvariantViolated",
      code: 400,
      info: { cause: { kind: "DuplicatedIdentity" }, IdentityTypeIncoming: "login_id", LoginIDTypeIncoming: "email" },
    });
    expect(await usersOf(browser)).toHaveLength(1);
  });

  it("finish with one code once, however many runs have accepted it (double spending)", async () => {
    const browser = await flowRunner({ authentication: BY_CODE_AND_PASSWORD });
    await browser.run("signup", [identify("ann@example.com"), { authentication: "primary_oob_otp_email" }, { code: CODE }, secondPassword("new_password")]);
    const before = (await usersOf(browser))[0]?.sessions ?? 0;
    const sent = await Promise.all([1, 2, 3].map(() => browser.another().run("login", [identify("ann@example.com"), { authentication: "primary_oob_otp_email", index: 0 }])));
    const accepted = await Promise.all(sent.map(({ token }) => browser.another().feed(token, { code: CODE })));
    expect(accepted.map(({ action }) => action.type)).toEqual(["authenticate", "authenticate", "authenticate"]);
    const answers = await Promise.all(accepted.map(({ token }) => browser.another().feed(token, secondPassword("password"))));
    expect(answers.filter(({ finished }) => finished)).toHaveLength(1);
    for (const { finished, error } of answers) if (!finished) expect(error).toMatchObject({ reason: "InvalidCredentials", info: { AuthenticationType: "oob_otp_email" } });
    expect((await usersOf(browser))[0]?.sessions).toBe(before + 1);
    // Not even after the code itself has expired: whoever was told that it is right remembers it.
    const { redis } = (await testPlatform()).resources;
    await redis.client.del(projectKey(browser.ctx, "one-time-code", "oob-otp", sha256Hex("ann@example.com")));
    const loser = accepted[answers.findIndex(({ finished }) => !finished)];
    const late = await browser.another().feed(loser?.token as string, secondPassword("password"));
    expect(late.finished ?? false).toBe(false);
  });

  it("may try again after a refusal at the end: the state is as it was", async () => {
    const browser = await flowRunner();
    const late = await browser.another().run("signup", [identify("ann@example.com")]);
    await browser.signUp("ann@example.com");
    const refused = await browser.another().feed(late.token, choose);
    expect(refused.error?.info.cause).toEqual({ kind: "DuplicatedIdentity" });
    expect((await browser.read(refused.token)).action.type).toBe("create_authenticator");
  });
});

describe("tenant isolation", () => {
  it("a state of one project is unknown in another", async () => {
    const [one, two] = [await flowRunner(), await flowRunner()];
    const start = await one.create("login");
    await expect(two.read(start.token)).rejects.toMatchObject({ reason: "AuthenticationFlowNotFound" });
    await expect(two.feed(start.token, identify("ann@example.com"))).rejects.toMatchObject({ reason: "AuthenticationFlowNotFound" });
  });

  it("a user of one project is unknown in another", async () => {
    const [one, two] = [await flowRunner(), await flowRunner()];
    await one.signUp("ann@example.com");
    expect((await two.run("login", [identify("ann@example.com")])).error?.reason).toBe("UserNotFound");
    await two.signUp("ann@example.com");
    expect(await usersOf(two)).toHaveLength(1);
  });
});

it("a run of a thousand states is given up (a store filled up)", async () => {
  const browser = await flowRunner();
  await browser.signUp("ann@example.com");
  const start = await browser.create("login");
  expect((await browser.feed(start.token, identify("ann@example.com"))).error).toBeUndefined();
  const { redis } = (await testPlatform()).resources;
  const key = projectKey(browser.ctx, "authentication-flow", start.token.slice("authflowstate_".length, -16));
  await redis.client.hset(key, Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`state ${n}`, "{}"])));
  expect((await browser.feed(start.token, identify("ann@example.com"))).error).toMatchObject({ reason: "AuthenticationFlowNotFound" });
  await expect(browser.read(start.token)).rejects.toMatchObject({ reason: "AuthenticationFlowNotFound" });
});

it("states live 20 minutes from their own creation", async () => {
  const browser = await flowRunner();
  const start = await browser.create("login");
  const later = browser.at(new Date(Date.now() + 20 * 60_000 + 1000));
  await expect(later.read(start.token)).rejects.toMatchObject({ reason: "AuthenticationFlowNotFound" });
});
