import { createHash, randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { FlowClient } from "../support/flow-client.js";
import type { HttpAnswer } from "../support/http.js";
import { byEmail, newPassword } from "../support/inputs.js";
import { tokensOf } from "../support/oauth.js";
import { CALLBACK, PASSWORD, Project } from "../support/project.js";

const ANN = "ann@example.com";
const URN = "urn:authgear:params:oauth:";
const SHOP = "http://127.0.0.1:8080/shop";
const secretOf = (client_id: string) => `secret-of-${client_id}-0123456789`;
const clients = [
  { client_id: "app", name: "app", x_application_type: "native", redirect_uris: [CALLBACK], x_app2app_enabled: true, x_app2app_insecure_device_key_binding_enabled: true },
  { client_id: "shop", name: "shop", x_application_type: "native", redirect_uris: [SHOP], x_app2app_enabled: true },
  { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: [CALLBACK] },
];
const secrets = [
  {
    key: "oauth.client_secrets",
    data: { items: [{ client_id: "web", keys: [{ kty: "oct", kid: "k1", k: Buffer.from(secretOf("web")).toString("base64url"), created_at: 1 }] }] },
  },
];

function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

const send = (browser: FlowClient, path: string, form: Record<string, string>): Promise<HttpAnswer> =>
  browser.call("POST", path, { body: new URLSearchParams(form).toString(), headers: { "content-type": "application/x-www-form-urlencoded" } });

/** Follows redirects within the project; returns the last address with its answer. */
async function follow(browser: FlowClient, first: HttpAnswer): Promise<{ at: URL; answer: HttpAnswer }> {
  let [at, answer] = [new URL(browser.origin), first];
  while (answer.headers.location) {
    at = new URL(answer.headers.location, at);
    if (at.origin !== browser.origin) break;
    answer = await browser.call("GET", at.pathname + at.search);
  }
  return { at, answer };
}

let project: Project;
beforeAll(async () => {
  project = await Project.make({ config: { oauth: { clients, introspection_enabled: true } }, features: { oauth: { client: { app2app_enabled: true } } }, secrets });
  await project.browser().finish("signup", [byEmail(ANN), newPassword()]);
});

/** Tokens of the app `app`, and nothing left in a browser. */
async function appTokens(): Promise<Record<string, string>> {
  const browser = project.browser();
  await browser.finish("login", [byEmail(ANN), { authentication: "primary_password", password: PASSWORD }]);
  return tokensOf(browser);
}

describe("a settings action", () => {
  it.each([
    ["app", {}],
    ["web", { client_secret: secretOf("web") }],
  ] as [string, Record<string, string>][])("goes from the app %s to the page and back, and its code is worth no tokens", async (client_id, secret) => {
    const browser = project.browser();
    const { refresh_token = "" } = await appTokens();
    const { app_session_token } = (await browser.post("/oauth2/app_session_token", { refresh_token })).json.result;
    const { verifier, challenge } = pkce();
    const query = new URLSearchParams({
      client_id,
      redirect_uri: CALLBACK,
      response_type: `${URN}response-type:settings-action`,
      x_settings_action: "change_password",
      login_hint: `https://authgear.com/login_hint?${new URLSearchParams({ type: "app_session_token", app_session_token })}`,
      scope: "openid",
      state: "s",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const page = await follow(browser, await browser.call("GET", `/oauth2/authorize?${query}`));
    expect([page.answer.status, page.at.pathname]).toEqual([200, "/settings/change_password"]);
    const typed = { x_old_password: PASSWORD, x_new_password: PASSWORD, x_confirm_password: PASSWORD };
    const { at: back } = await follow(browser, await send(browser, page.at.pathname + page.at.search, typed));
    expect([back.origin + back.pathname, back.searchParams.get("state")]).toEqual([CALLBACK, "s"]);
    const form = { client_id, redirect_uri: CALLBACK, code: back.searchParams.get("code") ?? "", code_verifier: verifier, ...secret };
    const exchange = async (grant_type: string) => (await send(browser, "/oauth2/token", { ...form, grant_type })).json;
    expect((await exchange("authorization_code")).error).toBe("invalid_grant");
    expect([await exchange(`${URN}grant-type:settings-action`), (await exchange(`${URN}grant-type:settings-action`)).error]).toEqual([{}, "invalid_grant"]);
  });
});

describe("app2app", () => {
  it("signs another app in by the refresh token of one and the key of its device", async () => {
    const browser = project.browser();
    const { refresh_token = "" } = await appTokens();
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const challenge = async () => (await browser.post("/oauth2/challenge", { purpose: "app2app_request" })).json.result.token;
    const jwk = { ...(await exportJWK(publicKey)), kid: "device-key-1", alg: "RS256" };
    const header = { typ: "vnd.authgear.app2app-request", alg: "RS256", kid: "device-key-1" };
    const sign = async (more: object, by = privateKey) =>
      new SignJWT({ challenge: await challenge() })
        .setIssuedAt()
        .setExpirationTime("1m")
        .setProtectedHeader({ ...header, ...more })
        .sign(by);
    const { verifier, challenge: code_challenge } = pkce();
    const ask = async (jwt: string) =>
      (await send(browser, "/oauth2/token", { grant_type: `${URN}grant-type:app2app-request`, client_id: "shop", redirect_uri: SHOP, refresh_token, jwt, code_challenge })).json;
    expect((await ask(await sign({ jwk }))).code).toMatch(/^\w{32}$/);
    expect((await ask(await sign({}, (await generateKeyPair("RS256")).privateKey))).error_description).toBe("invalid app2app jwt signature");
    const { code } = await ask(await sign({}));
    const tokens = (await send(browser, "/oauth2/token", { grant_type: "authorization_code", client_id: "shop", redirect_uri: SHOP, code, code_verifier: verifier })).json;
    const userinfo = await browser.call("GET", "/oauth2/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(userinfo.json).toMatchObject({ email: ANN });
  });
});

describe("requests that are not as they should be", () => {
  it("are told the right method, and revocation takes anything", async () => {
    const browser = project.browser();
    const asked = await browser.call("GET", "/oauth2/token");
    expect([asked.status, asked.headers.allow]).toEqual([405, "POST"]);
    for (const headers of [{}, { "content-type": "application/json" }] as Record<string, string>[])
      expect((await browser.call("POST", "/oauth2/revoke", { headers, body: "{" })).status).toBe(200);
  });
});
