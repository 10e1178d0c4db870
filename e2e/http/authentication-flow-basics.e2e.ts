import { describe, expect, it } from "vitest";
import { changeDatabase } from "../support/database.js";
import { byEmail, byPhone, byUsername, newPassword, password } from "../support/inputs.js";
import { PASSWORD, Project, userIdIn } from "../support/project.js";
import { until } from "../support/platform.js";

const TOKEN = /^authflowstate_[0-9A-HJKMNP-TV-Z]{32}$/;
const NOT_FOUND = { status: 404, error: { name: "NotFound", reason: "AuthenticationFlowNotFound", code: 404 } };

/** A project where this address has signed up. */
async function projectWith(email: string, options: Parameters<typeof Project.make>[0] = {}): Promise<Project> {
  const project = await Project.make(options);
  await project.browser().finish("signup", [byEmail(email), newPassword()]);
  return project;
}

describe("creating a flow", () => {
  it("refuses a type that does not exist, and a name that is not configured", async () => {
    const browser = (await Project.make()).browser();
    const wrongType = await browser.create("foo");
    expect(wrongType).toMatchObject({ status: 400, error: { name: "Invalid", reason: "ValidationFailed", message: "invalid request body", code: 400 } });
    expect(wrongType.error?.info.causes).toEqual([expect.objectContaining({ location: "/type", kind: "enum" })]);
    expect(wrongType.body.result).toBeUndefined();
    const wrongName = await browser.create("login", { name: "nosuch" });
    expect(wrongName).toMatchObject({ status: 404, error: { name: "NotFound", reason: "AuthenticationFlowFlowNotFound", message: "flow not found", code: 404 } });
    expect(wrongName.body.result).toBeUndefined();
  });

  it("shows the first step, keeps answers out of caches and names no flow id", async () => {
    const project = await Project.make();
    const answer = await project.browser().post("/api/v1/authentication_flows", { type: "login", name: "default" });
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.headers.vary).toContain("Origin");
    expect(answer.json).toEqual({
      result: {
        state_token: expect.stringMatching(TOKEN),
        type: "login",
        name: "default",
        action: { type: "identify", data: { type: "identification_data", options: [{ identification: "email" }] } },
      },
    });
  });

  it("refuses other content types, malformed JSON and missing keys", async () => {
    const browser = (await Project.make()).browser();
    const path = "/api/v1/authentication_flows";
    const text = await browser.call("POST", path, { body: "{}", headers: { "content-type": "text/plain" } });
    expect([text.status, text.json.error]).toEqual([400, expect.objectContaining({ name: "BadRequest", reason: "BadRequest", message: "request content type is invalid" })]);
    const broken = await browser.call("POST", path, { body: '{"type":', headers: { "content-type": "application/json" } });
    expect(broken).toMatchObject({ status: 400, json: { error: { reason: "InvalidJSON", info: { byte_offset: expect.any(Number) } } } });
    expect((await browser.post(path, { type: "login" })).json.error).toMatchObject({
      reason: "ValidationFailed",
      info: { causes: [{ location: "", kind: "required", details: { missing: ["name"] } }] },
    });
  });

  it("is not possible for sign-up when public sign-up is disabled", async () => {
    const browser = (await Project.make({ authentication: { public_signup_disabled: true } })).browser();
    expect(await browser.create("signup")).toMatchObject({
      status: 403,
      error: { name: "Forbidden", reason: "AuthenticationFlowNoPublicSignup", message: "public signup is disabled" },
    });
    expect((await browser.create("login")).action.type).toBe("identify");
  });

  it("is limited to the flows that the client's allowlist names", async () => {
    const clients = [
      {
        client_id: "app",
        name: "app",
        x_application_type: "spa",
        redirect_uris: ["http://127.0.0.1:8080/callback"],
        x_authentication_flow_allowlist: { flows: [{ type: "login", name: "default" }] },
      },
    ];
    const browser = (await Project.make({ config: { oauth: { clients } } })).browser();
    const url_query = "client_id=app";
    expect(await browser.create("signup", { url_query })).toMatchObject({
      status: 403,
      error: { name: "Forbidden", reason: "AuthenticationFlowNotAllowed", message: "flow not allowed" },
    });
    expect((await browser.create("login", { url_query })).action.type).toBe("identify");
    expect((await browser.create("signup")).action.type).toBe("identify");
    expect((await browser.create("signup", { url_query: "client_id=nobody" })).action.type).toBe("identify");
  });

  it("answers other origins only when the project allows them (cross-site requests)", async () => {
    const project = await Project.make({ config: { http: { allowed_origins: ["ui.example:81"] } } });
    const ask = (origin: string) =>
      project
        .browser()
        .call("OPTIONS", "/api/v1/authentication_flows", { headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" } });
    const allowed = await ask("http://ui.example:81");
    expect(allowed.status).toBe(200);
    expect(allowed.headers).toMatchObject({
      "access-control-allow-origin": "http://ui.example:81",
      "access-control-allow-credentials": "true",
      "access-control-max-age": "900",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type",
    });
    const other = await ask("http://evil.example");
    expect([other.status, other.headers["access-control-allow-origin"]]).toEqual([200, undefined]);
  });
});

describe("logging in with a password", () => {
  it("asks for the password and finishes with a session cookie", async () => {
    const project = await projectWith("ann@example.com");
    const browser = project.browser();
    const asked = await browser.run("login", [byEmail("ann@example.com")]);
    expect(asked.action).toMatchObject({ type: "authenticate", identification: "email" });
    expect(asked.data).toEqual({ type: "authentication_data", options: [{ authentication: "primary_password" }], device_token_enabled: false });
    expect(asked.cookies).toEqual([]);
    const done = await browser.feed(asked.token, password());
    expect(done).toMatchObject({ status: 200, finished: true, type: "login", action: { type: "finished", data: {} } });
    expect(done.cookies.filter((name) => name.endsWith("session"))).toHaveLength(1);
    expect(done.setCookie.find((line) => /session=/.test(line))).toMatch(/HttpOnly/i);
    expect(done.setCookie.find((line) => /same_site_strict=true/.test(line))).toMatch(/SameSite=Strict/i);
  });

  it("answers a wrong password with the same step and the same token", async () => {
    const project = await projectWith("ann@example.com");
    const browser = project.browser();
    const asked = await browser.run("login", [byEmail("ann@example.com")]);
    const refused = await browser.feed(asked.token, password("wrong"));
    expect(refused).toMatchObject({
      status: 401,
      error: { name: "Unauthorized", reason: "InvalidCredentials", message: "invalid credentials", code: 401, info: { AuthenticationType: "password", FlowType: "login" } },
    });
    expect(refused.body.result).toEqual(asked.body.result);
    expect(refused.cookies).toEqual([]);
  });

  it("forgets every token of a run that has finished", async () => {
    const project = await projectWith("ann@example.com");
    const browser = project.browser();
    const start = await browser.create("login");
    const asked = await browser.feed(start.token, byEmail("ann@example.com"));
    expect((await browser.read(asked.token)).body.result).toEqual(asked.body.result);
    const done = await browser.feed(asked.token, password());
    for (const token of [start.token, asked.token, done.token]) {
      const gone = await browser.read(token);
      expect(gone).toMatchObject(NOT_FOUND);
      expect(gone.body.result).toBeUndefined();
    }
    expect(await browser.feed(asked.token, password())).toMatchObject(NOT_FOUND);
  });

  it("lets one go back: an earlier token takes input after a failed attempt and beside a fork", async () => {
    const project = await projectWith("ann@example.com");
    await project.browser().finish("signup", [byEmail("bob@example.com"), newPassword("another password")]);
    const browser = project.browser();
    const start = await browser.create("login");
    const ann = await browser.feed(start.token, byEmail("ann@example.com"));
    expect((await browser.feed(ann.token, password("wrong"))).status).toBe(401);
    const bob = await browser.feed(start.token, byEmail("bob@example.com"));
    expect(bob.token).not.toBe(ann.token);
    expect((await browser.read(ann.token)).body.result).toEqual(ann.body.result);
    expect((await browser.feed(bob.token, password())).error?.reason).toBe("InvalidCredentials");
    expect((await browser.feed(ann.token, password())).finished).toBe(true);
    expect(await browser.read(bob.token)).toMatchObject(NOT_FOUND);
  });

  it("answers an address that nobody has", async () => {
    const browser = (await Project.make()).browser();
    const start = await browser.create("login");
    const missed = await browser.feed(start.token, byEmail("nobody@example.com"));
    expect(missed).toMatchObject({ status: 404, error: { name: "NotFound", reason: "UserNotFound", code: 404 } });
    expect(missed.error?.info).toEqual({ IdentityTypeIncoming: "login_id", LoginIDTypeIncoming: "email", FlowType: "login" });
    expect(missed.token).toBe(start.token);
  });

  it("finishes at once by a batch, with every cookie", async () => {
    const project = await projectWith("ann@example.com");
    const done = await project.browser().create("login", { batch_input: [byEmail("ann@example.com"), password()] });
    expect(done).toMatchObject({ status: 200, finished: true, cookies: expect.arrayContaining(["session"]) });
    const start = await project.browser().create("login");
    const stopped = await project.browser().feed(start.token, byEmail("ann@example.com"), password("wrong"));
    expect([stopped.status, stopped.token, stopped.action.type]).toEqual([401, start.token, "identify"]);
  });

  it("finds a user by any of his login ids, whatever the identification says", async () => {
    const project = await Project.make({ config: { identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] } } } });
    await project.browser().finish("signup", [byUsername("annie"), newPassword()]);
    expect((await project.browser().run("login", [byEmail("annie"), password()])).finished).toBe(true);
  });

  it("refuses an input that matches no option, with its causes", async () => {
    const browser = (await Project.make()).browser();
    const start = await browser.create("login");
    const refused = await browser.feed(start.token, { identification: "email" });
    expect(refused).toMatchObject({ status: 400, error: { name: "Invalid", reason: "ValidationFailed", message: "invalid value" } });
    expect(refused.error?.info.causes).toContainEqual(expect.objectContaining({ location: "", kind: "required", details: expect.objectContaining({ missing: ["login_id"] }) }));
    expect(refused.error?.info.FlowType).toBeUndefined();
    expect(refused.token).toBe(start.token);
  });
});

