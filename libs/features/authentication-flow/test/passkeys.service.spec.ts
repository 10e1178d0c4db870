import { type AssertionResponse, type Lie, SoftwareAuthenticator } from "@gatehouse/service-webauthn/testing";
import { describe, expect, it } from "vitest";
import { eventsOf, type FlowRunner, flowRunner, PASSWORD, type Seen, usersOf } from "./flow-runner.js";

const identify = (login_id: string) => ({ identification: "email", login_id });
const ANN = identify("ann@example.com");
const choosePassword = { authentication: "primary_password", new_password: PASSWORD };
const WITH_PASSKEYS = { identities: ["login_id", "passkey"], primary_authenticators: ["password", "passkey"] };
const originOf = ({ ctx }: FlowRunner): string => ctx.request.publicOrigin;

/** Answers a step that offers to create a passkey. */
const create = (browser: FlowRunner, at: Seen, device: SoftwareAuthenticator, lie?: Lie) => ({
  creation_response: device.create(at.data.creation_options, originOf(browser), lie),
});

/** The option of a passkey, and the answer of the device to it. */
function ask(browser: FlowRunner, at: Seen, device: SoftwareAuthenticator, lie?: Lie): AssertionResponse {
  const option = at.options.find(({ identification, authentication }) => identification === "passkey" || authentication === "primary_passkey");
  return device.get(option?.request_options, originOf(browser), lie);
}

const byPasskey = (assertion_response: AssertionResponse) => ({ identification: "passkey", assertion_response });
const withPasskey = (assertion_response: AssertionResponse) => ({ authentication: "primary_passkey", assertion_response });

/** A project with Ann, who has a password and a passkey; her browser is another one than the returned. */
async function withAnn(config: Record<string, unknown> = {}): Promise<{ browser: FlowRunner; device: SoftwareAuthenticator }> {
  const first = await flowRunner({ authentication: WITH_PASSKEYS, config });
  const device = new SoftwareAuthenticator();
  const prompt = await first.run("signup", [ANN, choosePassword]);
  const done = await first.feed(prompt.token, create(first, prompt, device));
  expect(done.finished, JSON.stringify(done.error)).toBe(true);
  return { browser: first.another(), device };
}

const wrong = { status: 401, error: { name: "Unauthorized", reason: "InvalidCredentials", info: { AuthenticationType: "passkey", FlowType: "login" } } };
const spent = { status: 404, error: { name: "NotFound", reason: "WebAuthnSessionNotFound" } };

