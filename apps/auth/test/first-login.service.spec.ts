import { statementCount } from "@gatehouse/platform-postgres";
import { commandCount } from "@gatehouse/platform-redis";
import { beforeAll, describe, expect, it } from "vitest";
import { type AuthClient, authClient } from "./auth-client.js";

describe("sign-up and login through the flow API", () => {
  let client: AuthClient;
  beforeAll(async () => {
    client = await authClient();
  });

  it("signs up, writes the user, and sets the session cookies", async () => {
    const done = await client.signUp("Ann@Example.com");
    expect(done.json).toEqual({ result: { type: "signup", name: "default", action: { type: "finished", data: {} } } });
    expect(Object.keys(done.cookies)).toEqual(["session", "same_site_strict"]);
    const types = await client.project.db.read((tx) => tx.query("select type from outbox where project_id = $1 order by seq", [client.project.project.id]));
    expect(types.map(({ type }) => type)).toEqual(["user.created"]);
    const resolved = await client.send("/_resolver/resolve");
    expect(resolved.headers).toMatchObject({ "x-authgear-session-valid": "true", "x-authgear-user-verified": "false", "x-authgear-session-amr": "pwd x_primary_password" });
  });

  it("shows the steps as specified", async () => {
    const [created, identified] = await client.flow("login", [{ identification: "email", login_id: "ann@example.com" }]);
    const account = { identification: "select_account", display_name: "ann@example.com" };
    expect(created?.json.result).toMatchObject({
      type: "login",
      name: "default",
      action: { type: "identify", data: { type: "identification_data", options: [account, { identification: "email" }] } },
    });
    expect(created?.json.result.state_token).toMatch(/^authflowstate_[0-9A-HJKMNP-TV-Z]{32}$/);
    expect(identified?.json.result.action).toEqual({
      type: "authenticate",
      identification: "email",
      data: { type: "authentication_data", options: [{ authentication: "primary_password" }], device_token_enabled: false },
    });
  });

  it("keeps to its budget: 4 statements and 6 calls of Redis for a login", async () => {
    const fresh = await authClient();
    await fresh.signUp("bob@example.com");
    for (const name of Object.keys(fresh.jar)) delete fresh.jar[name];
    const counted = await statementCount.during(() =>
      commandCount.during(async () => {
        const created = await fresh.send("/api/v1/authentication_flows", { json: { type: "login", name: "default" } });
        return fresh.feed(created.json.result.state_token, { identification: "email", login_id: "bob@example.com", authentication: "primary_password", password: "correct horse" });
      }),
    );
    expect(counted.result.result.json.result.action.type).toBe("finished");
    expect(counted.statements.map((sql) => sql.slice(0, 60))).toHaveLength(counted.sql);
    expect(counted.sql).toBeLessThanOrEqual(4);
    expect(counted.result.commands.length, counted.result.commands.join(" ")).toBeLessThanOrEqual(6);
  });

  it("refuses a wrong password and keeps the state usable", async () => {
    const [, identified, refused] = await client.flow("login", [
      { identification: "email", login_id: "ann@example.com" },
      { authentication: "primary_password", password: "wrong" },
    ]);
    expect(refused?.status).toBe(401);
    expect(refused?.json.error).toMatchObject({ name: "Unauthorized", reason: "InvalidCredentials", code: 401, info: { AuthenticationType: "password", FlowType: "login" } });
    expect(refused?.json.result.state_token).toBe(identified?.json.result.state_token);
  });

  it("answers unknown login ids with UserNotFound", async () => {
    const [, refused] = await client.flow("login", [{ identification: "email", login_id: "nobody@example.com" }]);
    expect(refused?.json.error).toMatchObject({ reason: "UserNotFound", code: 404, info: { IdentityTypeIncoming: "login_id", LoginIDTypeIncoming: "email", FlowType: "login" } });
  });

  it("limits enumeration of accounts by address", async () => {
    const own = await authClient();
    const reasons: string[] = [];
    for (let i = 0; i < 11; i += 1) reasons.push((await own.flow("login", [{ identification: "email", login_id: `x${i}@example.com` }])).at(-1)?.json.error.reason);
    expect(reasons).toEqual([...Array(10).fill("UserNotFound"), "RateLimited"]);
  });

  it("limits guesses of a password (credential stuffing)", async () => {
    const own = await authClient();
    await own.signUp("eve@example.com");
    const [, identified] = await own.flow("login", [{ identification: "email", login_id: "eve@example.com" }]);
    const token = identified?.json.result.state_token as string;
    const answers = [];
    for (let i = 0; i < 11; i += 1) answers.push(await own.feed(token, { authentication: "primary_password", password: `guess ${i}` }));
    expect(answers.at(-1)?.json.error).toMatchObject({ reason: "RateLimited", info: { bucket_name: "VerifyPasswordPerUserPerIP", rate_limit_name: "authentication.password" } });
  });

  it("ends every state of a finished run (replayed state token)", async () => {
    const answers = await client.flow("login", [
      { identification: "email", login_id: "ann@example.com" },
      { authentication: "primary_password", password: "correct horse" },
    ]);
    const replayed = await client.feed(answers[1]?.json.result.state_token, { authentication: "primary_password", password: "correct horse" });
    expect([replayed.status, replayed.json.error.reason, replayed.json.result]).toEqual([404, "AuthenticationFlowNotFound", undefined]);
  });

  it("does not know state tokens of another project (tenant isolation)", async () => {
    const other = await authClient();
    const [created] = await other.flow("login", []);
    expect((await client.feed(created?.json.result.state_token, { identification: "email", login_id: "a@b.co" })).json.error.reason).toBe("AuthenticationFlowNotFound");
  });

  it("refuses a taken login id and a weak password, and writes nothing", async () => {
    const own = await authClient();
    await own.signUp("dup@example.com");
    const taken = (await own.flow("signup", [{ identification: "email", login_id: "DUP@example.com" }])).at(-1);
    expect(taken?.json.error).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" }, LoginIDTypeIncoming: "email", FlowType: "signup" } });
    const weak = (
      await own.flow("signup", [
        { identification: "email", login_id: "new@example.com" },
        { authentication: "primary_password", new_password: "short" },
      ])
    ).at(-1);
    expect(weak?.json.error).toMatchObject({ reason: "PasswordPolicyViolated", info: { causes: [{ Name: "PasswordTooShort", Info: { min_length: 8, pw_length: 5 } }] } });
    const rows = await own.project.db.read((tx) => tx.query("select id from auth_user where project_id = $1", [own.project.project.id]));
    expect(rows).toHaveLength(1);
  });

  it("lets one of two racing sign-ups win", async () => {
    const own = await authClient();
    const runs = [
      await own.flow("signup", [{ identification: "email", login_id: "race@example.com" }]),
      await own.flow("signup", [{ identification: "email", login_id: "race@example.com" }]),
    ];
    const ends = await Promise.all(runs.map((answers) => own.feed(answers.at(-1)?.json.result.state_token, { authentication: "primary_password", new_password: "correct horse" })));
    const reasons = ends.map(({ json }) => json.error?.reason ?? "finished").sort();
    expect(reasons).toEqual(["InvariantViolated", "finished"]);
  });

  it("answers hostile bodies with the specified errors", async () => {
    const url = "/api/v1/authentication_flows";
    const broken = await client.send(url, { raw: '{"type":' });
    const wrong = await client.send(url, { json: { type: 1, name: "default" } });
    const text = await client.send(url, { method: "POST", form: { type: "login" } });
    const unknown = await client.send(url, { json: { type: "login", name: "other" } });
    expect([broken.json.error.reason, wrong.json.error.reason, text.json.error.message, unknown.json.error.reason]).toEqual([
      "InvalidJSON",
      "ValidationFailed",
      "request content type is invalid",
      "AuthenticationFlowFlowNotFound",
    ]);
  });
});

describe("verification by one-time code", () => {
  it("sends a code at sign-up and proves the address with it", async () => {
    const client = await authClient({ config: { verification: undefined, test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: "123456" }] } } } });
    const [, sent, wrong] = await client.flow("signup", [{ identification: "email", login_id: "carl@example.com" }, { code: "000000" }]);
    expect(sent?.json.result.action).toMatchObject({
      type: "verify",
      identification: "email",
      data: { type: "verify_oob_otp_data", channel: "email", code_length: 6, masked_claim_value: "ca**@example.com" },
    });
    expect(wrong?.json.error).toMatchObject({ name: "Forbidden", reason: "InvalidVerificationCode", code: 403 });
    const right = await client.feed(sent?.json.result.state_token, { code: "123456" });
    const done = await client.feed(right.json.result.state_token, { authentication: "primary_password", new_password: "correct horse" });
    expect(done.json.result.action.type).toBe("finished");
    expect((await client.send("/_resolver/resolve")).headers["x-authgear-user-verified"]).toBe("true");
  });
});