describe("signing up", () => {
  it("refuses an address that is taken", async () => {
    const project = await projectWith("ann@example.com");
    const taken = await project.browser().run("signup", [byEmail("Ann@Example.com")]);
    expect(taken).toMatchObject({
      status: 400,
      error: {
        name: "Invalid",
        reason: "InvariantViolated",
        message: "identity already exists",
        info: { cause: { kind: "DuplicatedIdentity" }, IdentityTypeIncoming: "login_id", LoginIDTypeIncoming: "email", FlowType: "signup" },
      },
    });
  });

  it("refuses a phone number that is not valid, and takes it where possible ones will do", async () => {
    const identity = { login_id: { keys: [{ type: "phone" }] } };
    const strict = (await Project.make({ config: { identity } })).browser();
    const refused = await strict.run("signup", [byPhone("+85211111111")]);
    expect(refused).toMatchObject({ status: 400, error: { reason: "ValidationFailed", message: "invalid login ID" } });
    expect(refused.error?.info.causes).toEqual([{ location: "/login_id", kind: "format", details: { format: "phone" } }]);
    const validation = { implementation: "libphonenumber", libphonenumber: { validation_method: "isPossibleNumber" } };
    const lenient = (await Project.make({ config: { identity, ui: { phone_input: { validation } } } })).browser();
    expect((await lenient.run("signup", [byPhone("+85211111111")])).action.type).toBe("create_authenticator");
  });

  it("leaves no trace when it is abandoned", async () => {
    const project = await Project.make();
    expect((await project.browser().run("signup", [byEmail("ann@example.com")])).action.type).toBe("create_authenticator");
    expect(await project.users()).toEqual([]);
    await project.browser().finish("signup", [byEmail("ann@example.com"), newPassword()]);
    expect(await project.users()).toHaveLength(1);
  });

  it("or logging in is decided by whether the address is known", async () => {
    const project = await projectWith("ann@example.com");
    const known = await project.browser().run("signup_login", [byEmail("ann@example.com")]);
    expect([known.type, known.action.type]).toEqual(["login", "authenticate"]);
    const back = await project.browser().finish("signup_login", [byEmail("ann@example.com"), password()]);
    expect(back.type).toBe("login");
    const fresh = await project.browser().finish("signup_login", [byEmail("new@example.com"), newPassword()]);
    expect(fresh.type).toBe("signup");
    expect(await project.users()).toHaveLength(2);
  });
});