describe("the offer of a passkey", () => {
  it("shows what the browser needs, and makes an identity and a primary authenticator", async () => {
    const browser = await flowRunner({ authentication: WITH_PASSKEYS });
    const prompt = await browser.run("signup", [ANN, choosePassword]);
    expect(prompt.action.type).toBe("prompt_create_passkey");
    const { creation_options, ...rest } = prompt.data;
    expect(rest).toEqual({ type: "create_passkey_data" });
    const { publicKey } = creation_options;
    const id = Buffer.from(publicKey.user.id, "base64url").toString();
    expect(publicKey).toEqual({
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      rp: { id: browser.project.host.replace(/:.*/, ""), name: browser.ctx.project.id },
      user: { id: publicKey.user.id, name: "ann@example.com", displayName: "ann@example.com" },
      pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
      timeout: 300_000,
      excludeCredentials: [],
      authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
      attestation: "direct",
      extensions: { uvm: true, credProps: true },
    });
    const response = create(browser, prompt, new SoftwareAuthenticator());
    expect((await browser.feed(prompt.token, response)).finished).toBe(true);
    const [user] = await usersOf(browser);
    expect(user?.id, "the user that the browser was told").toBe(id);
    expect(user?.identities.map((one: { type: string }) => one.type)).toEqual(expect.arrayContaining(["login_id", "passkey"]));
    const passkey = user?.authenticators.find((one: { type: string }) => one.type === "passkey");
    expect(passkey).toMatchObject({ kind: "primary", passkey: { credentialId: response.creation_response.id } });
    expect(user?.amr, "two factors were made").toEqual([["mfa", "pwd", "x_passkey", "x_primary_passkey", "x_primary_password"]]);
  });

  it("is made at login to a user without one, and not again", async () => {
    const browser = await flowRunner({ authentication: WITH_PASSKEYS });
    const skipped = await browser.run("signup", [ANN, choosePassword, { skip: true }]);
    expect(skipped.finished).toBe(true);
    expect((await usersOf(browser))[0]?.identities).toHaveLength(1);
    const login = [ANN, { authentication: "primary_password", password: PASSWORD }];
    const prompt = await browser.another().run("login", login);
    expect(prompt).toMatchObject({ type: "login", action: { type: "prompt_create_passkey" } });
    expect((await browser.feed(prompt.token, create(browser, prompt, new SoftwareAuthenticator()))).finished).toBe(true);
    expect((await browser.another().run("login", login)).finished).toBe(true);
  });

  it("may be declined for good only where the project lets people", async () => {
    const strict = await flowRunner({ authentication: WITH_PASSKEYS });
    const insisting = await strict.run("signup", [ANN, choosePassword, { skip: true, do_not_ask_again: true }]);
    expect(insisting.finished).toBe(true);
    const login = [ANN, { authentication: "primary_password", password: PASSWORD }];
    expect((await strict.run("login", login)).action.type).toBe("prompt_create_passkey");
    const lenient = await flowRunner({ authentication: WITH_PASSKEYS, config: { ui: { passkey_upselling_opt_out_enabled: true } } });
    const prompt = await lenient.run("signup", [ANN, choosePassword]);
    expect(prompt.data.allow_do_not_ask_again).toBe(true);
    expect((await lenient.feed(prompt.token, { skip: true, do_not_ask_again: "yes" })).error).toMatchObject({ reason: "ValidationFailed" });
    expect((await lenient.feed(prompt.token, { skip: true, do_not_ask_again: true })).finished).toBe(true);
    expect((await lenient.run("login", login)).finished).toBe(true);
  });

  it.each<[string, Lie]>([
    ["another site", { origin: "https://evil.example" }],
    ["another relying party", { rpId: "evil.example" }],
    ["nobody's touch", { absent: true }],
    ["an assertion's client data", { type: "webauthn.get" }],
  ])("is not taken from %s (phishing), nor twice (replay)", async (_, lie) => {
    const browser = await flowRunner({ authentication: WITH_PASSKEYS });
    const prompt = await browser.run("signup", [ANN, choosePassword]);
    const forged = create(browser, prompt, new SoftwareAuthenticator(), lie);
    expect(await browser.feed(prompt.token, forged)).toMatchObject({
      status: 401,
      error: { reason: "InvalidCredentials", info: { AuthenticationType: "passkey" } },
      token: prompt.token,
    });
    expect(await browser.feed(prompt.token, forged)).toMatchObject(spent);
  });

  it("is bound to its user: a challenge of one sign-up is worth nothing in another", async () => {
    const browser = await flowRunner({ authentication: WITH_PASSKEYS });
    const ann = await browser.run("signup", [ANN, choosePassword]);
    const bob = await browser.another().run("signup", [identify("bob@example.com"), choosePassword]);
    expect(await browser.feed(ann.token, create(browser, bob, new SoftwareAuthenticator()))).toMatchObject(spent);
  });
});

