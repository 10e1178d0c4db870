import { type FakeProvider, startFakeProvider } from "../../libs/services/social-login/test/fake-provider.js";
import type { FlowClient, Step } from "./flow-client.js";
import type { ProjectOptions } from "./project.js";

export { type FakeProvider, startFakeProvider };

/** Where the custom UI takes the provider's callback; nobody serves it. */
export const OAUTH_CALLBACK = "http://127.0.0.1:8080/oauth-callback";

/** Parts of a project with a provider under each of these aliases. */
export function withProviders(provider: FakeProvider, aliases = ["corp"]): Required<Pick<ProjectOptions, "secrets">> & { providers: object[] } {
  const items = aliases.map((alias) => ({ alias, client_secret: provider.clientSecret("adfs") }));
  return { providers: aliases.map((alias) => provider.config("adfs", { alias })), secrets: [{ key: "sso.oauth.client", data: { items } }] };
}

/** A project where people come by a social account or a login id. */
export function socialProject(provider: FakeProvider, { config = {}, authentication = {}, ...more }: ProjectOptions = {}): ProjectOptions {
  const { providers, secrets } = withProviders(provider);
  return {
    ...more,
    authentication: { identities: ["oauth", "login_id"], ...authentication },
    config: { ...config, identity: { login_id: { keys: [{ type: "email" }] }, oauth: { providers }, ...config.identity } },
    secrets,
  };
}

/** Takes the browser to the provider and back, from a step that names one. */
export async function visitProvider(browser: FlowClient, provider: FakeProvider, at: Step, choice: object = { identification: "oauth", alias: "corp" }): Promise<Step> {
  const going = await browser.feed(at.token, { ...choice, redirect_uri: OAUTH_CALLBACK });
  if (going.data.type !== "oauth_data") throw new Error(`no way to the provider: ${JSON.stringify(going.body)}`);
  return browser.feed(going.token, { query: await provider.authorize(going.data.oauth_authorization_url) });
}
