import { setTimeout as sleep } from "node:timers/promises";
import { statementCount } from "@gatehouse/platform-postgres";
import { IdentityStore } from "@gatehouse/record-identities";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeProvider, startFakeProvider } from "@gatehouse/service-social-login/testing";
import { DeleteIdentity, LinkSocialAccount, StartLoginIdChange } from "../src/index.js";
import { AccountProject, refused, service } from "./account-project.js";

type Json = Record<string, any>;

const redirectUri = "com.example.app://host/path";
let provider: FakeProvider;
let link: LinkSocialAccount;
beforeAll(async () => {
  provider = await startFakeProvider();
  link = await service(LinkSocialAccount);
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.reset();
  provider.setAccount({ sub: "s1", upn: "work@corp.test", email: "work@corp.test", name: "Ann" });
});

const project = (more: Json = {}, config: Json = {}): Promise<AccountProject> =>
  AccountProject.make({
    config: { identity: { login_id: { keys: [{ type: "email" }] }, oauth: { providers: [provider.config("adfs", { alias: "corp", ...more })] } }, ...config },
    secrets: [{ key: "sso.oauth.client", data: { items: [{ alias: "corp", client_secret: provider.clientSecret("adfs") }] } }],
  });

/** Goes to the provider and back. */
async function walk(at: AccountProject, userId: Awaited<ReturnType<AccountProject["addUser"]>>, excludeState = false) {
  const { token, authorizationUrl } = await link.start(at.ctx, { userId, alias: "corp", redirectUri, excludeState });
  return { token, query: (await provider.authorize(authorizationUrl)).replace(/^\?/, "") };
}