describe("a passkey at identification", () => {
  it("identifies and authenticates: nothing more is asked", async () => {
    const { browser, device } = await withAnn();
    const start = await browser.create("login");
    expect(start.options.map(({ identification }) => identification)).toEqual(["email", "passkey"]);
    const publicKey = start.options[1]?.request_options.publicKey;
    expect(publicKey).toEqual({
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      timeout: 3_600_000,
      rpId: new URL(originOf(browser)).hostname,
      userVerification: "preferred",
      extensions: { uvm: true },
    });
    expect((await browser.feed(start.token, byPasskey(ask(browser, start, device)))).finished).toBe(true);
    const [user] = await usersOf(browser);
    expect(user?.amr).toContainEqual(["x_passkey", "x_primary_passkey"]);
    expect(user?.authenticators.find((one: { type: string }) => one.type === "passkey").passkey.signCount, "the counter of the device is kept").toBe(1);
  });

  it("works in signup_login, and signs nobody up", async () => {
    const { browser, device } = await withAnn();
    const start = await browser.create("signup_login");
    expect(await browser.feed(start.token, byPasskey(ask(browser, start, device)))).toMatchObject({ finished: true, type: "login" });
    const other = await withAnn();
    const there = await other.browser.create("signup_login");
    const stranger = new SoftwareAuthenticator();
    stranger.create({ publicKey: { rp: { id: new URL(originOf(other.browser)).hostname }, user: { id: "AAEC" }, challenge: "AAEC" } }, originOf(other.browser));
    const refused = await other.browser.feed(there.token, byPasskey(ask(other.browser, there, stranger)));
    expect(refused).toMatchObject({ status: 404, error: { reason: "UserNotFound", info: { IdentityTypeIncoming: "passkey", FlowType: "signup_login" } } });
    expect(await usersOf(other.browser)).toHaveLength(1);
  });

  it("that nobody has is answered like an unknown user", async () => {
    const { browser } = await withAnn();
    const stranger = new SoftwareAuthenticator();
    stranger.create({ publicKey: { rp: { id: new URL(originOf(browser)).hostname }, user: { id: "AAEC" }, challenge: "AAEC" } }, originOf(browser));
    const start = await browser.create("login");
    const refused = await browser.feed(start.token, byPasskey(ask(browser, start, stranger)));
    expect(refused).toMatchObject({
      status: 404,
      token: start.token,
      error: { name: "NotFound", reason: "UserNotFound", info: { IdentityTypeIncoming: "passkey", FlowType: "login" } },
    });
  });

  it("is good once: the same answer in the same and in another run (replay)", async () => {
    const { browser, device } = await withAnn();
    const [start, another] = [await browser.create("login"), await browser.create("login")];
    const answer = byPasskey(ask(browser, start, device));
    expect((await browser.feed(start.token, answer)).finished).toBe(true);
    expect(await browser.feed(another.token, answer)).toMatchObject(spent);
  });

  it("answers a challenge that this project issued, not another (tenant isolation)", async () => {
    const { browser, device } = await withAnn();
    const other = await withAnn();
    const foreign = (await other.browser.create("login")).options[1]?.request_options.publicKey.challenge;
    const start = await browser.create("login");
    expect(await browser.feed(start.token, byPasskey(ask(browser, start, device, { challenge: foreign })))).toMatchObject(spent);
    expect(await browser.feed(start.token, byPasskey(ask(browser, start, device, { challenge: "AAEC" })))).toMatchObject(spent);
  });

  it.each<[string, Lie]>([
    ["the page of another site (phishing)", { origin: "https://evil.example" }],
    ["another relying party", { rpId: "evil.example" }],
    ["an untouched device", { absent: true }],
    ["a creation's client data", { type: "webauthn.create" }],
  ])("is refused from %s, and the failure is an event", async (_, lie) => {
    const { browser, device } = await withAnn();
    const start = await browser.create("login");
    expect(await browser.feed(start.token, byPasskey(ask(browser, start, device, lie)))).toMatchObject({ ...wrong, token: start.token });
    expect((await eventsOf(browser)).filter(({ type }) => type === "authentication.primary.passkey.failed")).toHaveLength(1);
  });

  it("is refused when its counter falls back (cloned authenticator)", async () => {
    const { browser, device } = await withAnn();
    const first = await browser.create("login");
    expect((await browser.feed(first.token, byPasskey(ask(browser, first, device, { counter: 7 })))).finished).toBe(true);
    for (const counter of [7, 6, 0]) {
      const next = await browser.another().create("login");
      expect(await browser.feed(next.token, byPasskey(ask(browser, next, device, { counter }))), `counter ${counter}`).toMatchObject(wrong);
    }
    const last = await browser.another().create("login");
    expect((await browser.feed(last.token, byPasskey(ask(browser, last, device, { counter: 8 })))).finished).toBe(true);
  });

  it("must have its shape", async () => {
    const { browser, device } = await withAnn();
    const start = await browser.create("login");
    const { response, ...rest } = ask(browser, start, device);
    const { signature: _signature, ...unsigned } = response;
    for (const assertion_response of [undefined, "text", rest, { ...rest, response: unsigned }])
      expect((await browser.feed(start.token, { identification: "passkey", assertion_response })).error).toMatchObject({ name: "Invalid", reason: "ValidationFailed" });
    expect(await browser.feed(start.token, byPasskey({ ...rest, response: { ...response, signature: "AAEC" } } as AssertionResponse))).toMatchObject(wrong);
  });

  it("fails a limited number of times from one address (guessing)", async () => {
    const limited = { ...WITH_PASSKEYS, rate_limits: { passkey: { per_ip: { enabled: true, period: "1m", burst: 2 } } } };
    const { browser, device } = await withAnn({ authentication: { ...limited } });
    for (const expected of [wrong, wrong, { status: 429, error: { reason: "RateLimited", info: { rate_limit_name: "authentication.passkey" } } }]) {
      const start = await browser.create("login");
      expect(await browser.feed(start.token, byPasskey(ask(browser, start, device, { absent: true })))).toMatchObject(expected);
    }
  });
});

