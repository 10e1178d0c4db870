import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { PreAuthenticatedTokens } from "@gatehouse/record-grants";
import { describe, expect, it } from "vitest";
import { type AuthClient, authClient, obtainCode, type Reply } from "./auth-client.js";

const FULL = "https://authgear.com/scopes/full-access";
const URL_SCOPE = "https://authgear.com/scopes/pre-authenticated-url";
const URL_TYPE = "urn:authgear:params:oauth:response-type:pre-authenticated-url token";

const clients = [
  { client_id: "app", name: "app", x_application_type: "native", redirect_uris: ["http://app.test/cb"], x_pre_authenticated_url_enabled: true },
  {
    client_id: "site",
    name: "site",
    x_application_type: "spa",
    redirect_uris: ["http://site.test/cb"],
    x_pre_authenticated_url_enabled: true,
    x_pre_authenticated_url_allowed_origins: ["http://pages.test"],
  },
  { client_id: "third", name: "third", client_name: "T", x_application_type: "third_party_app", redirect_uris: ["http://third.test/cb"] },
];
const secrets = [{ key: "oauth.client_secrets", data: { items: [{ client_id: "third", keys: [{ kty: "oct", kid: "third", k: "c2VjcmV0", created_at: 1 }] }] } }];
const project = () => authClient({ config: { oauth: { clients } }, secrets });

