import { describe, expect, it } from "vitest";
import { type AuthClient, authClient, obtainCode, pkce, type Reply } from "./auth-client.js";
import { challengeOf, claimsOf, DeviceKey, forgetCookies, grant } from "./device-keys.js";
import { FULL, refresh, signIn } from "./session-helpers.js";

type Change = Parameters<DeviceKey["sign"]>[3];

const FULL_ACCESS = "https://authgear.com/scopes/full-access";
const app = (client_id: string, more: Record<string, unknown> = {}) => ({
  client_id,
  name: client_id,
  x_application_type: "native",
  redirect_uris: [`http://${client_id}.test/cb`],
  ...more,
});
const clients = [
  app("bank", { x_app2app_enabled: true }),
  app("shop", { x_app2app_enabled: true }),
  app("loose", { x_app2app_enabled: true, x_app2app_insecure_device_key_binding_enabled: true }),
  app("plain"),
  { ...app("partner", { x_app2app_enabled: true }), x_application_type: "third_party_app", client_name: "Partner" },
];
const secrets = [{ key: "oauth.client_secrets", data: { items: [{ client_id: "partner", keys: [{ kty: "oct", kid: "p", k: "c2VjcmV0", created_at: 1 }] }] } }];
const features = { oauth: { client: { app2app_enabled: true } } };

async function project(more: Record<string, unknown> = { features }): Promise<AuthClient> {
  const client = await authClient({ config: { oauth: { clients } }, secrets, ...more });
  await client.signUp("ann@example.com");
  return client;
}

const uri = (clientId: string) => `http://${clientId}.test/cb`;

/** Signs in to an app, with or without a key. */
async function appOf(
  client: AuthClient,
  { clientId = "bank", key, change, more, headers }: { clientId?: string; key?: DeviceKey; change?: Change; more?: Record<string, string>; headers?: Record<string, string> } = {},
) {
  const token: Record<string, string> = key ? { x_app2app_device_key_jwt: await key.sign(client, "app2app_request", {}, change) } : {};
  const tokens = await signIn(client, {
    email: "ann@example.com",
    clientId,
    redirectUri: uri(clientId),
    scope: FULL,
    token,
    more: { x_sso_enabled: "false", ...more },
    ...(headers ? { headers } : {}),
  });
  forgetCookies(client);
  return tokens;
}

interface Approval {
  key: DeviceKey;
  refreshToken: string;
  clientId?: string;
  change?: Change;
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

/** One app asks another one to be signed in. */
async function approve(client: AuthClient, { key, refreshToken, clientId = "shop", change, form, headers }: Approval): Promise<{ answer: Reply; verifier: string }> {
  const { verifier, challenge } = pkce();
  const jwt = await key.sign(client, "app2app_request", {}, { bare: true, ...change });
  const asked = { client_id: clientId, redirect_uri: uri(clientId), refresh_token: refreshToken, jwt, code_challenge: challenge, code_challenge_method: "S256" };
  return { answer: await grant(client, "app2app-request", { ...asked, ...form }, headers), verifier };
}

const exchange = (client: AuthClient, { code, verifier, clientId = "shop", more }: { code: string; verifier: string; clientId?: string; more?: Record<string, string> }) =>
  client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: clientId, code, code_verifier: verifier, redirect_uri: uri(clientId), ...more } });

/** Tokens of `shop` by way of `bank`. */
async function ready(): Promise<{ client: AuthClient; key: DeviceKey; tokens: Record<string, string> }> {
  const client = await project();
  const key = await DeviceKey.make("RS256");
  return { client, key, tokens: await appOf(client, { key }) };
}