describe("a passkey after an address", () => {
  it("is offered to who has one, with his credentials, and authenticates", async () => {
    const { browser, device } = await withAnn();
    const asked = await browser.run("login", [ANN]);
    expect(asked.options.map(({ authentication }) => authentication)).toEqual(["primary_password", "primary_passkey"]);
    const publicKey = asked.options[1]?.request_options.publicKey;
    const answer = ask(browser, asked, device);
    expect(publicKey).toMatchObject({ timeout: 300_000, allowCredentials: [{ type: "public-key", id: answer.id }] });
    expect((await browser.feed(asked.token, withPasskey(answer))).finished).toBe(true);
    expect((await usersOf(browser))[0]?.amr).toContainEqual(["x_passkey", "x_primary_passkey"]);
    await browser.another().run("signup", [identify("bob@example.com"), choosePassword, { skip: true }]);
    expect((await browser.run("login", [identify("bob@example.com")])).options.map(({ authentication }) => authentication)).toEqual(["primary_password"]);
  });

  it("of somebody else is refused (account takeover)", async () => {
    const { browser, device: anns } = await withAnn();
    const bobs = new SoftwareAuthenticator();
    const visitor = browser.another();
    const prompt = await visitor.run("signup", [identify("bob@example.com"), choosePassword]);
    await visitor.feed(prompt.token, create(visitor, prompt, bobs));
    const asked = await browser.run("login", [ANN]);
    const challenge = asked.options[1]?.request_options.publicKey.challenge;
    const forged = bobs.get({ publicKey: { rpId: new URL(originOf(browser)).hostname, challenge } }, originOf(browser));
    expect(await browser.feed(asked.token, withPasskey(forged))).toMatchObject({ ...wrong, token: asked.token });
    const underHerId = { ...forged, id: anns.get(asked.options[1]?.request_options, originOf(browser)).id };
    expect((await browser.feed(asked.token, withPasskey({ ...underHerId, rawId: underHerId.id }))).error?.reason).toMatch(/InvalidCredentials|WebAuthnSessionNotFound/);
    expect((await usersOf(browser)).map(({ sessions }) => sessions)).toEqual([1, 1]);
  });

  it("is offered in re-authentication too, and its failures name the flow", async () => {
    const { browser, device } = await withAnn();
    const start = await browser.create("login");
    await browser.feed(start.token, byPasskey(ask(browser, start, device)));
    const { signJwt } = await import("@gatehouse/platform-crypto");
    const sub = (await usersOf(browser))[0]?.id;
    const id_token = await signJwt(browser.ctx.project.secrets.oauth?.keys[0] as never, { iss: originOf(browser), sub, exp: 1 }, "JWT");
    const asked = await browser.run("reauth", [{ identification: "id_token", id_token }]);
    expect(asked.options.map(({ authentication }) => authentication)).toEqual(["primary_password", "primary_passkey"]);
    const refused = await browser.feed(asked.token, withPasskey(ask(browser, asked, device, { absent: true })));
    expect(refused.error).toMatchObject({ reason: "InvalidCredentials", info: { FlowType: "reauth" } });
    const again = await browser.run("reauth", [{ identification: "id_token", id_token }]);
    expect((await browser.feed(again.token, withPasskey(ask(browser, again, device)))).finished).toBe(true);
  });
});
