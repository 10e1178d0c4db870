import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FlowClient } from "../support/flow-client.js";
import type { HttpAnswer } from "../support/http.js";
import { byEmail, newPassword } from "../support/inputs.js";
import { tokensOf } from "../support/oauth.js";
import { until } from "../support/platform.js";
import { Project } from "../support/project.js";
import { type FakeProvider, OAUTH_CALLBACK, socialProject, startFakeProvider, visitProvider } from "../support/social.js";
import { WebhookReceiver } from "../support/webhook-receiver.js";

const ANN = "ann@example.com";
const BOB = "bob@example.com";
const START = "/api/v1/account/identification";
const FINISH = "/api/v1/account/identification/oauth";
const link = { identification: "oauth", alias: "corp", redirect_uri: OAUTH_CALLBACK };

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());
beforeEach(() => provider.setAccount({ sub: "s1", upn: "work@corp.example", email: "work@corp.example", name: "Ann" }));

const make = (options: Parameters<typeof Project.make>[0] = {}): Promise<Project> => Project.make(socialProject(provider, options));

/** A browser where somebody has just signed up with an address and a password. */
async function signedIn(project: Project, email = ANN): Promise<FlowClient> {
  const browser = project.browser();
  await browser.finish("signup", [byEmail(email), newPassword()]);
  return browser;
}

async function started(browser: FlowClient, more: object = {}): Promise<{ token: string; url: URL }> {
  const { json, text } = await browser.post(START, { ...link, ...more });
  if (!json?.result) throw new Error(`linking did not start: ${text}`);
  return { token: json.result.token, url: new URL(json.result.authorization_url) };
}

/** Finishes with what the provider sends back. */
const finish = async (browser: FlowClient, at: { token: string; url: URL }): Promise<HttpAnswer> =>
  browser.post(FINISH, { token: at.token, query: await provider.authorize(at.url.href) });

const error = (status: number, reason: string, more: object = {}) => ({ status, json: { error: { reason, code: status, ...more } } });
const TOKEN_INVALID = error(400, "AccountManagementOAuthTokenInvalid", { name: "Invalid", message: "invalid token" });

