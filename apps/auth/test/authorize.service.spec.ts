import { describe, expect, it } from "vitest";
import { authClient, obtainCode } from "./auth-client.js";
import { answerOf, authorize, BASE, FULL, HINT, locationOf, project, URL_SCOPE } from "./authorize-helpers.js";

describe("common rules of the endpoints", () => {
  it("sends foreign hosts to the public origin, with path and query", async () => {
    const client = await project({ http: { public_origin: "http://public.test" } });
    const moved = await client.send("/oauth2/authorize?client_id=spa&x=1");
    expect([moved.status, moved.headers.location]).toEqual([307, "http://public.test/oauth2/authorize?client_id=spa&x=1"]);
  });

  it("answers preflights: origins of clients with credentials, others without anything (cross-origin theft)", async () => {
    const client = await project();
    const ask = (origin: string) =>
      client.send("/oauth2/token", { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "dpop" } });
    const [own, foreign] = [await ask("http://app.test"), await ask("http://other.test")];
    expect([own.status, own.body, own.headers.vary]).toEqual([200, "", "User-Agent, Origin"]);
    expect(own.headers).toMatchObject({
      "access-control-allow-origin": "http://app.test",
      "access-control-allow-credentials": "true",
      "access-control-max-age": "900",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "dpop",
    });
    expect([foreign.status, foreign.headers["access-control-allow-origin"], foreign.headers.vary]).toEqual([200, undefined, "User-Agent, Origin"]);
  });

  it("lets no script of another site read pages (cross-origin theft)", async () => {
    const client = await project();
    const ask = async (path: string) => (await client.send(path, { headers: { origin: "http://app.test" } })).headers["access-control-allow-origin"];
    expect(await ask("/oauth2/userinfo")).toBe("http://app.test");
    for (const path of ["/oauth2/consent?code=x", "/settings", "/login"]) expect(await ask(path)).toBeUndefined();
  });

  it("takes bodies up to 1 MiB (memory exhaustion)", async () => {
    const client = await project();
    const large = "a".repeat(1024 * 1024);
    expect((await client.send("/oauth2/app_session_token", { json: { refresh_token: large } })).status).toBe(413);
    expect((await client.send("/oauth2/authorize", { form: { ...BASE, x_page: large } })).status).toBe(413);
  });

  it("protects every answer with headers", async () => {
    const { headers } = await (await project()).send("/oauth2/authorize");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "x-robots-tag": "noindex, nofollow", "cache-control": "no-store", pragma: "no-cache" });
    expect(headers["permissions-policy"]).toContain("camera=()");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  });

  it("takes the first value of a repeated parameter, and forms like queries", async () => {
    const client = await project();
    const repeated = await client.send(`/oauth2/authorize?client_id=nope&${new URLSearchParams(BASE)}`);
    expect(repeated.body).toContain("invalid client ID");
    const posted = await client.send("/oauth2/authorize", { form: BASE });
    expect([posted.status, locationOf(posted).searchParams.get("client_id")]).toEqual([302, "spa"]);
  });
});

describe("redirect URIs", () => {
  it.each([
    ["an unknown client", { client_id: "nope" }, "unauthorized_client", "invalid client ID"],
    ["a machine", { client_id: "machine" }, "unauthorized_client", "m2m clients are not allowed to use the authorize endpoint"],
    ["a trailing slash", { redirect_uri: "http://app.test/cb/" }, "invalid_request", "redirect URI is not allowed"],
    ["another port", { redirect_uri: "http://app.test:8080/cb" }, "invalid_request", "redirect URI is not allowed"],
    ["an added query", { redirect_uri: "http://app.test/cb?a=1" }, "invalid_request", "redirect URI is not allowed"],
    ["an origin that only looks alike", { redirect_uri: "http://app.test.evil.test/cb" }, "invalid_request", "redirect URI is not allowed"],
    ["no URI", { redirect_uri: "not a uri" }, "invalid_request", "invalid redirect URI"],
    ["none, of a client with two", { client_id: "two", redirect_uri: undefined }, "invalid_request", "invalid redirect URI"],
    ["an unknown response mode", { response_mode: "web_message" }, "invalid_request", "oauth: invalid response_mode web_message"],
  ])("refuse %s with a text, without redirecting (open redirect)", async (_name, change, error, description) => {
    const answer = await authorize(await project(), change);
    expect([answer.status, answer.headers.location, answer.headers["content-type"]]).toEqual([400, undefined, "text/plain; charset=utf-8"]);
    expect(answer.body).toBe(`Invalid OAuth authorization request:\nerror: ${error}\nerror_description: ${description}\n`);
  });

  it("may be left out by a client with one, and lead to the project's own pages and the custom UI", async () => {
    const client = await project();
    const asked = [
      { redirect_uri: undefined },
      { redirect_uri: `http://${client.project.host}/settings` },
      { client_id: "custom", redirect_uri: "http://ui.test/anywhere" },
      { client_id: "two", redirect_uri: "com.app://host/cb" },
    ];
    for (const change of asked) expect((await authorize(client, change)).status).toBe(302);
  });
});