describe("linking a social account", () => {
  it("gives a token and a URL with a state, and writes nothing", async () => {
    const at = await project();
    const userId = await at.addUser({ email: "ann@example.com" });
    const { token, authorizationUrl } = await link.start(at.ctx, { userId, alias: "corp", redirectUri });
    expect(token).toMatch(/^[a-zA-Z0-9]{32}$/);
    expect(new URL(authorizationUrl).searchParams.get("state")).toMatch(/^[0-9A-HJKMNP-TV-Z]{32}$/);
    expect(new URL(authorizationUrl).searchParams.has("nonce")).toBe(false);
    expect((await link.start(at.ctx, { userId, alias: "corp", redirectUri, excludeState: true })).authorizationUrl).not.toContain("state=");
    expect((await at.facts(userId)).identities).toHaveLength(1);
    expect(await at.events()).toEqual([]);
  });

  it("keeps only the hash of the token", async () => {
    const at = await project();
    const { token } = await link.start(at.ctx, { userId: await at.addUser({ email: "ann@example.com" }), alias: "corp", redirectUri });
    const keys = await at.test.redis.client.keys(`app:{${at.ctx.project.id}}:account-management-token:*`);
    expect(keys.map((key) => key.split(":").at(-1))).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const [stored] = await Promise.all(keys.map((key) => at.test.redis.client.get(key)));
    expect(stored).toContain("corp");
    expect(stored).not.toContain(token);
  });

  it("links the account, marks its address as proven, and tells of it", async () => {
    const at = await project();
    const userId = await at.addUser({ email: "ann@example.com" });
    const { token, query } = await walk(at, userId);
    const counted = await statementCount.during(() => link.finish(at.ctx, { userId, token, query: `?${query}` }));
    const { identities, verified, user } = await at.facts(userId);
    expect(identities[0]).toMatchObject({
      id: counted.result.id,
      type: "oauth",
      claims: { email: "work@corp.test", name: "Ann" },
      details: { oauth: { alias: "corp", subjectId: "s1" } },
    });
    expect(verified).toEqual([{ name: "email", value: "work@corp.test" }]);
    expect(user.standardAttributes).toEqual({ email: "ann@example.com", preferred_username: "work@corp.test" });
    const [event] = await at.events();
    expect(event).toMatchObject({
      type: "identity.oauth.connected",
      context: { triggered_by: "user", user_id: userId },
      payload: { user: { id: userId, is_verified: true }, identity: { type: "oauth" } },
    });
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(9);
  });

  it("gives a user without an address the one of the account, unless the project does not take the provider's word", async () => {
    const at = await project({ claims: { email: { assume_verified: false } } });
    const userId = await at.addUser({ password: null, identities: [{ type: "anonymous", uniqueKey: "a1" }] });
    await link.finish(at.ctx, { userId, ...(await walk(at, userId)) });
    const { user, verified } = await at.facts(userId);
    expect([user.standardAttributes, verified]).toEqual([{ email: "work@corp.test", preferred_username: "work@corp.test" }, []]);
  });

  it("keeps nothing of the account where the project says so, and still finds collisions", async () => {
    const at = await project({ do_not_store_identity_attributes: true });
    const userId = await at.addUser({ email: "ann@example.com" });
    await link.finish(at.ctx, { userId, ...(await walk(at, userId)) });
    expect((await at.facts(userId)).identities[0]).toMatchObject({ type: "oauth", claims: {}, details: { oauth: { rawProfile: {} } } });
    expect((await at.facts(userId)).verified).toEqual([]);
    const other = await at.addUser({ email: "bob@example.com" });
    provider.setAccount({ sub: "s2", upn: "x", email: "ann@example.com" });
    expect((await refused(link.finish(at.ctx, { userId: other, ...(await walk(at, other)) }))).info.cause.kind).toBe("DuplicatedIdentity");
  });

  it("takes any state where the caller checks his own", async () => {
    const at = await project();
    const userId = await at.addUser({ email: "ann@example.com" });
    const { token, query } = await walk(at, userId, true);
    await link.finish(at.ctx, { userId, token, query: `${query}&state=mine` });
    expect((await at.facts(userId)).identities).toHaveLength(2);
  });

  it("does not know a provider that is not configured, or no longer", async () => {
    const at = await project();
    const userId = await at.addUser({ email: "ann@example.com" });
    expect(await refused(link.start(at.ctx, { userId, alias: "nosuch", redirectUri }))).toMatchObject({ name: "NotFound", reason: "OAuthProviderNotFound", code: 404 });
  });

  it("refuses a token that nobody was given, one that is older than 20 minutes, and one that was used", async () => {
    const at = await project();
    const userId = await at.addUser({ email: "ann@example.com" });
    const invalid = { name: "Invalid", reason: "AccountManagementOAuthTokenInvalid", message: "invalid token", code: 400 };
    expect(await refused(link.finish(at.ctx, { userId, token: "x".repeat(32), query: "code=1" }))).toMatchObject(invalid);
    const old = await walk(at, userId);
    expect(await refused(link.finish(at.later(20), { userId, ...old }))).toMatchObject(invalid);
    const used = await walk(at, userId);
    await link.finish(at.later(9), { userId, ...used });
    expect(await refused(link.finish(at.ctx, { userId, ...used }))).toMatchObject(invalid);
  });

  it("refuses another user's token, and spends it (stolen token)", async () => {
    const at = await project();
    const [ann, bob] = [await at.addUser({ email: "ann@example.com" }), await at.addUser({ email: "bob@example.com" })];
    const walked = await walk(at, ann);
    expect(await refused(link.finish(at.ctx, { userId: bob, ...walked }))).toMatchObject({ reason: "AccountManagementOAuthTokenNotBoundToUser", code: 400 });
    expect(await refused(link.finish(at.ctx, { userId: ann, ...walked }))).toMatchObject({ reason: "AccountManagementOAuthTokenInvalid" });
  });

  it.each(["state=0", "other=1"])("refuses a callback that belongs to another walk, and spends the token: %s (login CSRF)", async (state) => {
    const at = await project();
    const userId = await at.addUser({ email: "ann@example.com" });
    const { token, query } = await walk(at, userId);
    const forged = query.replace(/state=[^&]*/, state);
    expect(await refused(link.finish(at.ctx, { userId, token, query: forged }))).toMatchObject({ reason: "AccountManagementOAuthStateNotBoundToToken", code: 400 });
    expect(await refused(link.finish(at.ctx, { userId, token, query }))).toMatchObject({ reason: "AccountManagementOAuthTokenInvalid" });
  });

  it("does not take a token of another project (tenant isolation)", async () => {
    const [at, other] = [await project(), await project()];
    const userId = await at.addUser({ email: "ann@example.com" });
    const walked = await walk(at, userId);
    expect(await refused(link.finish(other.ctx, { userId, ...walked }))).toMatchObject({ reason: "AccountManagementOAuthTokenInvalid" });
    await link.finish(at.ctx, { userId, ...walked });
  });

  it("passes on a provider's refusal", async () => {
    const at = await project();
    const userId = await at.addUser({ email: "ann@example.com" });
    const { token, authorizationUrl } = await link.start(at.ctx, { userId, alias: "corp", redirectUri });
    const query = await provider.authorize(authorizationUrl, { deny: "access_denied" });
    expect(await refused(link.finish(at.ctx, { userId, token, query }))).toMatchObject({ name: "BadRequest", reason: "OAuthError", info: { error: "access_denied" } });
  });
});