describe("starting to link a social account", () => {
  it("needs a session", async () => {
    const project = await make();
    const refused = error(401, "Unauthorized", { name: "Unauthorized", message: "authentication required" });
    expect(await project.browser().post(START, link)).toMatchObject(refused);
    expect(await project.browser().post(FINISH, { token: "x", query: "y" })).toMatchObject(refused);
    expect(await project.browser().post(START, link, { authorization: "Bearer nonsense" })).toMatchObject(refused);
  });

  it("gives a token and an address with a state, to a bearer of an access token and to a cookie", async () => {
    const project = await make();
    const browser = await signedIn(project);
    const { access_token } = await tokensOf(browser);
    const app = project.browser();
    const byBearer = await app.post(START, link, { authorization: `Bearer ${access_token}` });
    expect([byBearer.status, byBearer.headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(byBearer.json.result.token).toMatch(/^[a-zA-Z0-9]{32}$/);
    const url = new URL(byBearer.json.result.authorization_url);
    expect([url.origin, url.searchParams.get("redirect_uri")]).toEqual([provider.origin, OAUTH_CALLBACK]);
    expect(url.searchParams.get("state")).toMatch(/^[0-9A-HJKMNP-TV-Z]{32}$/);
    expect((await started(browser)).token).not.toBe(byBearer.json.result.token);
  });

  it("leaves the state out where the caller brings his own", async () => {
    const browser = await signedIn(await make());
    const { url } = await started(browser, { exclude_state_in_authorization_url: true });
    expect(url.searchParams.has("state")).toBe(false);
  });

  it("checks what it is given", async () => {
    const browser = await signedIn(await make());
    for (const [location, wrong] of [
      ["/identification", { identification: "email" }],
      ["/alias", { alias: "" }],
      ["/redirect_uri", { redirect_uri: "x" }],
    ] as const) {
      const refused = await browser.post(START, { ...link, ...wrong });
      expect(refused, location).toMatchObject(error(400, "ValidationFailed", { name: "Invalid", message: "invalid request body" }));
      expect(refused.json.error.info.causes, location).toContainEqual(expect.objectContaining({ location }));
    }
  });

  it("knows the project's providers only", async () => {
    const browser = await signedIn(await make());
    expect(await browser.post(START, { ...link, alias: "nosuch" })).toMatchObject(error(404, "OAuthProviderNotFound", { name: "NotFound" }));
  });
});

describe("finishing to link a social account", () => {
  it("refuses a token that nobody was given", async () => {
    const browser = await signedIn(await make());
    expect(await browser.post(FINISH, { token: "a".repeat(32), query: "code=x" })).toMatchObject(TOKEN_INVALID);
  });

  it("refuses another user's token, and spends it (stolen token)", async () => {
    const project = await make();
    const ann = await signedIn(project);
    const bob = await signedIn(project, BOB);
    const at = await started(ann);
    expect(await finish(bob, at)).toMatchObject(error(400, "AccountManagementOAuthTokenNotBoundToUser", { name: "Invalid", message: "token is not bound to the current user" }));
    expect(await finish(ann, at)).toMatchObject(TOKEN_INVALID);
  });

  it("refuses another state, and spends the token (login CSRF)", async () => {
    const browser = await signedIn(await make());
    for (const change of [(query: URLSearchParams) => query.set("state", "0".repeat(32)), (query: URLSearchParams) => query.delete("state")]) {
      const at = await started(browser);
      const query = new URLSearchParams((await provider.authorize(at.url.href)).replace(/^\?/, ""));
      change(query);
      const refused = await browser.post(FINISH, { token: at.token, query: query.toString() });
      expect(refused).toMatchObject(error(400, "AccountManagementOAuthStateNotBoundToToken", { name: "Invalid", message: "the state parameter in query is not bound to token" }));
      expect(await finish(browser, at)).toMatchObject(TOKEN_INVALID);
    }
  });

  it("links the account, tells the web hook, and lets it log in", async () => {
    const hooks = await WebhookReceiver.start();
    try {
      const project = await make({ config: { hook: { non_blocking_handlers: [{ events: ["identity.oauth.connected"], url: `${hooks.url}/tell` }] } } });
      hooks.secret = Buffer.from((await project.secret("webhook")).keys[0].k, "base64url");
      const browser = await signedIn(project);
      const done = await finish(browser, await started(browser));
      expect([done.status, done.json]).toEqual([200, { result: {} }]);
      const [user] = await project.users();
      expect(user?.identities.map(({ type }) => type).sort()).toEqual(["LOGIN_ID", "OAUTH"]);
      expect(user?.verifiedClaims).toContainEqual({ name: "email", value: "work@corp.example" });
      const event = await until(async () => hooks.events[0], "identity.oauth.connected");
      expect(event).toMatchObject({ type: "identity.oauth.connected", signatureOk: true, payload: { identity: { type: "oauth", claims: { email: "work@corp.example" } } } });
      const other = project.browser();
      expect((await visitProvider(other, provider, await other.create("login"))).finished).toBe(true);
      expect(await project.users()).toHaveLength(1);
    } finally {
      hooks.close();
    }
  });

  it("takes a query with its question mark, and any state where the caller checks his own", async () => {
    const browser = await signedIn(await make());
    const at = await started(browser, { exclude_state_in_authorization_url: true });
    at.url.searchParams.set("state", "the caller's own");
    const query = `?${(await provider.authorize(at.url.href)).replace(/^\?/, "")}`;
    expect(await browser.post(FINISH, { token: at.token, query })).toMatchObject({ status: 200, json: { result: {} } });
  });

  it("refuses an account that another user has", async () => {
    const project = await make();
    const bob = project.browser();
    await visitProvider(bob, provider, await bob.create("signup"));
    const ann = await signedIn(project);
    const refused = await finish(ann, await started(ann));
    expect(refused).toMatchObject(
      error(400, "InvariantViolated", {
        name: "Invalid",
        message: "identity already exists",
        info: {
          cause: { kind: "DuplicatedIdentity" },
          IdentityTypeIncoming: "oauth",
          OAuthProviderTypeIncoming: "adfs",
          IdentityTypeExisting: "oauth",
          OAuthProviderTypeExisting: "adfs",
        },
      }),
    );
  });

  it("refuses an account with another user's address (account takeover)", async () => {
    const project = await make();
    await signedIn(project, BOB);
    const ann = await signedIn(project);
    provider.setAccount({ sub: "s9", upn: "s9@corp.example", email: BOB });
    const refused = await finish(ann, await started(ann));
    expect(refused).toMatchObject(
      error(400, "InvariantViolated", {
        info: { cause: { kind: "DuplicatedIdentity" }, OAuthProviderTypeIncoming: "adfs", IdentityTypeExisting: "login_id", LoginIDTypeExisting: "email" },
      }),
    );
    expect((await project.users()).flatMap(({ identities }) => identities)).toHaveLength(2);
  });

  it("passes on a provider's refusal", async () => {
    const browser = await signedIn(await make());
    const at = await started(browser);
    const query = await provider.authorize(at.url.href, { deny: "access_denied" });
    expect(await browser.post(FINISH, { token: at.token, query })).toMatchObject(
      error(400, "OAuthError", { name: "BadRequest", info: { error: "access_denied", provider_type: "adfs" } }),
    );
  });

  it("is possible for 20 minutes", async () => {
    const redis = new Redis(new URL("/0", process.env.E2E_REDIS_URL).href);
    try {
      const browser = await signedIn(await make());
      const at = await started(browser);
      const hash = createHash("sha256").update(at.token).digest("hex");
      const keys = await redis.keys(`*${hash}*`);
      expect(keys).toHaveLength(1);
      expect(await redis.keys(`*${at.token}*`)).toEqual([]);
      const left = await redis.ttl(keys[0] as string);
      expect(left).toBeGreaterThan(1140);
      expect(left).toBeLessThanOrEqual(1200);
      await redis.pexpire(keys[0] as string, 1);
      await until(async () => ((await redis.exists(keys[0] as string)) === 0 ? true : undefined), "the end of the token");
      expect(await finish(browser, at)).toMatchObject(TOKEN_INVALID);
    } finally {
      redis.disconnect();
    }
  });
});
