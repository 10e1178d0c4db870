import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket } from "ws";
import { describe, expect, it } from "vitest";
import type { FlowClient, Step } from "../support/flow-client.js";
import { loopback } from "../support/http.js";
import { byEmail, byPhone, newPassword } from "../support/inputs.js";
import { until } from "../support/platform.js";
import { CALLBACK, CODE, Project, type ProjectOptions } from "../support/project.js";

const VERIFIED = { verification: { claims: { email: { enabled: true, required: true } } } };
const BY_CODE = { primary_authenticators: ["oob_otp_email"] };
const byCode = { authentication: "primary_oob_otp_email" };
const cooldown = (trigger_cooldown: string) => ({ rate_limits: { oob_otp: { email: { trigger_cooldown } } } });

/** Waits as a client does: until the moment that the state names. */
const resendable = (step: Step) => until(async () => (Date.now() > Date.parse(step.data.can_resend_at) ? true : undefined), "the end of the cooldown");

describe("an address that is verified at sign-up", () => {
  it("shows where the code went, and takes it", async () => {
    const project = await Project.make({ config: VERIFIED });
    const browser = project.browser();
    const sent = await browser.run("signup", [byEmail("user@example.com")]);
    expect(sent.action).toMatchObject({ type: "verify", identification: "email" });
    expect(sent.data).toMatchObject({
      type: "verify_oob_otp_data",
      channel: "email",
      otp_form: "code",
      masked_claim_value: "us**@example.com",
      code_length: 6,
      can_check: false,
      failed_attempt_rate_limit_exceeded: false,
      delivery_status: "sending",
    });
    expect(sent.data.websocket_url).toBeUndefined();
    expect((await browser.read(sent.token)).data.delivery_status).toBe("sent");
    const asked = await browser.feed(sent.token, { code: CODE });
    expect(asked.action.type).toBe("create_authenticator");
    expect((await browser.feed(asked.token, newPassword())).finished).toBe(true);
    expect((await project.users())[0]?.verifiedClaims).toEqual([{ name: "email", value: "user@example.com" }]);
  });

  it("gets a real, random code where no test mode says otherwise", async () => {
    const project = await Project.make({ config: VERIFIED, randomCodes: true });
    const browser = project.browser();
    const sent = await browser.run("signup", [byEmail("user@example.com")]);
    const code = await project.code("user@example.com");
    expect(code).toMatch(/^\d{6}$/);
    const wrong = code === "000000" ? "000001" : "000000";
    expect((await browser.feed(sent.token, { code: wrong })).error?.reason).toBe("InvalidVerificationCode");
    expect((await browser.feed(sent.token, { code })).action.type).toBe("create_authenticator");
  });
});

describe("a wrong code", () => {
  it("is InvalidVerificationCode where an address is verified", async () => {
    const browser = (await Project.make({ config: VERIFIED })).browser();
    const sent = await browser.run("signup", [byEmail("user@example.com")]);
    const refused = await browser.feed(sent.token, { code: "999999" });
    expect(refused).toMatchObject({
      status: 403,
      error: { name: "Forbidden", reason: "InvalidVerificationCode", code: 403, info: { cause: { kind: "InvalidVerificationCode" }, FlowType: "signup" } },
    });
    expect(refused.token).toBe(sent.token);
  });

  it("is InvalidCredentials where one logs in", async () => {
    const project = await Project.make({ authentication: { primary_authenticators: ["password", "oob_otp_email"] } });
    await project.browser().finish("signup", [byEmail("ann@example.com"), newPassword()]);
    const browser = project.browser();
    const asked = await browser.run("login", [byEmail("ann@example.com")]);
    expect(asked.options[1]).toEqual({ authentication: "primary_oob_otp_email", otp_form: "code", masked_display_name: "a**@example.com", channels: ["email"] });
    const sent = await browser.feed(asked.token, { ...byCode, index: 1 });
    const refused = await browser.feed(sent.token, { code: "999999" });
    expect(refused).toMatchObject({ status: 401, error: { name: "Unauthorized", reason: "InvalidCredentials", info: { AuthenticationType: "oob_otp_email", FlowType: "login" } } });
    expect((await browser.feed(sent.token, { code: CODE })).finished).toBe(true);
  });
});