describe("a social account that is taken", () => {
  const taken = {
    reason: "InvariantViolated",
    code: 400,
    message: "identity already exists",
    info: { cause: { kind: "DuplicatedIdentity" }, IdentityTypeIncoming: "oauth", OAuthProviderTypeIncoming: "adfs" },
  };

  it("is refused when another user has it; settings pages get a conflict", async () => {
    const at = await project();
    const [ann, bob] = [await at.addUser({ email: "ann@example.com" }), await at.addUser({ email: "bob@example.com" })];
    await link.finish(at.ctx, { userId: ann, ...(await walk(at, ann)) });
    provider.setAccount({ sub: "s1", upn: "moved@corp.test", email: "moved@corp.test" });
    expect(await refused(link.finish(at.ctx, { userId: bob, ...(await walk(at, bob)) }))).toMatchObject({
      ...taken,
      info: { ...taken.info, IdentityTypeExisting: "oauth", OAuthProviderTypeExisting: "adfs" },
    });
    const conflict = await refused(link.finishInSettings(at.ctx, { userId: bob, ...(await walk(at, bob)) }));
    expect(conflict).toMatchObject({ name: "AlreadyExists", reason: "AccountManagementDuplicatedIdentity", code: 409, info: taken.info });
  });

  it("is refused when its address is another user's login id (account takeover)", async () => {
    const at = await project();
    const [ann] = [await at.addUser({ email: "ann@example.com" }), await at.addUser({ email: "work@corp.test" })];
    expect(await refused(link.finish(at.ctx, { userId: ann, ...(await walk(at, ann)) }))).toMatchObject({
      ...taken,
      info: { ...taken.info, IdentityTypeExisting: "login_id", LoginIDTypeExisting: "email" },
    });
    expect((await at.facts(ann)).identities).toHaveLength(1);
    expect(await at.events()).toEqual([]);
  });

  it("is refused when the user has it already, but its address may be his own login id", async () => {
    const at = await project();
    const userId = await at.addUser({ email: "work@corp.test" });
    await link.finish(at.ctx, { userId, ...(await walk(at, userId)) });
    expect(await refused(link.finish(at.ctx, { userId, ...(await walk(at, userId)) }))).toMatchObject(taken);
  });

  it("goes to one of two users who finish at the same time", async () => {
    const at = await project();
    const users = [await at.addUser({ email: "ann@example.com" }), await at.addUser({ email: "bob@example.com" })];
    const walks = [];
    for (const userId of users) walks.push({ userId, ...(await walk(at, userId)) });
    const outcomes = await Promise.allSettled(walks.map((one) => link.finish(at.ctx, one)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = outcomes.find((one): one is PromiseRejectedResult => one.status === "rejected");
    expect(lost?.reason.info).toMatchObject({ cause: { kind: "DuplicatedIdentity" }, OAuthProviderTypeIncoming: "adfs", OAuthProviderTypeExisting: "adfs" });
  });

  it("leaves its address to one of two users when the other adds it as a login id at the same time (account takeover)", async () => {
    const at = await project({}, { verification: { claims: { email: { enabled: true, required: false } } } });
    const [ann, bob] = [await at.addUser({ email: "ann@example.com" }), await at.addUser({ email: "bob@example.com" })];
    const [adding, store] = [await service(StartLoginIdChange), await service(IdentityStore)];
    const walked = await walk(at, ann);
    const similar = store.similar.bind(store);
    let other: Promise<unknown> | undefined;
    // Ann's account was found free; before it is written, Bob asks.
    const between = vi.spyOn(store, "similar").mockImplementationOnce(async (...asked) => {
      const found = await similar(...asked);
      other = refused(adding.add(at.ctx, { userId: bob, type: "email", key: "email", value: "work@corp.test" }));
      await Promise.race([other, sleep(300)]);
      return found;
    });
    await link.finish(at.ctx, { userId: ann, ...walked });
    between.mockRestore();
    expect(await other).toMatchObject({ reason: "AccountManagementDuplicatedIdentity", info: { IdentityTypeExisting: "oauth" } });
    expect((await at.facts(bob)).identities).toHaveLength(1);
  });
});

describe("unlinking a social account", () => {
  const unlink = async (at: AccountProject, userId: Awaited<ReturnType<AccountProject["addUser"]>>) =>
    (await service(DeleteIdentity)).run(at.ctx, { userId, identityId: await at.identityId(userId, "oauth"), type: "oauth" });

  it("tells of it, and forgets the address that came with it", async () => {
    const at = await project();
    const userId = await at.addUser({ email: "ann@example.com" });
    await link.finish(at.ctx, { userId, ...(await walk(at, userId)) });
    await unlink(at, userId);
    const { identities, verified, authenticators } = await at.facts(userId);
    expect([identities.length, verified, authenticators.length]).toEqual([1, [], 1]);
    expect((await at.events()).map(({ type }) => type)).toEqual(["identity.oauth.connected", "identity.oauth.disconnected"]);
  });

  it("is refused where the provider says so, and when it is the last identity", async () => {
    const locked = await project({ delete_disabled: true });
    const ann = await locked.addUser({ email: "ann@example.com" });
    await link.finish(locked.ctx, { userId: ann, ...(await walk(locked, ann)) });
    expect(await refused(unlink(locked, ann))).toMatchObject({ reason: "InvariantViolated", code: 400, info: { cause: { kind: "IdentityModifyDisabled" } } });
    const at = await project();
    const bob = await at.addUser({
      password: null,
      identities: [{ type: "oauth", uniqueKey: "adfs:{}:s1", details: { oauth: { providerType: "adfs", providerKeys: {}, subjectId: "s1", alias: "corp", rawProfile: {} } } }],
    });
    expect(await refused(unlink(at, bob))).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "RemoveLastIdentity" } } });
  });
});
