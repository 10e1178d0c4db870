import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { type AuthClient, authClient, obtainCode } from "./auth-client.js";

const START = "/api/v1/account/identification";
const FINISH = `${START}/oauth`;
const link = { identification: "oauth", alias: "corp", redirect_uri: "com.example.app://host/path" };

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => provider.setAccount({ sub: "s1", upn: "work@corp.test", email: "work@corp.test" }));

const make = (): Promise<AuthClient> =>
  authClient({
    config: { identity: { login_id: { keys: [{ type: "email" }] }, oauth: { providers: [provider.config("adfs", { alias: "corp" })] } } },
    secrets: [{ key: "sso.oauth.client", data: { items: [{ alias: "corp", client_secret: provider.clientSecret("adfs") }] } }],
  });

async function signedIn(): Promise<AuthClient> {
  const client = await make();
  await client.signUp("ann@example.com");
  return client;
}

describe("the Account Management API", () => {
  it("needs a session", async () => {
    const client = await make();
    const error = { name: "Unauthorized", reason: "Unauthorized", message: "authentication required", code: 401 };
    for (const [url, headers] of [
      [START, {}],
      [FINISH, {}],
      [START, { authorization: "Bearer nonsense" }],
      [START, { cookie: "session=nonsense" }],
    ] as const) {
      const refused = await client.send(url, { json: link, headers });
      expect([refused.status, refused.json]).toEqual([401, { error }]);
    }
  });

  it("links a social account by session cookie", async () => {
    const client = await signedIn();
    const started = await client.send(START, { json: { ...link, ignored: 1 } });
    expect([started.status, started.headers["cache-control"], Object.keys(started.json.result)]).toEqual([200, "no-store", ["token", "authorization_url"]]);
    expect(started.json.result.token).toMatch(/^[a-zA-Z0-9]{32}$/);
    expect(new URL(started.json.result.authorization_url).searchParams.get("state")).toMatch(/^[0-9A-HJKMNP-TV-Z]{32}$/);
    const query = await provider.authorize(started.json.result.authorization_url);
    const done = await client.send(FINISH, { json: { token: started.json.result.token, query } });
    expect([done.status, done.json]).toEqual([200, { result: {} }]);
    const again = await client.send(FINISH, { json: { token: started.json.result.token, query } });
    expect([again.status, again.json.error]).toEqual([400, { name: "Invalid", reason: "AccountManagementOAuthTokenInvalid", message: "invalid token", code: 400 }]);
  });

  it("is there for bearers of an access token, who then see at once what has changed", async () => {
    const client = await signedIn();
    const { code, verifier } = await obtainCode(client, { email: "ann@example.com" });
    const form = { grant_type: "authorization_code", client_id: "spa", redirect_uri: "http://app.test/cb", code, code_verifier: verifier };
    const headers = { authorization: `Bearer ${(await client.send("/oauth2/token", { form })).json.access_token}` };
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    expect((await client.send("/_resolver/resolve", { headers })).headers["x-authgear-user-verified"]).toBe("false");
    const { result } = (await client.send(START, { json: { ...link, exclude_state_in_authorization_url: true }, headers })).json;
    expect(new URL(result.authorization_url).searchParams.has("state")).toBe(false);
    const query = await provider.authorize(result.authorization_url);
    expect((await client.send(FINISH, { json: { token: result.token, query }, headers })).json).toEqual({ result: {} });
    expect((await client.send("/_resolver/resolve", { headers })).headers["x-authgear-user-verified"]).toBe("true");
  });

  it("checks bodies", async () => {
    const client = await signedIn();
    const causes = async (url: string, json: unknown) => {
      const refused = await client.send(url, { json });
      expect(refused.json.error).toMatchObject({ name: "Invalid", reason: "ValidationFailed", message: "invalid request body", code: 400 });
      return refused.json.error.info.causes.map(({ location, kind }: { location: string; kind: string }) => [location, kind]);
    };
    expect(await causes(START, { ...link, identification: "email" })).toEqual([["/identification", "const"]]);
    expect(await causes(START, { ...link, alias: "" })).toEqual([["/alias", "minLength"]]);
    expect(await causes(START, { ...link, redirect_uri: "x" })).toEqual([["/redirect_uri", "format"]]);
    expect(await causes(START, {})).toEqual([["", "required"]]);
    expect(await causes(FINISH, { token: "", query: "" })).toEqual([
      ["/query", "minLength"],
      ["/token", "minLength"],
    ]);
    const form = await client.send(START, { raw: JSON.stringify(link), headers: { "content-type": "text/plain" } });
    expect(form.json.error).toMatchObject({ name: "BadRequest", reason: "BadRequest" });
    expect((await client.send(START, { raw: "{" })).json.error.reason).toBe("InvalidJSON");
    expect((await client.send(START, { raw: "" })).json.error).toMatchObject({ name: "BadRequest", reason: "InvalidJSON", info: { byte_offset: 0 } });
  });

  it("does not know other providers, and passes on their refusals", async () => {
    const client = await signedIn();
    expect((await client.send(START, { json: { ...link, alias: "nosuch" } })).json.error).toMatchObject({ name: "NotFound", reason: "OAuthProviderNotFound", code: 404 });
    const { result } = (await client.send(START, { json: link })).json;
    const query = await provider.authorize(result.authorization_url, { deny: "access_denied" });
    expect((await client.send(FINISH, { json: { token: result.token, query } })).json.error).toMatchObject({ reason: "OAuthError", code: 400, info: { error: "access_denied" } });
  });

  it("answers to the project's origins only (CORS)", async () => {
    const client = await make();
    const preflight = (origin: string) => client.send(START, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
    const allowed = await preflight("http://app.test");
    expect([allowed.status, allowed.headers["access-control-allow-origin"], allowed.headers["access-control-max-age"]]).toEqual([200, "http://app.test", "900"]);
    expect((await preflight("http://evil.test")).headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("limits an address to 1200 requests a minute, before it asks for a session", async () => {
    const client = await make();
    // Many at a time, and the first refusal itself is looked at: the bucket refills while a slow machine sends.
    const replies: Awaited<ReturnType<typeof client.send>>[] = [];
    while (replies.length < 1500 && !replies.some(({ status }) => status === 429))
      replies.push(...(await Promise.all(Array.from({ length: 50 }, () => client.send(START, { json: {} })))));
    expect(replies.filter(({ status }) => status !== 429).length).toBeGreaterThanOrEqual(1200);
    const refused = replies.find(({ status }) => status === 429) as (typeof replies)[number];
    expect(refused?.json.error ?? {}).toMatchObject({ name: "TooManyRequest", reason: "TooManyRequest", message: "Reach Rate Limit", code: 429 });
  });
});
