import { describe, expect, it } from "vitest";
import { obtainCode, pkce, type Reply } from "./auth-client.js";
import { answerOf, authorize, BASE, FULL, locationOf, project, tokensOf } from "./authorize-helpers.js";
import { HostedBrowser } from "./hosted-browser.js";

describe("sessions that are there", () => {
  it("answer prompt=none at once: code, cookie mode, and only for the user of the hint (session mix-up)", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const { id_token = "" } = await tokensOf(client, "ann@example.com", { scope: "openid offline_access" });
    expect(answerOf(await authorize(client, { prompt: "none" }))).toEqual({ code: expect.stringMatching(/^[A-Za-z0-9]{32}$/), state: "s" });
    expect(answerOf(await authorize(client, { prompt: "none", response_type: "none" }))).toEqual({ state: "s" });
    expect(answerOf(await authorize(client, { prompt: "none", id_token_hint: id_token })).code).toBeDefined();
    await client.signUp("bob@example.com");
    expect(answerOf(await authorize(client, { prompt: "none", id_token_hint: id_token }))).toMatchObject({ error: "login_required" });
  });

  it("answer prompt=none for the login id alone that the application insists on (session mix-up)", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const ask = async (email: string, enforce: string) =>
      answerOf(await authorize(client, { prompt: "none", login_hint: `https://authgear.com/login_hint?${new URLSearchParams({ type: "login_id", email, enforce })}` }));
    expect(await ask("bob@example.com", "true")).toEqual({ error: "login_required", error_description: "authentication required", state: "s" });
    for (const [email, enforce] of [
      ["ann@example.com", "true"],
      ["Ann@Example.com", "true"],
      ["bob@example.com", "false"],
    ] as const)
      expect((await ask(email, enforce)).code).toBeDefined();
  });

  it("give third parties with prompt=none what was granted, and no more (consent bypass)", async () => {
    const client = await project();
    await client.signUp("tom@example.com");
    const third = { client_id: "third", redirect_uri: "http://third.test/cb", prompt: "none" };
    expect(answerOf(await authorize(client, third))).toEqual({ error: "access_denied", error_description: "authorization required", state: "s" });
    const { consent } = await obtainCode(client, { clientId: "third", redirectUri: "http://third.test/cb", email: "tom@example.com", scope: "openid email" });
    await client.send(consent, { form: { x_action: "consent" } });
    expect(answerOf(await authorize(client, third)).code).toBeDefined();
    expect(answerOf(await authorize(client, { ...third, scope: "openid phone" }))).toMatchObject({ error: "access_denied", error_description: "requested scopes are not granted" });
  });

  it("go on silently for the user that the application names, and ask others to log in", async () => {
    const client = await project();
    await client.signUp("sue@example.com");
    const { id_token = "" } = await tokensOf(client, "sue@example.com");
    const walk = async (change: Record<string, string>): Promise<Reply> => {
      let answer = await authorize(client, change);
      for (let hop = 0; hop < 6 && answer.status === 302 && !/^\/(login|signup|reauth)/.test(answer.headers.location as string); hop += 1)
        answer = await client.send(answer.headers.location as string);
      return answer;
    };
    expect(answerOf(await walk({ id_token_hint: id_token })).code).toBeDefined();
    expect((await walk({})).body).toContain("sue@example.com");
    expect((await walk({ id_token_hint: id_token, max_age: "0" })).headers.location).toMatch(/^\/reauth\?/);
    await client.signUp("ted@example.com");
    expect((await walk({ id_token_hint: id_token })).headers.location).toMatch(/^\/login\?/);
  });

  it("are fresh enough for max_age or not, by the session of the hint", async () => {
    const client = await project();
    await client.signUp("max@example.com");
    const { id_token = "" } = await tokensOf(client, "max@example.com", { scope: "openid offline_access" });
    const promptOf = async (change: Record<string, string>): Promise<string> => {
      const reference = locationOf(await authorize(client, change)).searchParams.get("x_ref") as string;
      const started = await client.send("/api/v1/authentication_flows", { json: { type: "login", name: "default", url_query: `x_ref=${reference}` } });
      return JSON.stringify(started.json.result.action.data.options).includes("select_account") ? "any" : "login";
    };
    expect(await promptOf({})).toBe("any");
    expect(await promptOf({ max_age: "1000", id_token_hint: id_token })).toBe("any");
    expect(await promptOf({ max_age: "1000" })).toBe("login");
    expect(await promptOf({ max_age: "0", id_token_hint: id_token })).toBe("login");
  });
});