/** Tokens of the app, and a browser that is not signed in. */
async function appOf(
  client: AuthClient,
  { scope, more, headers }: { scope?: string; more?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<Record<string, string>> {
  const email = "ann@example.com";
  await client.signUp(email);
  const asked = { clientId: "app", email, scope: scope ?? `openid offline_access ${FULL}`, more: { x_sso_enabled: "false", ...more } };
  const { code, verifier } = await obtainCode(client, asked);
  const form = { grant_type: "authorization_code", client_id: "app", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
  const tokens = (await client.send("/oauth2/token", { form, ...(headers ? { headers } : {}) })).json;
  for (const name of Object.keys(client.jar)) delete client.jar[name];
  return tokens;
}

const issue = (client: AuthClient, refresh_token: unknown, headers: Record<string, string> = {}) => client.send("/oauth2/app_session_token", { json: { refresh_token }, headers });
const hintOf = (token: string) => `https://authgear.com/login_hint?${new URLSearchParams({ type: "app_session_token", app_session_token: token })}`;
const answerOf = ({ headers }: Reply) => Object.fromEntries(new URL(headers.location as string).searchParams);
const userOf = async (client: AuthClient): Promise<unknown> => (await client.send("/_resolver/resolve")).headers["x-authgear-user-id"];

function carryOver(client: AuthClient, token: string, change: Record<string, string> = {}): Promise<Reply> {
  const redirect_uri = `http://${client.project.host}/settings`;
  const params = { client_id: "app", redirect_uri, response_type: "none", prompt: "none", scope: `openid ${FULL}`, state: "s", login_hint: hintOf(token), ...change };
  return client.send(`/oauth2/authorize?${new URLSearchParams(params)}`);
}

describe("app session tokens", () => {
  it("carry an app's session into a browser, once, within the budget (replay)", async () => {
    const client = await project();
    const { refresh_token } = await appOf(client);
    const issued = await issue(client, refresh_token);
    expect(issued.json.result).toEqual({ app_session_token: expect.stringMatching(/^[A-Za-z0-9]{32}$/), expire_at: expect.stringMatching(/^\d{4}-.*Z$/) });
    const { app_session_token } = issued.json.result;
    const carried = await carryOver(client, app_session_token);
    expect([carried.status, carried.headers.location]).toEqual([302, `http://${client.project.host}/settings`]);
    expect(String(carried.headers["set-cookie"])).toMatch(new RegExp(`^app_session=[A-Za-z0-9]{32}; Domain=${client.project.host}; Path=/; HttpOnly; SameSite=Lax$`));
    expect([(await client.send("/settings")).body.includes("ann@example.com"), await userOf(client)]).toEqual([true, expect.any(String)]);
    const again = await carryOver(client, app_session_token);
    expect([again.status, answerOf(again)]).toEqual([303, { error: "invalid_request", error_description: "invalid app session token", state: "s" }]);
  });

  it("end with the app's session", async () => {
    const client = await project();
    const { refresh_token = "" } = await appOf(client);
    const { app_session_token } = (await issue(client, refresh_token)).json.result;
    const unused = (await issue(client, refresh_token)).json.result.app_session_token;
    await carryOver(client, app_session_token);
    await client.send("/oauth2/revoke", { form: { token: refresh_token } });
    expect(await userOf(client)).toBeUndefined();
    expect(answerOf(await carryOver(client, unused)).error).toBe("invalid_request");
    expect((await issue(client, refresh_token)).json.error).toEqual({ name: "Forbidden", reason: "InvalidGrant", message: "invalid refresh token", code: 403 });
  });

  it.each([
    ["another form", "nothing"],
    ["an unknown grant", `${crypto.randomUUID()}.${"a".repeat(32)}`],
    ["no UUID", `x.${"a".repeat(32)}`],
  ])("are refused for %s of a refresh token", async (_name, token) => {
    const answer = await issue(await project(), token);
    expect([answer.status, answer.json.error.reason, answer.json.error.message]).toEqual([403, "InvalidGrant", "invalid refresh token"]);
  });

  it("need full access, JSON and a token", async () => {
    const client = await project();
    const { refresh_token } = await appOf(client, { scope: "openid offline_access" });
    const answer = await issue(client, refresh_token);
    expect([answer.status, answer.json.error.name, answer.json.error.reason]).toEqual([403, "Forbidden", "Forbidden"]);
    expect((await issue(client, undefined)).json.error).toMatchObject({ reason: "ValidationFailed", code: 400 });
    expect((await issue(client, 7)).json.error).toMatchObject({ reason: "ValidationFailed", code: 400 });
    expect((await client.send("/oauth2/app_session_token", { form: { refresh_token: refresh_token as string } })).status).toBe(400);
  });

  it("need the key of a bound refresh token (stolen refresh token)", async () => {
    const client = await project();
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    const proof = (path: string) =>
      new SignJWT({ jti: crypto.randomUUID(), htm: "POST", htu: `http://${client.project.host}${path}` })
        .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
        .setIssuedAt()
        .sign(privateKey);
    const { refresh_token } = await appOf(client, { more: { dpop_jkt: await calculateJwkThumbprint(jwk) }, headers: { dpop: await proof("/oauth2/token") } });
    expect((await issue(client, refresh_token)).json.error).toEqual({ name: "Forbidden", reason: "Forbidden", message: "Invalid DPoP key binding", code: 403 });
    expect((await issue(client, refresh_token, { dpop: await proof("/oauth2/token") })).status).toBe(403);
    expect((await issue(client, refresh_token, { dpop: await proof("/oauth2/app_session_token") })).status).toBe(200);
  });

  it("of another project are unknown", async () => {
    const [one, other] = [await project(), await project()];
    const { refresh_token } = await appOf(one);
    const { app_session_token } = (await issue(one, refresh_token)).json.result;
    expect((await issue(other, refresh_token)).status).toBe(403);
    expect(answerOf(await carryOver(other, app_session_token)).error).toBe("invalid_request");
  });
});

describe("pre-authenticated URLs", () => {
  it("come from a token exchange of the app", async () => {
    const client = await project();
    const tokens = await appOf(client, { scope: `openid offline_access device_sso ${URL_SCOPE} ${FULL}` });
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: "urn:authgear:params:oauth:token-type:pre-authenticated-url-token",
      client_id: "site",
      actor_token_type: "urn:x-oath:params:oauth:token-type:device-secret",
      actor_token: tokens.device_secret as string,
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      subject_token: tokens.id_token as string,
      audience: `http://${client.project.host}`,
    };
    const { access_token, id_token } = (await client.send("/oauth2/token", { form })).json;
    const params = { client_id: "site", redirect_uri: "http://site.test/cb", response_type: URL_TYPE, response_mode: "cookie", prompt: "none", id_token_hint: id_token };
    const open = () => client.send(`/oauth2/authorize?${new URLSearchParams({ ...params, x_pre_authenticated_url_token: access_token })}`);
    const opened = await open();
    expect([opened.status, opened.headers.location, client.jar.app_access_token]).toEqual([303, "http://site.test/cb", expect.any(String)]);
    expect(await userOf(client)).toEqual(expect.any(String));
    expect(answerOf(await open()).error_description).toBe("invalid x_pre_authenticated_url_token");
  });

  async function lent(change: { clientId?: string; grantId?: string } = {}) {
    const client = await project();
    const { id_token = "", refresh_token = "" } = await appOf(client, { scope: `openid offline_access device_sso ${URL_SCOPE} ${FULL}` });
    const grantId = change.grantId ?? (refresh_token.split(".")[0] as string);
    const token = await new PreAuthenticatedTokens(client.project.redis).create(client.project.ctx, { clientId: change.clientId ?? "site", grantId });
    const base = {
      client_id: "site",
      redirect_uri: "http://pages.test/shop?item=1",
      response_type: URL_TYPE,
      response_mode: "cookie",
      prompt: "none",
      id_token_hint: id_token,
      x_pre_authenticated_url_token: token,
      state: "s",
    };
    const open = (more: Record<string, string> = {}) => client.send(`/oauth2/authorize?${new URLSearchParams({ ...base, ...more })}`);
    return { client, open, refresh_token };
  }

  it("open a page signed in: an access token in a cookie, once (replay)", async () => {
    const { client, open } = await lent();
    const opened = await open();
    expect([opened.status, opened.headers.location]).toEqual([303, "http://pages.test/shop?item=1&state=s"]);
    expect(String(opened.headers["set-cookie"])).toMatch(new RegExp(`^app_access_token=[A-Za-z0-9]{32}; Domain=${client.project.host}; Path=/; HttpOnly; SameSite=Lax$`));
    expect(await userOf(client)).toEqual(expect.any(String));
    expect(answerOf(await open())).toMatchObject({ error: "invalid_request", error_description: "invalid x_pre_authenticated_url_token" });
  });

  it("qualify for prompt=none, and for going on as the same user with a token of the same grant", async () => {
    const { client, open, refresh_token } = await lent();
    await open();
    const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const params = {
      client_id: "site",
      redirect_uri: "http://site.test/cb",
      response_type: "code",
      scope: "openid offline_access",
      code_challenge: challenge,
      code_challenge_method: "S256",
    };
    const { code } = answerOf(await client.send(`/oauth2/authorize?${new URLSearchParams({ ...params, prompt: "none" })}`));
    const form = {
      grant_type: "authorization_code",
      client_id: "site",
      code: code as string,
      redirect_uri: "http://site.test/cb",
      code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    };
    const tokens = (await client.send("/oauth2/token", { form })).json;
    expect(tokens.refresh_token.split(".")[0]).toBe(refresh_token.split(".")[0]);
    let answer = await client.send(`/oauth2/authorize?${new URLSearchParams(params)}`);
    while (answer.status === 302) answer = await client.send(answer.headers.location as string);
    expect([answer.status, answer.body.includes("ann@example.com")]).toEqual([200, true]);
  });

  it.each([
    ["another prompt", { prompt: "login" }, "prompt must be 'none' for pre-authenticated url"],
    ["no hint", { id_token_hint: "" }, "id_token_hint is required for pre-authenticated url"],
    ["no token", { x_pre_authenticated_url_token: "" }, "x_pre_authenticated_url_token is required for pre-authenticated url"],
    ["an unknown token", { x_pre_authenticated_url_token: "x".repeat(32) }, "invalid x_pre_authenticated_url_token"],
  ])("are refused with %s", async (_name, change, error_description) => {
    const { open, client } = await lent();
    const answer = await open(change);
    expect(answerOf(answer)).toMatchObject({ error: "invalid_request", error_description, state: "s" });
    expect(await userOf(client)).toBeUndefined();
  });

  it("are refused in another response mode", async () => {
    const { open } = await lent();
    expect(answerOf(await open({ response_mode: "query" })).error_description).toBe("response_mode must be 'cookie' for pre-authenticated url");
  });

  it("are refused for another client than the token's, and for another session than the hint's (stolen token)", async () => {
    expect(answerOf(await (await lent({ clientId: "app" })).open()).error_description).toBe("incorrect client_id");
    expect(answerOf(await (await lent({ grantId: crypto.randomUUID() })).open()).error_description).toBe("incorrect sid in id_token_hint");
  });

  it("are refused to third parties that the user has granted nothing (consent bypass)", async () => {
    const { open } = await lent({ clientId: "third" });
    expect(answerOf(await open({ client_id: "third", redirect_uri: "http://third.test/cb" }))).toMatchObject({ error: "access_denied" });
  });

  it("lead to listed origins with this response type alone (open redirect)", async () => {
    const { open } = await lent();
    expect((await open({ response_type: "code" })).status).toBe(400);
    expect((await open({ redirect_uri: "http://evil.test/" })).status).toBe(400);
    expect((await open({ response_type: URL_TYPE.split(" ").toReversed().join(" ") })).status).toBe(303);
  });

  it("end with the grant", async () => {
    const { client, open, refresh_token } = await lent();
    await client.send("/oauth2/revoke", { form: { token: refresh_token } });
    expect(answerOf(await open()).error).toBe("invalid_request");
  });
});