describe("app2app", () => {
  it("signs another app in by the key of the first one's device", async () => {
    const { client, key, tokens } = await ready();
    const { answer, verifier } = await approve(client, { key, refreshToken: tokens.refresh_token as string });
    expect([answer.status, Object.keys(answer.json)]).toEqual([200, ["code"]]);
    const got = (await exchange(client, { code: answer.json.code, verifier })).json;
    const [mine, theirs] = [claimsOf(tokens.id_token as string), claimsOf(got.id_token)];
    expect(theirs).toMatchObject({ sub: mine.sub, aud: ["shop"], amr: mine.amr });
    expect(theirs.sid).not.toBe(mine.sid);
    expect((await refresh(client, got, "shop")).status).toBe(200);
    const again = await exchange(client, { code: answer.json.code, verifier });
    expect(again.json.error).toBe("invalid_grant");
  });

  it.each<[string, (given: Awaited<ReturnType<typeof ready>>) => Promise<Omit<Approval, "key" | "refreshToken">>, string, string]>([
    ["a client without app2app", async () => ({ clientId: "plain" }), "unauthorized_client", "this client may not use app2app"],
    ["no JWT", async () => ({ form: { jwt: "" } }), "invalid_request", "jwt is required"],
    ["no refresh token", async () => ({ form: { refresh_token: "" } }), "invalid_request", "refresh_token is required"],
    ["no redirect URI", async () => ({ form: { redirect_uri: "" } }), "invalid_request", "redirect_uri is required"],
    ["a foreign redirect URI (open redirect)", async () => ({ form: { redirect_uri: "http://evil.test/" } }), "invalid_request", "redirect URI is not allowed"],
    ["a plain challenge", async () => ({ form: { code_challenge_method: "plain" } }), "invalid_request", "only 'S256' PKCE transform is supported"],
    ["no challenge", async () => ({ form: { code_challenge: "" } }), "invalid_request", "PKCE code challenge is required for public clients"],
    ["a bad refresh token", async () => ({ form: { refresh_token: "nosuch" } }), "invalid_grant", "invalid refresh token"],
    ["an unknown challenge", async () => ({ change: { challenge: "nosuch" } }), "invalid_request", "invalid app2app jwt challenge"],
    [
      "a challenge for something else",
      async ({ client }) => ({ change: { challenge: await challengeOf(client, "biometric_request") } }),
      "invalid_request",
      "invalid app2app jwt challenge",
    ],
    ["an expired JWT", async () => ({ change: { payload: { exp: 1 } } }), "invalid_request", "invalid app2app jwt payload"],
    ["another type of JWT", async () => ({ change: { header: { typ: "JWT" } } }), "invalid_request", "invalid app2app jwt payload"],
    ["another device (stolen refresh token)", async () => ({ change: { signer: await DeviceKey.make("RS256") } }), "invalid_request", "invalid app2app jwt signature"],
  ])("is refused for %s", async (_name, change, error, description) => {
    const given = await ready();
    const { answer } = await approve(given.client, { key: given.key, refreshToken: given.tokens.refresh_token as string, ...(await change(given)) });
    expect([answer.status, answer.json]).toEqual([400, { error, error_description: description }]);
  });

  it("is refused for another key that the JWT brings (stolen refresh token)", async () => {
    const { client, tokens } = await ready();
    const thief = await DeviceKey.make("RS256");
    const { answer } = await approve(client, { key: thief, refreshToken: tokens.refresh_token as string, change: { bare: false } });
    expect(answer.json.error_description).toBe("invalid app2app jwt signature");
  });

  it("takes a challenge once (replay)", async () => {
    const { client, key, tokens } = await ready();
    const asked = { key, refreshToken: tokens.refresh_token as string, change: { challenge: await challengeOf(client, "app2app_request") } };
    const [first, second] = [await approve(client, asked), await approve(client, asked)];
    expect([first.answer.status, second.answer.json.error_description]).toEqual([200, "invalid app2app jwt challenge"]);
  });

  it("is off unless the plan has it", async () => {
    const client = await project({});
    const { answer } = await approve(client, { key: await DeviceKey.make(), refreshToken: "x" });
    expect(answer.json).toEqual({ error: "invalid_request", error_description: "app2app disabled" });
  });

  it("needs a bound key, or a client that may bind one on the way, once", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const strict = (await appOf(client)).refresh_token as string;
    expect((await approve(client, { key, refreshToken: strict, change: { bare: false } })).answer.json).toEqual({
      error: "invalid_grant",
      error_description: "app2app is not allowed in current session",
    });
    const loose = (await appOf(client, { clientId: "loose" })).refresh_token as string;
    expect((await approve(client, { key, refreshToken: loose })).answer.json.error_description).toBe("invalid app2app jwt payload");
    expect((await approve(client, { key, refreshToken: loose, change: { bare: false } })).answer.status).toBe(200);
    const other = await DeviceKey.make();
    expect((await approve(client, { key: other, refreshToken: loose, change: { bare: false } })).answer.json.error_description).toBe("invalid app2app jwt signature");
  });

  it("wants the proof of possession that the refresh token is bound to, and gives a code that is bound to none", async () => {
    const client = await project();
    const [key, proof] = [await DeviceKey.make(), await DeviceKey.make()];
    const tokens = await appOf(client, { key, headers: await proof.dpop(client) });
    const refreshToken = tokens.refresh_token as string;
    expect((await approve(client, { key, refreshToken })).answer.json.error).toBe("invalid_dpop_proof");
    const { answer, verifier } = await approve(client, { key, refreshToken, headers: await proof.dpop(client) });
    expect((await exchange(client, { code: answer.json.code, verifier })).status).toBe(200);
  });

  it("shares the browser's sign-on where the first app does (GH-6)", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const token = { x_app2app_device_key_jwt: await key.sign(client, "app2app_request") };
    const tokens = await signIn(client, { email: "ann@example.com", clientId: "bank", redirectUri: uri("bank"), scope: FULL, token, more: { x_sso_enabled: "true" } });
    const { answer, verifier } = await approve(client, { key, refreshToken: tokens.refresh_token });
    const got = (await exchange(client, { code: answer.json.code, verifier })).json;
    forgetCookies(client);
    expect((await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${got.access_token}` } })).status).toBe(200);
    await client.send("/oauth2/revoke", { form: { token: tokens.refresh_token } });
    expect((await refresh(client, got, "shop")).json.error).toBe("invalid_grant");
  });

  it("does not hand full access to a client that may not ask for it (privilege escalation)", async () => {
    const { client, key, tokens } = await ready();
    const { answer, verifier } = await approve(client, { key, refreshToken: tokens.refresh_token as string, clientId: "partner" });
    const got = (await exchange(client, { code: answer.json.code, verifier, clientId: "partner", more: { client_secret: "secret" } })).json;
    expect([
      typeof got.refresh_token,
      (await client.project.db.read((tx) => tx.queryOne("select scopes from client_authorization where project_id = $1 and client_id = 'partner'", [client.project.project.id])))
        ?.scopes,
    ]).toEqual(["string", expect.not.arrayContaining([FULL_ACCESS])]);
  });
});

describe("app2app by an app with fewer rights", () => {
  it("opens no more for another app than is open to itself (privilege escalation)", async () => {
    const client = await project();
    await appOf(client);
    const key = await DeviceKey.make();
    const token = { x_app2app_device_key_jwt: await key.sign(client, "app2app_request"), client_secret: "secret" };
    const tokens = await signIn(client, { email: "ann@example.com", clientId: "partner", redirectUri: uri("partner"), scope: "openid offline_access email", token });
    forgetCookies(client);
    const { answer, verifier } = await approve(client, { key, refreshToken: tokens.refresh_token, clientId: "bank" });
    const got = (await exchange(client, { code: answer.json.code, verifier, clientId: "bank" })).json;
    const refused = await client.send("/oauth2/app_session_token", { json: { refresh_token: got.refresh_token } });
    expect([refused.status, refused.json.error.reason]).toEqual([403, "Forbidden"]);
  });
});

describe("the key of an app's device", () => {
  async function codeWith(client: AuthClient, { jwt, clientId = "bank", more }: { jwt: string; clientId?: string; more?: Record<string, string> }): Promise<Reply> {
    const { code, verifier } = await obtainCode(client, { email: "ann@example.com", clientId, redirectUri: uri(clientId), scope: FULL, more: { x_sso_enabled: "false", ...more } });
    forgetCookies(client);
    return exchange(client, { code, verifier, clientId, more: { x_app2app_device_key_jwt: jwt } });
  }

  it.each<[string, (client: AuthClient) => Promise<Change>, string]>([
    ["an unknown challenge", async () => ({ challenge: "nosuch" }), "invalid app2app jwt challenge"],
    ["a key that did not sign", async () => ({ signer: await DeviceKey.make() }), "invalid app2app jwt signature"],
    ["no key", async () => ({ bare: true }), "invalid app2app jwt payload"],
    ["no times", async () => ({ payload: { iat: undefined } }), "invalid app2app jwt payload"],
  ])("is refused for %s, and the code stays good", async (_name, change, description) => {
    const client = await project();
    const { code, verifier } = await obtainCode(client, { email: "ann@example.com", clientId: "bank", redirectUri: uri("bank"), scope: FULL });
    const jwt = await (await DeviceKey.make()).sign(client, "app2app_request", {}, await change(client));
    const refused = await exchange(client, { code, verifier, clientId: "bank", more: { x_app2app_device_key_jwt: jwt } });
    expect([refused.status, refused.json]).toEqual([400, { error: "invalid_request", error_description: description }]);
    expect((await exchange(client, { code, verifier, clientId: "bank" })).status).toBe(200);
  });

  it("means nothing for a client without app2app", async () => {
    const client = await project();
    expect((await codeWith(client, { jwt: "junk", clientId: "plain" })).status).toBe(200);
  });

  it("is kept by a re-authentication with the same key, and changed by none with another", async () => {
    const client = await project();
    const [key, other] = [await DeviceKey.make(), await DeviceKey.make()];
    const again = async (clientId: string, hint: string | undefined, by: DeviceKey) =>
      codeWith(client, { clientId, jwt: await by.sign(client, "app2app_request"), more: { id_token_hint: hint as string, prompt: "login" } });
    const bank = await appOf(client, { key });
    expect((await again("bank", bank.id_token, key)).status).toBe(200);
    const changed = await again("bank", bank.id_token, other);
    expect(changed.json).toEqual({
      error: "invalid_request",
      error_description: "x_app2app_insecure_device_key_binding_enabled must be true to allow updating x_app2app_device_key_jwt",
    });
    const loose = await appOf(client, { clientId: "loose" });
    expect((await again("loose", loose.id_token, key)).status).toBe(200);
    const fixed = await again("loose", loose.id_token, other);
    expect(fixed.json).toEqual({ error: "invalid_grant", error_description: "app2app device key cannot be changed" });
    expect((await approve(client, { key, refreshToken: loose.refresh_token as string })).answer.status).toBe(200);
  });
});