describe("an account that is disabled", () => {
  const steps = [{ type: "identify", one_of: [{ identification: "email", steps: [{ type: "authenticate", one_of: [{ authentication: "primary_password" }] }] }] }];

  it("is refused by the generated flow, and by no flow that does not check", async () => {
    const project = await projectWith("ann@example.com", { config: { authentication_flow: { login_flows: [{ name: "unchecked", steps }] } } });
    const [user] = await project.users();
    const disable = "update auth_user set is_indefinitely_disabled = true, disable_reason = 'late fees' where project_id = $1 and id = $2";
    await changeDatabase(disable, [project.id, userIdIn(user?.id ?? "")]);
    const inputs = [byEmail("ann@example.com"), password()];
    const refused = await project.browser().run("login", inputs);
    expect(refused).toMatchObject({ status: 403, error: { name: "Forbidden", reason: "DisabledUser", info: { reason: "late fees" } } });
    expect(refused.cookies).toEqual([]);
    expect((await project.browser().run("login", inputs, { name: "unchecked" })).finished).toBe(true);
  });
});

describe("a password that the policy no longer allows", () => {
  it("has to be changed after it was entered", async () => {
    const project = await projectWith("ann@example.com");
    await project.publish({ config: { authenticator: { password: { policy: { min_length: PASSWORD.length + 1 } } } } });
    const policy = async () =>
      (await project.browser().run("signup", [byEmail("x@example.com")])).options[0]?.password_policy.minimum_length > PASSWORD.length ? true : undefined;
    await until(policy, "the new policy");
    const browser = project.browser();
    const asked = await browser.run("login", [byEmail("ann@example.com"), password()]);
    expect(asked.action.type).toBe("change_password");
    expect(asked.data).toMatchObject({ type: "new_password_data", force_change_reason: "policy", password_policy: { minimum_length: PASSWORD.length + 1 } });
    expect((await browser.feed(asked.token, { new_password: "short" })).error).toMatchObject({
      reason: "PasswordPolicyViolated",
      message: "password policy violated",
      info: { causes: [{ Name: "PasswordTooShort", Info: { min_length: PASSWORD.length + 1, pw_length: 5 } }] },
    });
    const longer = `${PASSWORD} and more`;
    expect((await browser.feed(asked.token, { new_password: longer })).finished).toBe(true);
    expect((await project.browser().run("login", [byEmail("ann@example.com"), password()])).error?.reason).toBe("InvalidCredentials");
    expect((await project.browser().run("login", [byEmail("ann@example.com"), password(longer)])).finished).toBe(true);
  });
});
