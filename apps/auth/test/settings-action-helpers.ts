import type { FakeProvider } from "@gatehouse/service-social-login/testing";
import { expect } from "vitest";
import { type AuthClient, obtainCode, pkce, type Reply } from "./auth-client.js";
import { CODE, HostedBrowser, PASSWORD } from "./hosted-browser.js";

type Json = Record<string, any>;

const FULL = "https://authgear.com/scopes/full-access";
const TYPE = "urn:authgear:params:oauth:response-type:settings-action";
const GRANT = "urn:authgear:params:oauth:grant-type:settings-action";
const APP = { client_id: "app", name: "app", x_application_type: "native", redirect_uris: ["http://app.test/cb"] };

/** The project of these tests; `provider` is its social provider `corp`. */
function hosted(config: Json, provider: FakeProvider): Promise<HostedBrowser> {
  return HostedBrowser.of({
    authentication: { identities: ["login_id", "oauth"] },
    secrets: [
      { key: "sso.oauth.client", data: { items: [{ alias: "corp", client_secret: provider.clientSecret("adfs") }] } },
      { key: "oauth.client_secrets", data: { items: [] } },
      { key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } },
    ],
    config: {
      identity: {
        login_id: { keys: [{ type: "email" }, { type: "phone", create_disabled: true }, { type: "username" }] },
        oauth: { providers: [provider.config("adfs", { alias: "corp" })] },
      },
      verification: { claims: { email: { enabled: true, required: true } } },
      oauth: { clients: [APP] },
      account_deletion: { scheduled_by_end_user_enabled: true },
      ...config,
    },
  });
}

/** A signed-in app. */
export interface App {
  browser: HostedBrowser;
  client: AuthClient;
  refreshToken: string;
}

/** An app whose user is signed in, and a browser that is not. */
export async function signedIn(provider: FakeProvider, config: Json = {}): Promise<App> {
  const browser = await hosted(config, provider);
  return { browser, client: browser.client, refreshToken: await appToken(browser.client, "ann@example.com") };
}

/** A refresh token of a new user, and a browser that knows nothing of it. */
export async function appToken(client: AuthClient, email: string): Promise<string> {
  const signup = [
    { identification: "email", login_id: email },
    { authentication: "primary_password", new_password: PASSWORD },
  ];
  const first = (await client.flow("signup", signup.slice(0, 1))).at(-1) as Reply;
  const verified = first.json.result.action.type === "verify" ? ((await client.feed(first.json.result.state_token, { code: CODE })) as Reply) : first;
  await client.feed(verified.json.result.state_token, signup[1] as Json);
  const { code, verifier } = await obtainCode(client, { clientId: "app", email, password: PASSWORD, more: { x_sso_enabled: "false" } });
  const form = { grant_type: "authorization_code", client_id: "app", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
  const tokens = (await client.send("/oauth2/token", { form })).json;
  for (const name of Object.keys(client.jar)) delete client.jar[name];
  return tokens.refresh_token;
}

/** The request that an app's SDK makes. */
export async function request({ client, refreshToken }: App, action: string, more: Record<string, string> = {}): Promise<{ answer: Reply; verifier: string }> {
  const token = (await client.send("/oauth2/app_session_token", { json: { refresh_token: refreshToken } })).json.result.app_session_token;
  const { verifier, challenge } = pkce();
  const login_hint = `https://authgear.com/login_hint?${new URLSearchParams({ type: "app_session_token", app_session_token: token })}`;
  const own = {
    client_id: "app",
    redirect_uri: "http://app.test/cb",
    response_type: TYPE,
    scope: `openid ${FULL}`,
    code_challenge: challenge,
    code_challenge_method: "S256",
    state: "s",
  };
  const answer = await client.send(`/oauth2/authorize?${new URLSearchParams({ ...own, x_settings_action: action, login_hint, ...more })}`);
  return { answer, verifier };
}

/** `request`, and the page it leads to. */
export async function begin(app: App, action: string, more: Record<string, string> = {}): Promise<{ browser: HostedBrowser; verifier: string }> {
  const { answer, verifier } = await request(app, action, more);
  expect(answer.status).toBe(302);
  const { pathname, search } = new URL(answer.headers.location as string);
  return { browser: await app.browser.open(pathname + search), verifier };
}

/** The app got its code, and the exchange says that the action is done. */
export async function expectDone({ client }: App, browser: HostedBrowser, verifier: string): Promise<void> {
  const { origin, pathname, searchParams } = browser.left as URL;
  expect([origin + pathname, searchParams.get("state"), searchParams.get("code")]).toEqual(["http://app.test/cb", "s", expect.stringMatching(/^[A-Za-z0-9]{32}$/)]);
  const form = { client_id: "app", code: searchParams.get("code") as string, redirect_uri: "http://app.test/cb", code_verifier: verifier };
  expect((await client.send("/oauth2/token", { form: { ...form, grant_type: "authorization_code" } })).json.error).toBe("invalid_grant");
  const exchanged = await client.send("/oauth2/token", { form: { ...form, grant_type: GRANT } });
  expect([exchanged.status, exchanged.json]).toEqual([200, {}]);
}

/** Login ids and social accounts of the project, oldest first. */
export const identities = async ({ client }: App): Promise<string[]> => {
  const rows = await client.project.db.read((tx) =>
    tx.query("select coalesce(login_id, type) as shown from identity where project_id = $1 order by created_at, id", [client.project.project.id]),
  );
  return rows.map(({ shown }) => shown as string);
};
