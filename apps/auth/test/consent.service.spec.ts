import { describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { type AuthClient, authClient, obtainCode, pkce, type Reply } from "./auth-client.js";

const clients = [
  { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] },
  {
    client_id: "third",
    name: "third",
    client_name: "Third <b>",
    x_application_type: "third_party_app",
    redirect_uris: ["http://third.test/cb"],
    policy_uri: "https://third.test/policy",
    tos_uri: "https://third.test/tos",
  },
];
const secrets = [{ key: "oauth.client_secrets", data: { items: [{ client_id: "third", keys: [{ kty: "oct", kid: "third", k: "c2VjcmV0", created_at: 1 }] }] } }];
const project = () => authClient({ config: { oauth: { clients } }, secrets });

const THIRD = { clientId: "third", redirectUri: "http://third.test/cb", email: "ann@example.com", scope: "openid profile email" };
const answerOf = ({ headers }: Reply) => Object.fromEntries(new URL(headers.location as string).searchParams);
const scopesOf = async ({ project: { db, project: own } }: AuthClient): Promise<unknown> => {
  const rows = await db.read((tx) => tx.query("select scopes from client_authorization where project_id = $1 and client_id = 'third'", [own.id]));
  return rows.map(({ scopes }) => (scopes as string[]).toSorted());
};

describe("the consent page of third parties", () => {
  it("says who asks for what, and whom", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const { answer } = await obtainCode(client, THIRD);
    expect(answer.status).toBe(200);
    const shown = [
      "Third &lt;b&gt; wants to use your account",
      "ann@example.com",
      "profile details",
      "email address",
      'href="https://third.test/policy"',
      'href="https://third.test/tos"',
    ];
    for (const text of shown) expect(answer.body).toContain(text);
    expect([answer.body.includes("phone number"), answer.headers["x-frame-options"]]).toEqual([false, "DENY"]);
  });

  it("grants once, and asks again only for more; what was granted never shrinks", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const first = await obtainCode(client, THIRD);
    const granted = await client.send(first.consent, { form: { x_action: "consent" } });
    expect([granted.status, answerOf(granted)]).toEqual([303, { code: expect.stringMatching(/^[A-Za-z0-9]{32}$/), state: "s1" }]);
    expect((await obtainCode(client, { ...THIRD, scope: "openid email" })).answer.status).toBe(303);
    expect(await scopesOf(client)).toEqual([["email", "openid", "profile"]]);
    const more = await obtainCode(client, { ...THIRD, scope: "openid phone" });
    expect(more.answer.status).toBe(200);
    await client.send(more.consent, { form: { x_action: "consent" } });
    expect(await scopesOf(client)).toEqual([["email", "openid", "phone", "profile"]]);
  });

  it("may be refused, which ends the request", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const { consent } = await obtainCode(client, THIRD);
    expect(answerOf(await client.send(consent, { form: { x_action: "cancel" } }))).toEqual({ error: "access_denied", error_description: "authorization denied", state: "s1" });
    expect(answerOf(await client.send(consent, { form: { x_action: "consent" } }))).toMatchObject({ error: "invalid_request", error_description: "authentication expired" });
    expect(await scopesOf(client)).toEqual([]);
  });

  it("takes no other action, and no form of another site (forced consent)", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const { consent } = await obtainCode(client, THIRD);
    for (const form of [{ x_action: "allow" }, { x_action: "" }, { other: "consent" }] as Record<string, string>[]) {
      const odd = await client.send(consent, { form });
      expect([odd.status, odd.headers["content-type"], odd.body]).toEqual([400, "text/plain; charset=utf-8", "Unknown action"]);
    }
    expect((await client.send(consent, { form: { x_action: "consent" }, headers: { origin: "http://evil.test" } })).headers.location).toBeUndefined();
    expect(await scopesOf(client)).toEqual([]);
  });
});