describe("a code that was used", () => {
  it("is worth nothing to the next login (replay)", async () => {
    const project = await Project.make({ authentication: { primary_authenticators: ["password", "oob_otp_email"] }, randomCodes: true });
    await project.browser().finish("signup", [byEmail("ann@example.com"), newPassword()]);
    const ask = async () => {
      const browser = project.browser();
      return { browser, sent: await browser.run("login", [byEmail("ann@example.com"), { ...byCode, index: 1 }]) };
    };
    const first = await ask();
    const code = await project.code("ann@example.com");
    expect((await first.browser.feed(first.sent.token, { code })).finished).toBe(true);
    const second = await ask();
    expect(second.sent.data.type).toBe("verify_oob_otp_data");
    expect(await project.code("ann@example.com")).toBe(code);
    expect((await second.browser.feed(second.sent.token, { code })).error).toMatchObject({ reason: "InvalidCredentials", code: 401 });
  });
});

describe("a code that did not arrive", () => {
  it("can be sent again once the cooldown is over, under a new state token", async () => {
    const project = await Project.make({ authentication: { ...BY_CODE, ...cooldown("2s") }, randomCodes: true });
    const browser = project.browser();
    const sent = await browser.run("signup", [byEmail("ann@example.com"), byCode]);
    const first = await project.code("ann@example.com");
    const early = await browser.feed(sent.token, { resend: true });
    expect(early).toMatchObject({
      status: 429,
      error: {
        name: "TooManyRequest",
        reason: "RateLimited",
        message: "request rate limited",
        info: { bucket_name: expect.stringMatching(/^OOBOTPCooldownEmail/), FlowType: "signup" },
      },
    });
    expect(early.token).toBe(sent.token);
    await resendable(sent);
    const again = await browser.feed(sent.token, { resend: true });
    expect(again.error).toBeUndefined();
    expect(again.token).not.toBe(sent.token);
    expect(Date.parse(again.data.can_resend_at)).toBeGreaterThan(Date.parse(sent.data.can_resend_at));
    const second = await until(async () => ((await project.code("ann@example.com")) === first ? undefined : project.code("ann@example.com")), "the second code");
    expect((await browser.feed(again.token, { code: first })).error?.reason).toBe("InvalidCredentials");
    expect((await browser.feed(again.token, { code: second })).finished).toBe(true);
  });

  it("is not sent again by entering the step a second time during the cooldown", async () => {
    const project = await Project.make({ authentication: BY_CODE, randomCodes: true });
    const first = project.browser();
    const sent = await first.run("signup", [byEmail("ann@example.com"), byCode]);
    const code = await project.code("ann@example.com");
    const again = await project.browser().run("signup", [byEmail("ann@example.com"), byCode]);
    expect([again.error, again.data.type]).toEqual([undefined, "verify_oob_otp_data"]);
    expect(await project.code("ann@example.com")).toBe(code);
    expect((await first.feed(sent.token, { code })).finished).toBe(true);
  });
});

