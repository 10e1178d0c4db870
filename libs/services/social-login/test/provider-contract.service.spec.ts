import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { oauthError, oauthProtocolError } from "@gatehouse/domain-errors";
import type { TestProject } from "@gatehouse/platform-testing";
import type { SocialLogin } from "@gatehouse/service-social-login";
import { expectedAccounts } from "./accounts.js";
import { FAKE_TYPES } from "./fake-credentials.js";
import { type FakeProvider, startFakeProvider } from "./fake-provider.js";
import { CALLBACK, projectWith, socialLogin, visitProvider } from "./social-project.js";

let fake: FakeProvider;
let social: SocialLogin;

beforeAll(async () => {
  fake = await startFakeProvider();
  social = await socialLogin(fake);
});
afterAll(async () => {
  await social.onApplicationShutdown();
  await fake.close();
});

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no failure",
    (error: unknown) => error,
  );

describe.each(FAKE_TYPES)("a provider of type %s", (type) => {
  const expected = expectedAccounts[type];
  let project: TestProject;

  beforeAll(async () => {
    project = await projectWith(fake, type);
  });
  beforeEach(() => {
    fake.reset();
    fake.setAccount(expected.account);
  });
  const visit = () => visitProvider(social, project, { fake, alias: type });
  const profile = (query: string, redirectUri = CALLBACK) => social.profile(project.ctx, { alias: type, redirectUri, query });

  it("gives the account that signed in", async () => {
    const found = await profile(await visit());
    const { subjectId, providerKeys, claims } = expected;
    expect(found).toMatchObject({ alias: type, providerType: type, subjectId, providerKeys, storeAttributes: true, emailVerified: type !== "wechat" });
    expect(found.claims).toEqual(claims);
    expect(found.rawProfile).toMatchObject(expected.account);
  });

  it("gives the same unique key at every login and another one for another account", async () => {
    const [first, second] = [await profile(await visit()), await profile(await visit())];
    const others = { sub: "other", oid: "other", id: "other", unionid: "other" };
    fake.setAccount({ ...expected.account, ...others });
    const other = await profile(await visit());
    expect(first.uniqueKey).toBe(second.uniqueKey);
    expect(first.uniqueKey.startsWith(`${type}:{`)).toBe(true);
    expect(other.uniqueKey).not.toBe(first.uniqueKey);
  });

  it("hands state back and leaves it out when there is none", async () => {
    const asked = { alias: type, redirectUri: CALLBACK, responseMode: "form_post" } as const;
    const query = await fake.authorize(await social.authorizationUrl(project.ctx, { ...asked, state: "a b&c" }));
    expect(new URLSearchParams(query).get("state")).toBe("a b&c");
    const url = await social.authorizationUrl(project.ctx, asked);
    expect([...new URL(url).searchParams.keys()].some((name) => ["state", "nonce", "code_challenge"].includes(name))).toBe(false);
  });

  it("tolerates a leading question mark of the query", async () => {
    expect((await profile(`?${await visit()}`)).subjectId).toBe(expected.subjectId);
  });

  it("refuses a code a second time (replayed code)", async () => {
    const query = await visit();
    await profile(query);
    expect(oauthError.is(await failure(profile(query)))).toBe(true);
  });

  it.runIf(type !== "wechat")("refuses a code under another redirect URI (stolen code)", async () => {
    expect(oauthError.is(await failure(profile(await visit(), "https://evil.example/callback")))).toBe(true);
  });

  it("reports the provider's error of the callback, with nothing sent to the provider", async () => {
    const url = await social.authorizationUrl(project.ctx, { alias: type, redirectUri: CALLBACK, responseMode: "form_post" });
    const query = await fake.authorize(url, { deny: "access_denied" });
    fake.reset();
    const error = await failure(profile(query));
    expect(error).toMatchObject({
      reason: "OAuthError",
      status: 400,
      info: { error: "access_denied", error_description: "The person said no.", provider_type: type, error_category: "" },
    });
    expect(fake.calls).toEqual([]);
  });

  it("refuses a callback with neither code nor error", async () => {
    expect(oauthProtocolError.is(await failure(profile("state=x")))).toBe(true);
  });

  it("refuses an unknown code and wrong credentials", async () => {
    expect(oauthError.is(await failure(profile("code=guessed")))).toBe(true);
    const query = await visit();
    const { project: published } = project;
    const config = { ...published.config, identity: { ...published.config.identity, oauth: { providers: [{ ...fake.config(type), client_id: "another" }] } } };
    const ctx = project.with({ project: { ...published, config } });
    expect(oauthError.is(await failure(social.profile(ctx, { alias: type, redirectUri: CALLBACK, query })))).toBe(true);
  });

  it.each([
    ["an answer that is no JSON", (response: import("node:http").ServerResponse) => response.end("<html>")],
    ["a JSON list", (response: import("node:http").ServerResponse) => response.end("[]")],
    ["an empty object", (response: import("node:http").ServerResponse) => response.end("{}")],
    ["a server error", (response: import("node:http").ServerResponse) => response.writeHead(503).end("{}")],
    ["a closed connection", (response: import("node:http").ServerResponse) => response.destroy()],
    ["an oversized answer", (response: import("node:http").ServerResponse) => response.end(`{"access_token":"${"x".repeat(300_000)}"}`)],
    ["a redirect to a private address", (response: import("node:http").ServerResponse) => response.writeHead(307, { location: `${fake.origin}/metadata` }).end()],
  ])("ends the login at %s of the token endpoint", async (name, by) => {
    const query = await visit();
    fake.tamper.answer = { at: "/token", by };
    const error = await failure(profile(query));
    const unusual = type === "wechat" && name === "an empty object"; // an account without its id is a wrong setting there
    expect(error).toMatchObject({ reason: unusual ? "InvalidConfiguration" : "OAuthProtocolError" });
    expect(fake.calls.filter((call) => call.endsWith("/metadata"))).toEqual([]);
  });

  it("refuses an account without a usable id", async () => {
    const unusable = type === "wechat" ? ["x".repeat(300)] : [undefined, "", "x".repeat(300), "a\u0000b", { x: 1 }];
    for (const id of unusable) {
      fake.setAccount({ ...expected.account, sub: id, oid: id, id, unionid: id });
      expect(oauthProtocolError.is(await failure(profile(await visit())))).toBe(true);
    }
  });

  it("keeps no attributes where the project says so", async () => {
    const thrifty = await projectWith(fake, type, { do_not_store_identity_attributes: true, claims: { email: { assume_verified: false } } });
    const query = await visitProvider(social, thrifty, { fake, alias: type });
    expect(await social.profile(thrifty.ctx, { alias: type, redirectUri: CALLBACK, query })).toMatchObject({ storeAttributes: false, emailVerified: false });
  });

  it.runIf(type !== "wechat")("requires an email unless the project does not", async () => {
    fake.setAccount({ ...expected.account, email: undefined, emails: undefined, upn: "corp\\ada" });
    const error = (await failure(profile(await visit()))) as { info?: object };
    expect(error).toMatchObject({ reason: "StandardAttributesEmailRequired", status: 400 });
    expect(error.info).toEqual(type === "github" ? { ProviderType: "github" } : {});
    const lenient = await projectWith(fake, type, { claims: { email: { required: false } } });
    const query = await visitProvider(social, lenient, { fake, alias: type });
    const found = await social.profile(lenient.ctx, { alias: type, redirectUri: CALLBACK, query });
    expect([found.claims.email, found.emailVerified]).toEqual([undefined, false]);
  });
});
