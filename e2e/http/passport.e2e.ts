import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlowClient } from "../support/flow-client.js";
import { byEmail, newPassword, password } from "../support/inputs.js";
import { base, operator } from "../support/platform.js";

const require = createRequire(import.meta.url);
const Strategy = require("passport-openidconnect");

const SECRET = "secret-of-a-web-app-0123456789";
const off = { enabled: false };

/** A confidential web app that knows nothing but passport. */
class WebApp {
  /** One browser's session at the app. */
  readonly session: Record<string, unknown> = {};
  private server?: Server;
  origin = "";

  async start(): Promise<void> {
    this.server = createServer((request, response) => this.answer(request, response));
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const verify = (_issuer: string, profile: unknown, _context: unknown, idToken: string, done: (error: unknown, user: unknown) => void) => done(null, { profile, idToken });
    const endpoints = { issuer: base, authorizationURL: `${base}/oauth2/authorize`, tokenURL: `${base}/oauth2/token`, userInfoURL: `${base}/oauth2/userinfo` };
    const strategy = new Strategy({ ...endpoints, clientID: "web", clientSecret: SECRET, callbackURL: `${this.origin}/callback`, scope: "email" }, verify);
    const reply = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    const url = new URL(request.url ?? "/", this.origin);
    const asked = Object.assign(request, { query: Object.fromEntries(url.searchParams), body: {}, session: this.session });
    Object.assign(strategy, {
      redirect: (location: string) => reply(302, {}, { location }),
      success: (user: unknown) => reply(200, user),
      fail: (challenge: unknown) => reply(401, { challenge }),
      error: (error: Error) => reply(500, { error: error.message }),
    });
    strategy.authenticate(asked, {});
  }
}

describe("passport in a confidential web app", () => {
  const app = new WebApp();
  const email = `passport-${Date.now()}@example.com`;

  beforeAll(async () => {
    await app.start();
    const config = {
      id: "demo",
      http: { public_origin: base },
      identity: { login_id: { keys: [{ type: "email" }] } },
      authentication: { identities: ["login_id"], primary_authenticators: ["password"], rate_limits: { general: { per_ip: off }, signup: { per_ip: off } } },
      verification: { claims: { email: { enabled: true, required: false } } },
      oauth: { clients: [{ client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: [`${app.origin}/callback`] }] },
    };
    const key = { kty: "oct", kid: "k1", k: Buffer.from(SECRET).toString("base64url"), created_at: 1 };
    const secrets = [{ key: "oauth.client_secrets", data: { items: [{ client_id: "web", keys: [key] }] } }];
    await operator("PUT", "projects/demo", { files: { "authgear.yaml": stringify(config), "authgear.secrets.yaml": stringify({ secrets }) } });
  });
  afterAll(() => app.close());

  it("signs a user in, checks state and ID token, and reads userinfo", async () => {
    const browser = new FlowClient(base);
    await browser.finish("signup", [byEmail(email), newPassword()]);
    const started = await browser.call("GET", `${app.origin}/login`);
    const authorize = new URL(started.headers.location as string);
    const ui = new URL((await browser.call("GET", authorize.pathname + authorize.search)).headers.location as string, base);
    const done = await browser.finish("login", [byEmail(email), password()], { url_query: ui.search.slice(1) });
    const callback = (await browser.call("GET", done.data.finish_redirect_uri)).headers.location as string;
    const signedIn = await browser.call("GET", callback);
    expect([signedIn.status, signedIn.json]).toMatchObject([200, { profile: { emails: [{ value: email }] }, idToken: expect.stringMatching(/^eyJ/) }]);
    const replayed = await browser.call("GET", callback);
    expect(replayed.status).not.toBe(200);
  });
});