describe("a code by phone", () => {
  it("asks for the channel where there are two, also in the same input", async () => {
    const config = { identity: { login_id: { keys: [{ type: "phone" }] } } };
    const project = await Project.make({ authentication: { primary_authenticators: ["oob_otp_sms"] }, config });
    const browser = project.browser();
    const asked = await browser.run("signup", [byPhone("+85251000000"), { authentication: "primary_oob_otp_sms" }]);
    expect(asked.data).toEqual({ type: "select_oob_otp_channels_data", channels: ["whatsapp", "sms"], masked_claim_value: "+8525100****" });
    const sent = await browser.feed(asked.token, { channel: "sms" });
    expect(sent.data).toMatchObject({ type: "verify_oob_otp_data", channel: "sms", masked_claim_value: "+8525100****" });
    expect((await browser.feed(sent.token, { code: CODE })).finished).toBe(true);
    const both = await project.browser().run("signup", [byPhone("+85251000001"), { authentication: "primary_oob_otp_sms", channel: "sms" }]);
    expect(both.data).toMatchObject({ type: "verify_oob_otp_data", channel: "sms" });
  });
});

describe("a gateway that does not take an SMS", () => {
  it("fails the request with what it said, and the state is as before", async () => {
    const gateway = createServer((request, response) => {
      request.resume();
      response.setHeader("content-type", "application/json").end(JSON.stringify({ code: "rate_limited" }));
    });
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/sms`;
    try {
      const project = await Project.make({
        randomCodes: true,
        authentication: { primary_authenticators: ["oob_otp_sms"] },
        config: {
          identity: { login_id: { keys: [{ type: "phone" }] } },
          authenticator: { oob_otp: { sms: { phone_otp_mode: "sms" } } },
          messaging: { sms_gateway: { use_config_from: "authgear.secrets.yaml", provider: "custom" } },
        },
        secrets: [{ key: "sms.custom", data: { url } }],
      });
      const browser = project.browser();
      const asked = await browser.run("signup", [byPhone("+85251000000")]);
      const bySms = { authentication: "primary_oob_otp_sms" };
      const limited = await browser.feed(asked.token, bySms);
      expect(limited).toMatchObject({ status: 429, error: { name: "TooManyRequest", reason: "SMSGatewayRateLimited" } });
      expect((await browser.read(asked.token)).action.type).toBe("create_authenticator");
    } finally {
      await new Promise((resolve) => gateway.close(resolve));
    }
  });
});

describe("a login link", () => {
  const LINKS: ProjectOptions = { authentication: BY_CODE, config: { authenticator: { oob_otp: { email: { email_otp_mode: "login_link" } } } }, randomCodes: true };

  /** Listens as the page does that waits for the link to be opened. */
  async function listen(url: string) {
    const socket = new WebSocket(url, { lookup: loopback } as object);
    const messages: unknown[] = [];
    socket.on("message", (text) => messages.push(JSON.parse(String(text))));
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    return { messages, closed, send: (text: string) => socket.send(text), isOpen: () => socket.readyState === WebSocket.OPEN, close: () => socket.terminate() };
  }

  /** Status of the upgrade that a page of an origin asks for. */
  const knock = (url: string, origin?: string) =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(url, { lookup: loopback, ...(origin ? { origin } : {}) } as object);
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0)).on("error", reject);
      socket.on("open", () => {
        socket.terminate();
        resolve(101);
      });
    });

  async function sentLink(browser: FlowClient, email: string): Promise<Step> {
    const sent = await browser.run("signup", [byEmail(email), byCode]);
    expect(sent.data).toMatchObject({ type: "verify_oob_otp_data", otp_form: "link", code_length: 32, can_check: false });
    return sent;
  }

  it("opened elsewhere tells the waiting page, which then finishes", async () => {
    const project = await Project.make(LINKS);
    const browser = project.browser();
    const sent = await sentLink(browser, "ann@example.com");
    const url = new URL(sent.data.websocket_url);
    expect([url.protocol, url.host, url.pathname]).toEqual(["ws:", new URL(project.origin).host, "/api/v1/authentication_flows/ws"]);
    const socket = await listen(url.href);
    expect((await browser.feed(sent.token, { check: true })).error).toMatchObject({ reason: "InvalidCredentials", code: 401 });
    const link = await project.link("ann@example.com");
    expect(link.origin).toBe(project.origin);
    const phone = project.browser();
    const page = await phone.call("GET", link.href);
    expect(page.status).toBe(200);
    expect((await browser.read(sent.token)).data.can_check).toBe(false);
    const form = new URLSearchParams({ x_oob_otp_code: link.searchParams.get("code") ?? "" });
    const approved = await phone.call("POST", link.href, { body: form.toString(), headers: { "content-type": "application/x-www-form-urlencoded", origin: project.origin } });
    expect(approved.status, approved.text).toBeGreaterThanOrEqual(302);
    expect(approved.headers.location).toContain("state=matched");
    expect(phone.jar.get("session")).toBeUndefined();
    await until(async () => (socket.messages.length > 0 ? true : undefined), "a message to the waiting page", 10);
    expect(socket.messages).toEqual([{ kind: "refresh" }]);
    socket.close();
    expect((await browser.read(sent.token)).data.can_check).toBe(true);
    const done = await browser.feed(sent.token, { check: true });
    expect([done.finished, done.cookies.includes("session")]).toEqual([true, true]);
  });

  it("is listened for by allowed origins only (cross-site websocket hijacking)", async () => {
    const project = await Project.make(LINKS);
    const sent = await sentLink(project.browser(), "ann@example.com");
    const status = (origin?: string) => knock(sent.data.websocket_url, origin);
    for (const origin of ["http://evil.example", `${project.origin}.evil.example`, "null"]) expect(await status(origin), origin).toBe(403);
    expect([await status(project.origin), await status(new URL(CALLBACK).origin), await status()], "the project, its client, and what is no browser").toEqual([101, 101, 101]);
  });

  it("is listened for by who says something within 30 seconds: silent clients are closed, others stay", async () => {
    const sent = await sentLink((await Project.make(LINKS)).browser(), "ann@example.com");
    const [silent, alive] = await Promise.all([listen(sent.data.websocket_url), listen(sent.data.websocket_url)]);
    const beat = setInterval(() => alive.send("anything"), 10_000);
    const began = Date.now();
    await silent.closed;
    clearInterval(beat);
    expect(Math.round((Date.now() - began) / 1000)).toBeGreaterThanOrEqual(29);
    expect(alive.isOpen()).toBe(true);
    alive.close();
  });

  it("of a channel that is none, or of somebody else, tells nothing (eavesdropping)", async () => {
    const project = await Project.make(LINKS);
    const browser = project.browser();
    const sent = await sentLink(browser, "ann@example.com");
    const url = new URL(sent.data.websocket_url);
    const closed = async (channel: string | null) => {
      const other = new URL(url);
      if (channel === null) other.searchParams.delete("channel");
      else other.searchParams.set("channel", channel);
      const socket = new WebSocket(other.href, { lookup: loopback } as object);
      return new Promise<boolean>((resolve) => socket.on("close", () => resolve(true)).on("error", () => resolve(true)));
    };
    for (const channel of [null, "", "nosuch", "ws_*", `${url.searchParams.get("channel")}x`]) expect(await closed(channel), String(channel)).toBe(true);
    const elsewhere = await Project.make(LINKS);
    const [mine, unknown, foreign] = await Promise.all([
      listen(url.href),
      listen(url.href.replace(/ws_.{32}/, `ws_${"0".repeat(32)}`)),
      listen(url.href.replace(url.host, new URL(elsewhere.origin).host)),
    ]);
    const link = await project.link("ann@example.com");
    const form = new URLSearchParams({ x_oob_otp_code: link.searchParams.get("code") ?? "" });
    await project.browser().call("POST", link.href, { body: form.toString(), headers: { "content-type": "application/x-www-form-urlencoded", origin: project.origin } });
    await until(async () => (mine.messages.length > 0 ? true : undefined), "a message to the waiting page", 10);
    expect([mine.messages, unknown.messages, foreign.messages]).toEqual([[{ kind: "refresh" }], [], []]);
    for (const socket of [mine, unknown, foreign]) socket.close();
  });
});