describe("checks of a request, in their order", () => {
  it.each([
    ["an unknown response type", { response_type: "id_token" }, "unauthorized_client", "response type is not allowed for this client"],
    ["no response type", { response_type: undefined }, "unauthorized_client", "response type is not allowed for this client"],
    ["two response types", { response_type: "code none" }, "unauthorized_client", "response type is not allowed for this client"],
    ["the implicit flow", { response_type: "token" }, "unsupported_response_type", expect.any(String)],
    ["prompt none with more", { prompt: "none login" }, "invalid_request", "prompt cannot have other values when none is set"],
    ["prompt none with max_age", { prompt: "none", max_age: "0" }, "invalid_request", "max_age could imply prompt=login so max_age cannot be present when prompt=none"],
    ["no scope", { scope: undefined, code_challenge: undefined }, "invalid_request", "scope is required"],
    ["no challenge of a public client", { code_challenge: undefined }, "invalid_request", "PKCE code challenge is required for public clients"],
    ["a plain challenge", { code_challenge_method: "plain" }, "invalid_request", "only 'S256' PKCE transform is supported"],
    ["a challenge without method", { code_challenge_method: undefined }, "invalid_request", "only 'S256' PKCE transform is supported"],
    [
      "shared sign-on of a client with one session",
      { client_id: "single", x_sso_enabled: "true" },
      "invalid_request",
      "'sso_enabled' must be false if config 'x_max_concurrent_session' is 1",
    ],
    ["no openid", { scope: "email" }, "invalid_scope", "must request 'openid' scope"],
    [
      "full access of a confidential client",
      { client_id: "web", redirect_uri: "http://web.test/cb", scope: `openid ${FULL}` },
      "invalid_scope",
      "full access is not allowed for this client",
    ],
    ["device_sso without the switch", { scope: "openid device_sso" }, "invalid_scope", expect.any(String)],
    ["the URL scope before device_sso", { client_id: "lender", scope: `openid ${URL_SCOPE} device_sso` }, "invalid_scope", expect.any(String)],
    ["an unknown scope", { scope: "openid read" }, "invalid_scope", "specified scope is not allowed: read"],
    ["a malformed login hint", { login_hint: "ann@example.com" }, "invalid_request", "invalid login_hint"],
    ["a login hint of an unknown type", { login_hint: `${HINT}type=user_id` }, "invalid_request", "invalid login_hint"],
    ["an ID token of somebody else", { id_token_hint: "eyJhbGciOiJub25lIn0.e30." }, "invalid_request", "invalid id_token_hint"],
    ["prompt none without a session", { prompt: "none" }, "login_required", "authentication required"],
    [
      "deletion of accounts where it is off",
      { response_type: "urn:authgear:params:oauth:response-type:settings-action", x_settings_action: "delete_account", scope: undefined },
      "invalid_request",
      "account deletion by end user is disabled",
    ],
  ])("refuse %s at the redirect URI, with the state", async (_name, change, error, error_description) => {
    const answer = await authorize(await project(), change);
    expect([answer.status, answerOf(answer)]).toEqual([303, { error, error_description, state: "s" }]);
  });

  it("let a confidential client go without a challenge, and prompt values that mean nothing", async () => {
    const client = await project();
    const asked = { client_id: "web", redirect_uri: "http://web.test/cb", code_challenge: undefined, code_challenge_method: undefined };
    expect((await authorize(client, asked)).status).toBe(302);
    expect((await authorize(client, { prompt: "consent select_account", max_age: "soon" })).status).toBe(302);
    expect((await authorize(client, { client_id: "lender", scope: `openid device_sso ${URL_SCOPE}` })).status).toBe(302);
  });

  it("bounds what is kept of a request (memory exhaustion)", async () => {
    const answer = await (await project()).send("/oauth2/authorize", { form: { ...BASE, x_page: "a".repeat(70_000) } });
    expect([answer.status, answer.body.includes("the request is too large")]).toEqual([400, true]);
  });
});

