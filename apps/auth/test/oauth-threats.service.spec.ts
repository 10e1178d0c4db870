import { createHmac, generateKeyPairSync } from "node:crypto";
import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK, importJWK, type JWK, SignJWT } from "jose";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AuthClient, authClient, obtainCode, pkce } from "./auth-client.js";
import { DeviceKey } from "./device-keys.js";

const FULL_ACCESS = "https://authgear.com/scopes/full-access";
const EMAIL = "eve@example.com";
const CALLBACK = "http://app.test/cb";

const base64url = (value: unknown): string => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const partsOf = (jwt: string): [Record<string, any>, Record<string, any>] => {
  const [header, claims] = jwt.split(".") as [string, string];
  return [JSON.parse(Buffer.from(header, "base64url").toString()), JSON.parse(Buffer.from(claims, "base64url").toString())];
};

describe("threats of RFC 9700", () => {
  let client: AuthClient;
  let tokens: Record<string, string>;

  beforeAll(async () => {
    const clients = [
      { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: [CALLBACK, "http://app.test/other"], issue_jwt_access_token: true },
      { client_id: "evil", name: "evil", x_application_type: "spa", redirect_uris: ["http://evil.test/cb"] },
      { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: ["http://web.test/cb"] },
    ];
    client = await authClient({ config: { oauth: { clients } }, features: { rate_limits: { disabled: true } } });
    await client.signUp(EMAIL);
    const { code, verifier } = await obtainCode(client, { email: EMAIL });
    tokens = (await exchange({ code, code_verifier: verifier })).json;
  });
  beforeEach(() => {
    for (const name of Object.keys(client.jar)) delete client.jar[name];
  });

  const exchange = (more: Record<string, string>) =>
    client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "spa", redirect_uri: CALLBACK, ...more } });
  const userinfo = (token: string) => client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${token}` } });
  const stranger = async () => {
    const { code, verifier } = await obtainCode(client, { email: EMAIL });
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    return { code, code_verifier: verifier };
  };

  describe("a code", () => {
    it("of another client is worth nothing (code injection)", async () => {
      const stolen = await stranger();
      expect((await exchange({ ...stolen, client_id: "evil", redirect_uri: "http://evil.test/cb" })).json.error).toBe("invalid_grant");
      expect((await exchange(stolen)).status).toBe(200);
    });

    it("is bound to its redirect URI (redirect URI manipulation)", async () => {
      const stolen = await stranger();
      const other = await exchange({ ...stolen, redirect_uri: "http://app.test/other" });
      expect([other.status, other.json]).toEqual([400, { error: "invalid_request", error_description: "invalid redirect URI" }]);
    });

    it("needs the verifier of its challenge (code interception, PKCE downgrade)", async () => {
      const stolen = await stranger();
      expect((await exchange({ code: stolen.code })).json).toEqual({ error: "invalid_request", error_description: "PKCE code verifier is required" });
      expect((await exchange({ code: stolen.code, code_verifier: pkce().verifier })).json.error).toBe("invalid_grant");
    });

    it("without a challenge takes no verifier (PKCE downgrade)", async () => {
      const query = new URLSearchParams({ client_id: "web", redirect_uri: "http://web.test/cb", response_type: "code", scope: "openid" });
      const ui = new URL((await client.send(`/oauth2/authorize?${query}`)).headers.location as string);
      const inputs = [
        { identification: "email", login_id: EMAIL },
        { authentication: "primary_password", password: "correct horse" },
      ];
      const finished = (await client.flow("login", inputs, ui.search.slice(1))).at(-1)?.json.result.action.data.finish_redirect_uri;
      const code = new URL((await client.send(finished)).headers.location as string).searchParams.get("code") as string;
      const form = { grant_type: "authorization_code", client_id: "web", client_secret: "secret-of-web", redirect_uri: "http://web.test/cb", code };
      expect((await client.send("/oauth2/token", { form: { ...form, code_verifier: pkce().verifier } })).json.error).toBe("invalid_grant");
      expect((await client.send("/oauth2/token", { form })).status).toBe(200);
    });
  });

  describe("an access token", () => {
    it.each([
      [
        "signed with HMAC and the public key (algorithm confusion)",
        (key: JWK, claims: object) => {
          const input = `${base64url({ alg: "HS256", typ: "at+jwt", kid: key.kid })}.${base64url(claims)}`;
          return `${input}.${createHmac("sha256", JSON.stringify(key)).update(input).digest("base64url")}`;
        },
      ],
      ["without a signature (alg none)", (key: JWK, claims: object) => `${base64url({ alg: "none", typ: "at+jwt", kid: key.kid })}.${base64url(claims)}.`],
    ])("%s is refused", async (_name, forge) => {
      const [key] = (await client.send("/oauth2/jwks")).json.keys as JWK[];
      const [, claims] = partsOf(tokens.access_token as string);
      expect((await userinfo(tokens.access_token as string)).status).toBe(200);
      expect((await userinfo(forge(key as JWK, claims))).status).toBe(401);
    });

    it.each(["jwk", "jku", "x5u"])("that brings its own key in `%s` is refused (key injection)", async (member) => {
      const [, claims] = partsOf(tokens.access_token as string);
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const value = member === "jwk" ? await exportJWK(publicKey) : "http://evil.test/keys";
      const own = partsOf(tokens.access_token as string)[0].kid as string;
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid: own, [member]: value } as never).sign(privateKey);
      expect((await userinfo(forged)).status).toBe(401);
    });

    it("cannot be an ID token (token substitution)", async () => {
      expect(decodeProtectedHeader(tokens.id_token as string).typ).toBe("JWT");
      expect((await userinfo(tokens.id_token as string)).status).toBe(401);
    });

    it("of one project means nothing to another (tenant wall)", async () => {
      const other = await authClient();
      expect((await other.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(401);
      expect((await other.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "spa", refresh_token: tokens.refresh_token as string } })).json.error).toBe(
        "invalid_grant",
      );
    });

    it("in the query is not read (leak through logs and referrers)", async () => {
      expect((await client.send(`/oauth2/userinfo?access_token=${tokens.access_token}`)).status).toBe(401);
    });
  });

  describe("a refresh token", () => {
    const refresh = (more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
      client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "spa", refresh_token: tokens.refresh_token as string, ...more }, headers });

    it("of another client is refused (token theft)", async () => {
      expect((await refresh({ client_id: "evil" })).json).toEqual({ error: "invalid_request", error_description: "client id doesn't match the refresh token" });
    });

    it("gives no more scopes than were granted (privilege escalation)", async () => {
      const { code, code_verifier } = await (async () => {
        const got = await obtainCode(client, { email: EMAIL, scope: "openid offline_access" });
        for (const name of Object.keys(client.jar)) delete client.jar[name];
        return { code: got.code, code_verifier: got.verifier };
      })();
      const narrow = (await exchange({ code, code_verifier })).json;
      const wide = (await refresh({ refresh_token: narrow.refresh_token, scope: `openid offline_access ${FULL_ACCESS}` })).json;
      expect(partsOf(wide.access_token)[1].scope).toBe("openid offline_access");
    });

    it("takes proofs that say more than is asked for, as long as their own times are right", async () => {
      const key = await DeviceKey.make();
      const now = Math.floor(Date.now() / 1000);
      const use = async (change: Record<string, unknown>) => (await refresh({}, await key.dpop(client, change))).json;
      for (const change of [{}, { nbf: now }, { nbf: now + 200, exp: now + 300 }, { ath: "x", nonce: "y" }]) expect((await use(change)).access_token).toBeDefined();
      for (const change of [{ exp: now - 400 }, { nbf: now + 400 }, { exp: "never" }]) expect((await use(change)).error).toBe("invalid_dpop_proof");
    });

    it("with a proof of another request is refused (proof replay)", async () => {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const jwk = await exportJWK(publicKey);
      const key = await importJWK({ ...(await exportJWK(privateKey)), alg: "ES256" });
      const origin = `http://${client.project.host}`;
      const iat = Math.floor(Date.now() / 1000);
      const proof = (claims: object, header: object = {}) =>
        new SignJWT({ jti: "j1", htm: "POST", htu: `${origin}/oauth2/token`, iat, ...claims })
          .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk, ...header } as never)
          .sign(key);
      const dpop_jkt = await calculateJwkThumbprint(jwk);
      const got = await obtainCode(client, { email: EMAIL, more: { dpop_jkt } });
      for (const name of Object.keys(client.jar)) delete client.jar[name];
      const form = { grant_type: "authorization_code", client_id: "spa", redirect_uri: CALLBACK, code: got.code, code_verifier: got.verifier };
      const refused = { error: "invalid_dpop_proof", error_description: "Invalid DPoP key binding" };
      expect((await client.send("/oauth2/token", { form })).json).toEqual(refused);
      const bound = (await client.send("/oauth2/token", { form, headers: { dpop: await proof({}) } })).json;
      const use = async (dpop?: string) => (await refresh({ refresh_token: bound.refresh_token }, dpop ? { dpop } : {})).json;
      expect(await use()).toEqual(refused);
      for (const wrong of [{ htu: `${origin}/oauth2/revoke` }, { htm: "GET" }, { iat: iat - 400 }, { jti: "x".repeat(44) }]) expect(await use(await proof(wrong))).toEqual(refused);
      expect(await use(await proof({}, { typ: "JWT" }))).toEqual(refused);
      expect((await use(await proof({ jti: "j2" }))).access_token).toBeDefined();
    });
  });

  it("takes no request with two DPoP proofs (proof confusion)", async () => {
    const headers = { dpop: ["a", "b"] as unknown as string };
    for (const [path, form] of [
      ["/oauth2/token", { grant_type: "refresh_token", client_id: "spa", refresh_token: tokens.refresh_token as string }],
      ["/oauth2/revoke", { token: tokens.refresh_token as string }],
    ] as [string, Record<string, string>][]) {
      const answer = await client.send(path, { form, headers });
      expect([path, answer.status, answer.json]).toEqual([path, 400, { error: "invalid_request", error_description: "multiple DPoP headers are not allowed" }]);
    }
    const answer = await client.send("/oauth2/app_session_token", { json: { refresh_token: tokens.refresh_token }, headers });
    expect([answer.status, answer.json.error.message]).toEqual([400, "multiple DPoP headers are not allowed"]);
  });

  it("answers at the project's own host alone (host header injection)", async () => {
    const answer = await client.send("/.well-known/openid-configuration", { headers: { host: "evil.test" } });
    expect([answer.status, answer.json?.issuer]).toEqual([404, undefined]);
    const forwarded = await client.send("/.well-known/openid-configuration", { headers: { "x-forwarded-host": "evil.test" } });
    expect(forwarded.json.issuer).toBe(`http://${client.project.host}`);
  });

  it("keeps tokens out of caches, and its pages out of frames and referrers (leaks, clickjacking)", async () => {
    const answer = await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "spa", refresh_token: tokens.refresh_token as string } });
    expect([answer.headers["cache-control"], answer.headers.pragma]).toEqual(["no-store", "no-cache"]);
    const page = await client.send("/login");
    expect(page.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(page.headers["referrer-policy"]).toBe("same-origin");
  });

  it("takes secrets of clients in constant shape: a wrong one tells nothing (client impersonation)", async () => {
    const form = { grant_type: "authorization_code", client_id: "web", redirect_uri: "http://web.test/cb", code: "x".repeat(32) };
    expect((await client.send("/oauth2/token", { form })).json).toEqual({ error: "invalid_client", error_description: "client secret is required" });
    expect((await client.send("/oauth2/token", { form: { ...form, client_secret: "nope" } })).json.error).toBe("invalid_grant");
  });
});
