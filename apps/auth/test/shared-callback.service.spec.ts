import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EnvConfig } from "@gatehouse/platform-env";
import type { HttpService } from "@gatehouse/platform-http";
import { testPlatform } from "@gatehouse/platform-testing";
import { createAuthService } from "../src/index.js";
import { hostedOptions, HostedBrowser } from "./hosted-browser.js";
import { authClient } from "./auth-client.js";

const SHARED = "https://shared.test";
const CALLBACK = "/noproject/sso/oauth2/callback";

let service: HttpService;
beforeAll(async () => {
  const { resources, env } = await testPlatform();
  service = await createAuthService({ ...resources, env: new EnvConfig({ ...env, sharedAuthgearEndpoint: `${SHARED}/` }) });
});
afterAll(() => service.close());

/** A browser of a project whose GitHub login goes by demo credentials, and whose Facebook login by its own, at a deployment with a shared callback. */
async function demo(): Promise<HostedBrowser> {
  const providers = [
    { alias: "git", type: "github", client_id: "x", credentials_behavior: "use_demo_credentials" },
    { alias: "face", type: "facebook", client_id: "own" },
  ];
  const provider_config = { alias: "demo", type: "github", client_id: "demo-id" };
  const secrets = [
    { key: "sso.oauth.demo_credentials", data: { items: [{ provider_config, client_secret: "s" }] } },
    {
      key: "sso.oauth.client",
      data: {
        items: [
          { alias: "git", client_secret: "" },
          { alias: "face", client_secret: "s" },
        ],
      },
    },
  ];
  const config = { identity: { login_id: { keys: [{ type: "email" }] }, oauth: { providers } } };
  const client = await authClient(hostedOptions({ authentication: { identities: ["oauth", "login_id"] }, secrets, config }));
  Object.assign(client, { http: service });
  return new HostedBrowser(client);
}

async function atGithub(browser: HostedBrowser): Promise<URL> {
  await browser.open("/login");
  await browser.press("Continue with GitHub (Demo)");
  await browser.press("Continue");
  return browser.left as URL;
}

/** Asks the shared callback at a host that is no project's. */
const ask = (query: string, payload?: string) =>
  service.fastify.inject({
    method: payload === undefined ? "GET" : "POST",
    url: `${CALLBACK}${query}`,
    headers: { host: "shared.test", ...(payload === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }) },
    ...(payload === undefined ? {} : { payload }),
  });

describe("the callback that projects with demo credentials share", () => {
  it("is where the provider sends people of demo credentials, and no others", async () => {
    const browser = await demo();
    const left = await atGithub(browser);
    expect([left.host, left.searchParams.get("client_id"), left.searchParams.get("redirect_uri")]).toEqual(["github.com", "demo-id", `${SHARED}${CALLBACK}`]);
    await browser.open("/login");
    await browser.press("Continue with Facebook");
    expect(browser.left?.searchParams.get("redirect_uri")).toBe(`http://${browser.client.project.host}/sso/oauth2/callback/face`);
  });

  it("passes links and forms on to the project that the state is of, and leaves the state for it", async () => {
    const browser = await demo();
    const state = (await atGithub(browser)).searchParams.get("state") as string;
    const target = `http://${browser.client.project.host}/sso/oauth2/callback/git`;
    const query = `?error=access_denied&error_uri=https://git.example/?why&state=${state}`;
    const link = await ask(query);
    expect([link.statusCode, link.headers.location]).toEqual([307, target + query]);
    const form = await ask("?a=1", `state=${state}&code=x`);
    expect([form.statusCode, form.headers.location]).toEqual([307, `${target}?a=1`]);
    await browser.open(`/sso/oauth2/callback/git${query}`);
    expect([browser.path, browser.alert]).toEqual(["/login", "The sign-in at the other site was cancelled."]);
    expect((await ask(query)).statusCode).toBe(400);
  });

  it("refuses what is no state", async () => {
    for (const query of ["", "?state=", "?state=nosuch", `?state=${"0".repeat(32)}`]) {
      const refused = await ask(query);
      expect([refused.statusCode, refused.body]).toEqual([400, "invalid state"]);
    }
    expect((await ask("", "code=x")).statusCode).toBe(400);
  });
});