describe("the way to the UI", () => {
  it("names the request, and passes on what the UI needs", async () => {
    const client = await project();
    const answer = await authorize(client, { x_color_scheme: "dark", ui_locales: "de en", x_state: "xs", user_id_hint: "forged", can_reauthenticate: "true" });
    const { origin, pathname, searchParams } = locationOf(answer);
    expect([answer.status, origin, pathname]).toEqual([302, `http://${client.project.host}`, "/_internals/oauth_entrypoint"]);
    const { x_ref, ...rest } = Object.fromEntries(searchParams);
    expect(x_ref).toMatch(/^[0-9A-HJKMNP-TV-Z]{32}$/);
    expect(rest).toEqual({
      client_id: "spa",
      redirect_uri: "http://app.test/cb",
      x_settings_action_id: "",
      x_color_scheme: "dark",
      ui_locales: "de en",
      state: "s",
      x_state: "xs",
    });
    expect(client.jar.oauth_ui).toBe(x_ref);
    const entered = await client.send(answer.headers.location as string);
    expect([entered.status, entered.headers.location]).toEqual([302, `/_internals/oauth_entrypoint?${new URLSearchParams(rest)}`]);
    expect([client.jar.oauth_ui, client.jar.authgear_web_session]).toEqual([undefined, expect.any(String)]);
    const page = await client.send((await client.send(entered.headers.location as string)).headers.location as string);
    expect([page.status, page.headers.location]).toEqual([302, expect.stringMatching(/^\/(login|signup)\?/)]);
  });

  it("goes to the custom UI of a client with hints, and answers it with a page that has no Location", async () => {
    const client = await project();
    await client.signUp("cora@example.com");
    const hint = `${HINT}type=login_id&email=cora@example.com`;
    const started = await authorize(client, { client_id: "custom", login_hint: hint });
    const ui = locationOf(started);
    expect([ui.host, ui.pathname, ui.searchParams.get("login_hint")]).toEqual(["ui.test", "/auth", hint]);
    const { answer } = await obtainCode(client, { clientId: "custom", email: "cora@example.com" });
    expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
    expect(answer.body).toMatch(/http-equiv="refresh" content="0;url=http:\/\/app\.test\/cb\?code=[A-Za-z0-9]{32}&amp;state=s1"/);
  });

  it.each([
    ["anonymous", { login_hint: `${HINT}type=anonymous&promotion_code=x`, prompt: "login" }, "/flows/promote_user"],
    ["login page", { x_page: "login" }, "/login"],
    ["sign-up page", { x_page: "signup" }, "/signup"],
    ["provider", { x_oauth_provider_alias: "google" }, "/login"],
    ["login id", { login_hint: `${HINT}type=login_id&email=a@example.com` }, "/login"],
  ])("begins at the page of the hint: %s", async (_name, change, path) => {
    const client = await project();
    await client.signUp("page@example.com");
    for (const name of ["session", "same_site_strict"]) delete client.jar[name];
    let answer = await authorize(client, change);
    for (let hop = 0; hop < 3; hop += 1) answer = await client.send(answer.headers.location as string);
    expect((answer.headers.location as string).split("?")[0]).toBe(path);
  });
});

describe("/oauth2/redirect", () => {
  it.each([
    ["http://app.test/cb?code=1#f", 303, "http://app.test/cb?code=1#f"],
    ["http://evil.test/cb", 400, "redirect URI is not allowed"],
    ["http://web.test/cb", 303, "http://web.test/cb"],
    ["http://app.test/cb?a=\r\nx: y", 303, "http://app.test/cb?a=x:%20y"],
    ["nothing", 400, "invalid redirect URI"],
  ])("leads to addresses of clients alone: %s (open redirect)", async (uri, status, told) => {
    const client = await authClient();
    const answer = await client.send(`/oauth2/redirect?${new URLSearchParams({ redirect_uri: uri })}`);
    expect([answer.status, answer.headers.location ?? answer.body]).toEqual([status, told]);
  });

  it("answers with a page where a custom UI asks", async () => {
    const answer = await (await project()).send(`/oauth2/redirect?redirect_uri=${encodeURIComponent("http://ui.test/x")}`);
    expect([answer.status, answer.headers.location, answer.body.includes("http://ui.test/x")]).toEqual([200, undefined, true]);
  });
});
