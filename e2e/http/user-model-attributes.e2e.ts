import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Admin } from "../support/admin.js";
import type { FlowClient } from "../support/flow-client.js";
import { byEmail, newPassword } from "../support/inputs.js";
import { tokensOf } from "../support/oauth.js";
import { PASSWORD, Project } from "../support/project.js";
import { type FakeProvider, socialProject, startFakeProvider, visitProvider } from "../support/social.js";

type Json = Record<string, any>;

const ANN = "ann@example.com";
const level = (end_user: string, bearer: string, portal_ui = "readwrite") => ({ access_control: { end_user, bearer, portal_ui } });

describe("attributes of a project's own", () => {
  const attributes = [
    { pointer: "/hobby", type: "string", ...level("readwrite", "readonly") },
    { pointer: "/height", type: "number", minimum: 0.5, maximum: 2.5, ...level("readwrite", "readonly") },
    { pointer: "/age", type: "integer", minimum: 18, ...level("readwrite", "readonly") },
    { pointer: "/size", type: "enum", enum: ["small", "large"], ...level("readwrite", "readonly") },
    { pointer: "/mobile", type: "phone_number", ...level("readwrite", "readonly") },
    { pointer: "/other_mail", type: "email", ...level("readwrite", "readonly") },
    { pointer: "/site", type: "url", ...level("readwrite", "readonly") },
    { pointer: "/home", type: "country_code", ...level("readwrite", "readonly") },
    { pointer: "/rank", type: "string", ...level("readonly", "readonly", "readonly") },
    { pointer: "/plan", type: "string", ...level("hidden", "readonly") },
    { pointer: "/note", type: "string" },
  ].map((one, index) => ({ id: `000${index.toString(16)}`, ...one }));
  const config = { user_profile: { custom_attributes: { attributes } } };
  const given = { hobby: "chess", rank: "first", plan: "gold", note: "owes us money" };
  let admin: Admin;
  let browser: FlowClient;
  let userID: string;

  beforeAll(async () => {
    admin = await Admin.make({ config });
    browser = admin.project.browser();
    await browser.finish("signup", [byEmail(ANN), newPassword()]);
    userID = (await admin.ask('{ getUserByLoginID(loginIDKey: "email", loginIDValue: "ann@example.com") { id } }')).getUserByLoginID.id;
    await admin.mutate("updateUser", { userID, customAttributes: given });
  });

  const kept = async (): Promise<Json> => (await admin.user(userID, "customAttributes")).customAttributes;
  /** Sends the form of an attribute's page, as the page does. */
  async function save(pointer: string, value: string) {
    const body = new URLSearchParams({ x_action: "save", pointer, [pointer]: value }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", origin: browser.origin };
    return browser.call("POST", `/settings/profile/custom_attributes/edit?${new URLSearchParams({ pointer })}`, { body, headers });
  }

  it("are hidden from apps unless the project says otherwise", async () => {
    const { access_token } = await tokensOf(browser);
    const info = await admin.project.browser().call("GET", "/oauth2/userinfo", { headers: { authorization: `Bearer ${access_token}` } });
    expect(info.json.custom_attributes).toEqual({ hobby: "chess", rank: "first", plan: "gold" });
    expect((await browser.call("GET", "/oauth2/userinfo")).json.custom_attributes).toEqual(info.json.custom_attributes);
  });

  it("are shown to their user, and lead to a page, as far as the project lets him", async () => {
    const { status, text } = await browser.call("GET", "/settings/profile");
    expect(status).toBe(200);
    for (const shown of ["Hobby", "Rank", "first"]) expect(text).toContain(shown);
    for (const hidden of ["Plan", "gold", "Note", "owes us money"]) expect(text).not.toContain(hidden);
    for (const [pointer, may] of [
      ["/hobby", true],
      ["/rank", false],
      ["/plan", false],
      ["/note", false],
      ["/nosuch", false],
    ] as const) {
      const page = await browser.call("GET", `/settings/profile/custom_attributes/edit?${new URLSearchParams({ pointer })}`);
      expect([pointer, page.text.includes(`name="${pointer}"`)]).toEqual([pointer, may]);
      await save(pointer, "written");
    }
    expect(await kept()).toEqual({ ...given, hobby: "written" });
  });

  it.each([
    ["height", ["0.5", 0.5], ["2.5", 2.5], ["0.4"], ["2.51"], ["tall"], ["NaN"], ["Infinity"]],
    ["age", ["18", 18], ["17"], ["18.5"], ["1e400"], ["x"]],
    ["size", ["small", "small"], ["SMALL"], ["medium"]],
    ["mobile", ["+85298765432", "+85298765432"], ["98765432"], ["+1"]],
    ["other_mail", ["a@b.co", "a@b.co"], ["a"], ["Ann <a@b.co>"]],
    ["site", ["https://example.com/x", "https://example.com/x"], ["example.com"], ["no uri"]],
    ["home", ["HK", "HK"], ["hk"], ["ZZ"], ["Hong Kong"]],
    ["hobby", [" go ", "go"]],
  ] as [string, ...(readonly [string, unknown?])[]][])("of one type each are checked on the user's side as anywhere: %s", async (name, ...typed) => {
    for (const [text, value] of typed) {
      const before = await kept();
      await save(`/${name}`, text);
      expect([text, await kept()]).toEqual([text, value === undefined ? before : { ...before, [name]: value }]);
    }
    await save(`/${name}`, "");
    expect(await kept()).not.toHaveProperty(name);
  });
});

describe("what a provider knows of a new user", () => {
  let provider: FakeProvider;
  beforeAll(async () => {
    provider = await startFakeProvider();
  });
  afterAll(() => provider.close());
  const account = { sub: "s1", upn: "ann@corp.example", email: ANN, name: "Ann Lee", given_name: "Ann", locale: "en-GB", birthdate: "not a date", tier: "gold" };
  beforeEach(() => provider.setAccount(account));

  const attributes = [{ id: "0000", pointer: "/tier", type: "string" }];
  const make = async (population = {}, config: Json = {}) => {
    const user_profile = { standard_attributes: { population }, custom_attributes: { attributes } };
    return Admin.of(await Project.make(socialProject(provider, { config: { user_profile, ...config } })));
  };
  const enter = async (admin: Admin, type: string) => {
    const browser = admin.project.browser();
    return visitProvider(browser, provider, await browser.create(type));
  };
  const only = async (admin: Admin): Promise<Json> => {
    const { edges } = (
      await admin.ask("{ users { edges { node { id standardAttributes customAttributes verifiedClaims { name value } identities(first: 9) { edges { node { id type } } } } } } }")
    ).users;
    const { updated_at: _time, ...standard } = edges[0].node.standardAttributes;
    return { ...edges[0].node, standard, count: edges.length };
  };
  const naming = { email: ANN, email_verified: true, preferred_username: "ann@corp.example" };

  it("is taken over once, at sign-up; his own attributes stay his", async () => {
    const admin = await make();
    expect((await enter(admin, "signup")).finished).toBe(true);
    const first = await only(admin);
    expect([first.standard, first.customAttributes]).toEqual([{ ...naming, name: "Ann Lee", given_name: "Ann", locale: "en-GB" }, {}]);
    await admin.mutate("updateUser", { userID: first.id, standardAttributes: { given_name: "Anna" } });
    provider.setAccount({ ...account, name: "Ann Ng", given_name: "Other", nickname: "A" });
    expect((await enter(admin, "login")).finished).toBe(true);
    expect((await only(admin)).standard).toEqual({ ...naming, given_name: "Anna" });
  });

  it("is not taken over where the project wants none of it", async () => {
    const admin = await make({ strategy: "none" });
    expect((await enter(admin, "signup")).finished).toBe(true);
    expect((await only(admin)).standard).toEqual(naming);
  });

  it("is no proof of his address where the provider is not trusted with that", async () => {
    const providers = [provider.config("adfs", { alias: "corp", claims: { email: { assume_verified: false, required: true } } })];
    const admin = await make({}, { identity: { oauth: { providers } } });
    expect((await enter(admin, "signup")).finished).toBe(true);
    const user = await only(admin);
    expect([user.standard.email, user.standard.email_verified, user.verifiedClaims]).toEqual([ANN, false, []]);
  });

  it("moves his address, and its proof, when the account has another one", async () => {
    const admin = await make();
    await enter(admin, "signup");
    provider.setAccount({ ...account, email: "ann@new.example" });
    expect((await enter(admin, "login")).finished).toBe(true);
    const user = await only(admin);
    expect([user.standard.email, user.standard.email_verified, user.verifiedClaims]).toEqual(["ann@new.example", true, [{ name: "email", value: "ann@new.example" }]]);
  });

  it("leaves the address of a login id that came first, until that is removed", async () => {
    const admin = await make(
      {},
      { account_linking: { oauth: [{ alias: "corp", oauth_claim: { pointer: "/email" }, user_profile: { pointer: "/email" }, action: "login_and_link" }] } },
    );
    const userID = await admin.createUser(ANN, { password: PASSWORD });
    const offered = await enter(admin, "signup");
    const asked = await admin.project.browser().feed(offered.token, { index: 0 });
    const linked = await admin.project.browser().feed(asked.token, { authentication: "primary_password", password: PASSWORD });
    expect(linked.finished, JSON.stringify(linked.body)).toBe(true);
    const user = await only(admin);
    expect([user.count, user.standard]).toEqual([1, { ...naming }]);
    provider.setAccount({ ...account, email: "ann@new.example" });
    expect((await enter(admin, "login")).finished).toBe(true);
    expect((await only(admin)).standard).toMatchObject({ email: ANN, email_verified: true });
    const loginId = user.identities.edges.find(({ node }: Json) => node.type === "LOGIN_ID").node.id;
    await admin.mutate("deleteIdentity", { identityID: loginId });
    expect((await only(admin)).standard).toMatchObject({ email: "ann@new.example", email_verified: true });
    expect((await admin.user(userID, "verifiedClaims { value }")).verifiedClaims).toEqual([{ value: "ann@new.example" }]);
  });
});

describe("the address of a user with several login ids", () => {
  const config = { identity: { login_id: { keys: [{ type: "email" }, { key: "work", type: "email" }, { type: "phone" }, { type: "username" }] } } };

  it("is the first one while he has it, then the newest, whatever is proven", async () => {
    const admin = await Admin.make({ config });
    const userID = await admin.createUser("a@example.com");
    const standard = async () => (await admin.user(userID, "standardAttributes")).standardAttributes;
    const add = async (key: string, value: string) => (await admin.mutate("createIdentity", { userID, definition: { loginID: { key, value } } }, "identity { id }")).identity.id;
    await add("work", "b@example.com");
    const newest = await add("email", "c@example.com");
    await add("phone", "+85298765432");
    const username = await add("username", "ann_lee");
    await admin.mutate("setVerifiedStatus", { userID, claimName: "email", claimValue: "b@example.com", isVerified: true });
    expect(await standard()).toMatchObject({
      email: "a@example.com",
      email_verified: false,
      phone_number: "+85298765432",
      phone_number_verified: false,
      preferred_username: "ann_lee",
    });
    const first = (await admin.user(userID, "loginIDs { id claims }")).loginIDs.find(({ claims }: Json) => claims.email === "a@example.com").id;
    await admin.mutate("deleteIdentity", { identityID: first });
    expect(await standard()).toMatchObject({ email: "c@example.com", email_verified: false });
    await admin.mutate("updateUser", { userID, standardAttributes: { email: "b@example.com" } });
    expect(await standard()).toMatchObject({ email: "b@example.com", email_verified: true });
    await admin.mutate("deleteIdentity", { identityID: newest });
    await admin.mutate("deleteIdentity", { identityID: username });
    const left = await standard();
    expect([left.email, left.preferred_username, left.phone_number]).toEqual(["b@example.com", undefined, "+85298765432"]);
  });

  it("follows a login id that changes", async () => {
    const admin = await Admin.make({ config });
    const userID = await admin.createUser("a@example.com", { password: PASSWORD });
    const { loginIDs } = await admin.user(userID, "loginIDs { id }");
    await admin.mutate("setVerifiedStatus", { userID, claimName: "email", claimValue: "a@example.com", isVerified: true });
    const input = { userID, identityID: loginIDs[0].id, definition: { loginID: { key: "email", value: "z@example.com" } } };
    const { user } = await admin.mutate("updateIdentity", input, "user { standardAttributes verifiedClaims { value } }");
    expect(user).toMatchObject({ standardAttributes: { email: "z@example.com", email_verified: false }, verifiedClaims: [] });
  });
});