describe("the way back from the UI", () => {
  it("is good once (replayed result)", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const { consent, answer } = await obtainCode(client, { email: "ann@example.com" });
    expect(answerOf(answer).code).toBeDefined();
    const race = await Promise.all(Array.from({ length: 5 }, () => client.send(consent)));
    expect(race.map((one) => answerOf(one))).toEqual(race.map(() => ({ error: "invalid_request", error_description: "authentication expired", state: "s1" })));
  });

  it("says plainly what is wrong where no redirect URI can be trusted (open redirect)", async () => {
    const client = await project();
    const none = await client.send("/oauth2/consent");
    expect([none.status, none.body]).toEqual([400, "Invalid OAuth authorization request:\nerror: login_required\nerror_description: authentication required\n"]);
    const foreign = await client.send("/oauth2/consent?client_id=spa&redirect_uri=http://evil.test/&code=x");
    expect([foreign.status, foreign.headers.location]).toEqual([400, undefined]);
    expect((await client.send("/oauth2/consent?client_id=nope&code=x")).status).toBe(400);
    const known = await client.send("/oauth2/consent?client_id=spa&redirect_uri=http://app.test/cb&state=z&code=x");
    expect([known.status, answerOf(known)]).toEqual([303, { error: "invalid_request", error_description: "authentication expired", state: "z" }]);
  });

  it("ends with the authorization request", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    const { challenge } = pkce();
    const params = {
      client_id: "spa",
      redirect_uri: "http://app.test/cb",
      response_type: "code",
      scope: "openid",
      code_challenge: challenge,
      code_challenge_method: "S256",
      state: "s",
    };
    const ui = new URL((await client.send(`/oauth2/authorize?${new URLSearchParams(params)}`)).headers.location as string);
    const login = [
      { identification: "email", login_id: "ann@example.com" },
      { authentication: "primary_password", password: "correct horse" },
    ];
    const [one, two] = [(await client.flow("login", login, ui.search.slice(1))).at(-1), (await client.flow("login", login, ui.search.slice(1))).at(-1)] as [Reply, Reply];
    expect(answerOf(await client.send(one.json.result.action.data.finish_redirect_uri)).code).toBeDefined();
    expect(answerOf(await client.send(two.json.result.action.data.finish_redirect_uri))).toMatchObject({ error: "invalid_request", error_description: "oauth session expired" });
  });

  it("is answered within one statement where nobody is asked", async () => {
    const client = await project();
    await client.signUp("ann@example.com");
    await obtainCode(client, { email: "ann@example.com" });
    const params = {
      client_id: "spa",
      redirect_uri: "http://app.test/cb",
      response_type: "code",
      scope: "openid",
      code_challenge: "c".repeat(43),
      code_challenge_method: "S256",
      prompt: "none",
    };
    const ask = () => client.send(`/oauth2/authorize?${new URLSearchParams(params)}`);
    await ask();
    expect((await statementCount.during(ask)).sql).toBe(1);
  });
});

describe("social logins in the ID token", () => {
  it("are told where the provider is set to be told of", async () => {
    const provider: FakeProvider = await startFakeProvider();
    try {
      provider.setAccount({ sub: "s1", upn: "ann@corp.test", email: "ann@corp.test", name: "Ann" });
      const config = provider.config("adfs", { alias: "corp", include_identity_attributes_in_id_token: true, do_not_store_identity_attributes: true });
      const client = await authClient({
        config: { oauth: { clients }, identity: { oauth: { providers: [config] } }, authentication: { identities: ["oauth", "login_id"] } },
        secrets: [...secrets, { key: "sso.oauth.client", data: { items: [{ alias: "corp", client_secret: provider.clientSecret("adfs") }] } }],
      });
      const { verifier, challenge } = pkce();
      const params = { client_id: "spa", redirect_uri: "http://app.test/cb", response_type: "code", scope: "openid", code_challenge: challenge, code_challenge_method: "S256" };
      const ui = new URL((await client.send(`/oauth2/authorize?${new URLSearchParams(params)}`)).headers.location as string);
      const redirect_uri = "http://app.test/provider";
      const left = (await client.flow("signup", [{ identification: "oauth", alias: "corp", redirect_uri }], ui.search.slice(1))).at(-1) as Reply;
      const query = await provider.authorize(left.json.result.action.data.oauth_authorization_url);
      const done = await client.feed(left.json.result.state_token, { query });
      const { code } = answerOf(await client.send(done.json.result.action.data.finish_redirect_uri));
      const form = { grant_type: "authorization_code", client_id: "spa", code: code as string, redirect_uri: "http://app.test/cb", code_verifier: verifier };
      const { id_token } = (await client.send("/oauth2/token", { form })).json;
      const claims = JSON.parse(Buffer.from(id_token.split(".")[1], "base64url").toString());
      expect(claims["https://authgear.com/claims/oauth/asserted"]).toEqual([
        {
          "https://authgear.com/claims/oauth/provider_alias": "corp",
          "https://authgear.com/claims/oauth/provider_type": "adfs",
          "https://authgear.com/claims/oauth/subject_id": "s1",
          "https://authgear.com/claims/oauth/profile": expect.objectContaining({ sub: "s1", name: "Ann" }),
        },
      ]);
    } finally {
      await provider.close();
    }
  });
});