describe("a user who is to prove himself again", () => {
  it("is asked by the pages for his factor alone, and the application gets a fresh ID token of the same session", async () => {
    const browser = new HostedBrowser(await project({ authentication: { identities: ["login_id"], primary_authenticators: ["password"] } }));
    const { client } = browser;
    await client.signUp("rea@example.com");
    const first = await tokensOf(client, "rea@example.com", { scope: `openid ${FULL}` });
    const { verifier, challenge } = pkce();
    const asked = { ...BASE, scope: `openid ${FULL}`, code_challenge: challenge, max_age: "0", id_token_hint: first.id_token as string };
    await browser.open(`/oauth2/authorize?${new URLSearchParams(asked)}`);
    expect([browser.path, browser.title]).toEqual(["/authflow/v2/enter_password", "Enter your password"]);
    await browser.press("Sign in", { x_password: "correct horse" });
    const code = browser.left?.searchParams.get("code") as string;
    const form = { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    const again = (await client.send("/oauth2/token", { form })).json;
    const claims = (token = "") => JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString());
    expect(claims(again.id_token).sid).toBe(claims(first.id_token).sid);
    expect(claims(again.id_token).auth_time).toBeGreaterThanOrEqual(claims(first.id_token).auth_time);
  });
});

describe("response modes", () => {
  it.each([
    ["query", undefined, (reply: Reply) => locationOf(reply).search],
    ["fragment", "fragment", (reply: Reply) => locationOf(reply).hash.replace("#", "?")],
    ["cookie", "cookie", (reply: Reply) => locationOf(reply).search],
  ])("%s", async (_name, response_mode, read) => {
    const client = await project();
    await client.signUp("mode@example.com");
    const answer = await authorize(client, { prompt: "none", response_mode });
    expect([answer.status, Object.keys(Object.fromEntries(new URLSearchParams(read(answer))))]).toEqual([303, ["code", "state"]]);
    expect(answer.body).toMatch(/<meta http-equiv="refresh"[\s\S]*<script nonce=/);
  });

  it("form_post, without letting parameters break out of the form (markup injection)", async () => {
    const client = await project();
    await client.signUp("form@example.com");
    const answer = await authorize(client, { prompt: "none", response_mode: "form_post", state: '"><script>alert(1)</script>' });
    expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
    expect(answer.body).toMatch(/<form id="next" method="post" action="http:\/\/app\.test\/cb"><input type="hidden" name="code" value="[A-Za-z0-9]{32}">/);
    expect(answer.body).not.toContain("<script>alert");
  });
});

describe("what a code remembers", () => {
  it("binds tokens to the key of dpop_jkt (stolen code)", async () => {
    const client = await project();
    await client.signUp("key@example.com");
    const { code, verifier } = await obtainCode(client, { email: "key@example.com", more: { dpop_jkt: "x".repeat(43) } });
    const form = { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
    expect((await client.send("/oauth2/token", { form })).json).toEqual({ error: "invalid_dpop_proof", error_description: "Invalid DPoP key binding" });
  });

  it("moves the grant of an id_token_hint forward", async () => {
    const client = await project();
    await client.signUp("ray@example.com");
    const first = await tokensOf(client, "ray@example.com", { more: { x_sso_enabled: "false" } });
    const again = await tokensOf(client, "ray@example.com", { scope: `openid ${FULL}`, more: { x_sso_enabled: "false", id_token_hint: first.id_token as string, max_age: "0" } });
    const claims = (token = "") => JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString());
    expect(again.refresh_token).toBeUndefined();
    expect(claims(again.id_token).sid).toBe(claims(first.id_token).sid);
    const told = await client.project.db.read((tx) => tx.query("select type from outbox where project_id = $1 and type = 'user.reauthenticated'", [client.project.project.id]));
    expect(told).toHaveLength(1);
  });

  it("knows the client `tester`", async () => {
    const client = await project();
    await client.signUp("try@example.com");
    const { verifier, challenge } = pkce();
    const redirect_uri = `http://${client.project.host}/tester`;
    const answer = await authorize(client, { client_id: "tester", redirect_uri, prompt: "none", code_challenge: challenge, scope: "openid offline_access" });
    const form = { grant_type: "authorization_code", client_id: "tester", code: answerOf(answer).code as string, redirect_uri, code_verifier: verifier };
    const tokens = (await client.send("/oauth2/token", { form })).json;
    expect((await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(200);
    expect((await authorize(client, { client_id: "tester", redirect_uri: "http://app.test/cb" })).status).toBe(400);
  });
});
