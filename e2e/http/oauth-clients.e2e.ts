import { createHash } from "node:crypto";
import * as oauth from "oauth4webapi";
import * as oidc from "openid-client";
import { beforeAll, describe, expect, it } from "vitest";
import { clientFetch } from "../support/client-fetch.js";
import type { FlowClient } from "../support/flow-client.js";
import { byEmail, newPassword, password } from "../support/inputs.js";
import { CALLBACK, Project } from "../support/project.js";

const ANN = "ann@example.com";
const FULL_ACCESS = "https://authgear.com/scopes/full-access";
const secretOf = (client_id: string) => `secret-of-${client_id}-0123456789`;

const clients = [
  { client_id: "app", name: "app", x_application_type: "spa", redirect_uris: [CALLBACK] },
  { client_id: "rotating", name: "rotating", x_application_type: "native", redirect_uris: [CALLBACK], refresh_token_rotation_enabled: true, issue_jwt_access_token: true },
  { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: [CALLBACK] },
];
const secrets = [
  {
    key: "oauth.client_secrets",
    data: { items: [{ client_id: "web", keys: [{ kty: "oct", kid: "k1", k: Buffer.from(secretOf("web")).toString("base64url"), created_at: 1 }] }] },
  },
];

/** Walks an authorization request at a custom UI's place: logs in, and comes back with the client's callback. */
async function signInAt(browser: FlowClient, authorization: URL): Promise<URL> {
  const started = await browser.call("GET", authorization.pathname + authorization.search);
  const ui = new URL(started.headers.location as string, browser.origin);
  const done = await browser.finish("login", [byEmail(ANN), password()], { url_query: ui.search.slice(1) });
  const consent = await browser.call("GET", done.data.finish_redirect_uri);
  return new URL(consent.headers.location as string);
}

describe("openid-client", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.make({ config: { oauth: { clients } }, secrets });
    await project.browser().finish("signup", [byEmail(ANN), newPassword()]);
  });

  async function configurationOf(clientId: string, authentication: oidc.ClientAuth = oidc.None()): Promise<oidc.Configuration> {
    const options = { execute: [oidc.allowInsecureRequests], [oidc.customFetch]: clientFetch as oidc.CustomFetch };
    return oidc.discovery(new URL(project.origin), clientId, undefined, authentication, options);
  }

  async function signIn(config: oidc.Configuration, { scope, DPoP, more = {} }: { scope: string; DPoP?: oidc.DPoPHandle; more?: Record<string, string> }) {
    const [pkceCodeVerifier, expectedState, expectedNonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
    const challenge = { code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: "S256" };
    const url = oidc.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope, state: expectedState, nonce: expectedNonce, ...challenge, ...more });
    const callback = await signInAt(project.browser(), url);
    return oidc.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }, undefined, DPoP ? { DPoP } : undefined);
  }

  it("signs in a public app, verifies the ID token, refreshes, asks for userinfo and revokes", async () => {
    const config = await configurationOf("app");
    const tokens = await signIn(config, { scope: `openid offline_access ${FULL_ACCESS}` });
    const { sub } = tokens.claims() as { sub: string };
    expect(await oidc.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({ sub, email: ANN });
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token as string);
    expect([refreshed.refresh_token, refreshed.claims()?.sub]).toEqual([undefined, sub]);
    expect(await oidc.fetchUserInfo(config, refreshed.access_token, sub)).toMatchObject({ sub });
    await oidc.tokenRevocation(config, tokens.refresh_token as string);
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token as string)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(oidc.fetchUserInfo(config, refreshed.access_token, sub)).rejects.toThrow();
  });

  it("rotates refresh tokens and reads JWT access tokens", async () => {
    const config = await configurationOf("rotating");
    const tokens = await signIn(config, { scope: `openid offline_access ${FULL_ACCESS}` });
    const server = config.serverMetadata() as oauth.AuthorizationServer;
    const request = new Request("http://api.test/", { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const options = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: clientFetch } as oauth.ValidateJWTAccessTokenOptions;
    const claims = await oauth.validateJwtAccessToken(server, request, project.origin, options);
    expect(claims).toMatchObject({ client_id: "rotating", scope: `openid offline_access ${FULL_ACCESS}`, amr: ["pwd", "x_primary_password"] });
    const second = await oidc.refreshTokenGrant(config, tokens.refresh_token as string);
    const third = await oidc.refreshTokenGrant(config, second.refresh_token as string);
    expect(new Set([tokens.refresh_token, second.refresh_token, third.refresh_token]).size).toBe(3);
  });

  it.each([
    ["client_secret_post", oidc.ClientSecretPost(secretOf("web"))],
    ["client_secret_basic", oidc.ClientSecretBasic(secretOf("web"))],
  ])("signs in a confidential web app with %s", async (_method, authentication) => {
    const config = await configurationOf("web", authentication);
    const tokens = await signIn(config, { scope: "openid email offline_access" });
    expect(tokens.claims()).toMatchObject({ email: ANN, aud: expect.anything() });
    const wrong = await configurationOf("web", oidc.ClientSecretPost("wrong"));
    await expect(signIn(wrong, { scope: "openid" })).rejects.toMatchObject({ error: "invalid_request", error_description: "invalid client secret" });
  });

  it("binds refresh tokens to a key, which nobody else has (stolen refresh token)", async () => {
    const config = await configurationOf("app");
    const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair("ES256"));
    const tokens = await signIn(config, { scope: `openid offline_access ${FULL_ACCESS}`, DPoP, more: { dpop_jkt: await DPoP.calculateThumbprint() } });
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token as string, undefined, { DPoP });
    expect(refreshed.token_type).toBe("bearer");
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token as string)).rejects.toMatchObject({
      error: "invalid_dpop_proof",
      error_description: "Invalid DPoP key binding",
    });
    const other = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair("ES256"));
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token as string, undefined, { DPoP: other })).rejects.toMatchObject({ error: "invalid_dpop_proof" });
  });

  it("gets silent answers while the browser is signed in, and login_required otherwise", async () => {
    const config = await configurationOf("app");
    const browser = project.browser();
    const verifier = oidc.randomPKCECodeVerifier();
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const asked = { redirect_uri: CALLBACK, scope: "openid", state: "s", prompt: "none", code_challenge: challenge, code_challenge_method: "S256", x_sso_enabled: "true" };
    const url = oidc.buildAuthorizationUrl(config, asked);
    const refused = new URL((await browser.call("GET", url.pathname + url.search)).headers.location as string);
    await expect(oidc.authorizationCodeGrant(config, refused, { pkceCodeVerifier: verifier, expectedState: "s" })).rejects.toMatchObject({ error: "login_required" });
    await browser.finish("login", [byEmail(ANN), password()]);
    const answered = new URL((await browser.call("GET", url.pathname + url.search)).headers.location as string);
    const tokens = await oidc.authorizationCodeGrant(config, answered, { pkceCodeVerifier: verifier, expectedState: "s", idTokenExpected: true });
    expect([tokens.refresh_token, tokens.claims()?.amr]).toEqual([undefined, ["pwd", "x_primary_password"]]);
  });
});
