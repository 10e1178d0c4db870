import { FlowTraces } from "@gatehouse/record-flow-traces";
import { describe, expect, it } from "vitest";
import { flowModule, flowRunner, PASSWORD } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const enter = (password = PASSWORD) => ({ authentication: "primary_password", password });

describe("the trace of a run", () => {
  it("is what an error's tracking id leads to: every decision in order, over all requests", async () => {
    const browser = await flowRunner();
    const traces = (await flowModule()).get(FlowTraces);
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com")]);
    const refused = await browser.feed(asked.token, enter("wrong"));
    const { tracking_id } = refused.error as { tracking_id: string };
    expect(tracking_id).toMatch(/^flowtrace_[0-9A-HJKMNP-TV-Z]{32}$/);
    await browser.feed(asked.token, enter());
    const requests = await traces.read(browser.ctx, tracking_id);
    const told = requests?.flatMap(({ decisions }) => decisions.map(({ kind, name, outcome }) => `${kind} ${name}: ${outcome}`));
    expect(told).toEqual([
      "branch email: chosen",
      "branch email: identified",
      "branch primary_password: chosen",
      "method password: wrong",
      "error InvalidCredentials: refused",
      "branch primary_password: chosen",
      "method password: passed",
      "step authenticate_secondary_email: skipped",
      "finish login: started",
    ]);
    for (const { decisions } of requests ?? []) for (const { at } of decisions) expect(at).toBeGreaterThan(Date.now() - 60_000);
    expect(requests?.[1]?.decisions.find(({ kind }) => kind === "method")?.ms).toBeGreaterThanOrEqual(0);
  });

  it("names limits, and holds neither secret nor address", async () => {
    const browser = await flowRunner({ authentication: { rate_limits: { password: { per_user_per_ip: { enabled: true, period: "1m", burst: 1 } } } } });
    await browser.signUp("ann@example.com");
    const asked = await browser.run("login", [identify("ann@example.com")]);
    await browser.feed(asked.token, enter("a secret guess"));
    const { error } = await browser.feed(asked.token, enter("a secret guess"));
    const requests = await (await flowModule()).get(FlowTraces).read(browser.ctx, error?.tracking_id);
    expect(requests?.at(-1)?.decisions).toMatchObject([
      { kind: "branch" },
      { kind: "rate_limit", name: "VerifyPasswordPerUserPerIP", outcome: "refused" },
      { kind: "error", name: "RateLimited" },
    ]);
    expect(JSON.stringify(requests)).not.toMatch(/secret guess|ann@example|example\.com/);
  });

  it("says what a reason alone does not: the cause, the place, the bucket", async () => {
    const browser = await flowRunner();
    const traces = (await flowModule()).get(FlowTraces);
    await browser.signUp("ann@example.com");
    const told = async ({ error }: { error?: Record<string, any> }) =>
      (await traces.read(browser.ctx, error?.tracking_id))?.at(-1)?.decisions.map(({ kind, name }) => `${kind} ${name}`);
    expect(await told(await browser.run("signup", [identify("ann@example.com")]))).toEqual(["branch email", "cause DuplicatedIdentity", "error InvariantViolated"]);
    const weak = await browser.run("signup", [identify("bob@example.com"), { authentication: "primary_password", new_password: "x" }]);
    expect(await told(weak)).toEqual(["branch primary_password", "cause PasswordTooShort", "error PasswordPolicyViolated"]);
    expect(await told(await browser.another().run("login", [{ identification: "email", login_id: 1 }]))).toEqual(["cause type /login_id", "error ValidationFailed"]);
    const sent = await browser.run("account_recovery", [identify("ann@example.com"), { index: 0 }, { resend: true }]);
    expect(await told(sent)).toEqual(["message forgot-password by email", "rate_limit ForgotPasswordCooldownEmail", "error RateLimited"]);
  });

  it("is there for a run that could not start, and only in its project", async () => {
    const [browser, other] = [await flowRunner(), await flowRunner()];
    const hint = new URLSearchParams({ login_hint: "https://authgear.com/login_hint?type=anonymous&promotion_code=nosuch" }).toString();
    const error = await browser.create("promote", { urlQuery: hint }).catch((thrown: unknown) => thrown as { trackingId: string });
    const id = (error as { trackingId: string }).trackingId;
    const traces = (await flowModule()).get(FlowTraces);
    expect((await traces.read(browser.ctx, id))?.[0]?.decisions).toMatchObject([{ kind: "error", name: "InvalidCredentials" }]);
    expect(await traces.read(other.ctx, id)).toBeUndefined();
    expect(await traces.read(browser.ctx, "flowtrace_nonsense")).toBeUndefined();
  });
});
