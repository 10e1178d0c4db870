import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SetDisabledStatus, UsersModule } from "@gatehouse/feature-users";
import { type TestModule, testModule } from "@gatehouse/platform-testing";
import type { HttpService } from "@gatehouse/platform-http";
import { OfflineGrantStore, SessionCache, SessionReader } from "@gatehouse/record-sessions";
import { type AuthClient, authClient, obtainCode, pkce, type Reply } from "./auth-client.js";
import { alive, another, forgetSessions, FULL, refresh, resolve, signIn, userId } from "./session-helpers.js";

let admin: TestModule;
beforeAll(async () => {
  admin = await testModule([UsersModule]);
});
afterAll(() => admin.close());

const EMAIL = "a@example.com";
const clients = ["spa", "single"].map((client_id) => ({
  client_id,
  name: client_id,
  x_application_type: "spa",
  redirect_uris: ["http://app.test/cb"],
  ...(client_id === "single" ? { x_max_concurrent_session: 1 } : {}),
}));

/** A signed-up user in a browser. */
async function browser(): Promise<AuthClient> {
  const client = await authClient({ config: { oauth: { clients } } });
  await client.signUp(EMAIL);
  return client;
}

/** Signs in up to the code; returns its exchange. */
async function exchangeOf(client: AuthClient, { clientId = "spa", more = {} }: { clientId?: string; more?: Record<string, string> } = {}): Promise<() => Promise<Reply>> {
  const { code, verifier } = await obtainCode(client, { email: EMAIL, scope: FULL, clientId, more });
  const form = { grant_type: "authorization_code", client_id: clientId, code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
  return () => another(client).send("/oauth2/token", { form });
}

/** Tokens of one more app that shares the browser's sign-on. */
async function signInSilently(client: AuthClient): Promise<Record<string, any>> {
  const { verifier, challenge } = pkce();
  const about = { client_id: "spa", redirect_uri: "http://app.test/cb" };
  const asked = { ...about, response_type: "code", scope: FULL, prompt: "none", x_sso_enabled: "true", code_challenge: challenge, code_challenge_method: "S256" };
  const { headers } = await client.send(`/oauth2/authorize?${new URLSearchParams(asked)}`);
  const code = new URL(headers.location as string).searchParams.get("code") as string;
  return (await client.send("/oauth2/token", { form: { ...about, grant_type: "authorization_code", code, code_verifier: verifier } })).json;
}

/** Keeps access tokens from being written, the last step of an exchange, until `release`. */
async function holdBack({ project: { db } }: AuthClient): Promise<{ waiting(count: number): Promise<void>; release(): Promise<void> }> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let locked = (): void => undefined;
  const holds = new Promise<void>((resolve) => {
    locked = resolve;
  });
  const done = db.transaction(async (tx) => {
    await tx.query("lock table access_grant in exclusive mode");
    locked();
    await released;
  });
  await holds;
  const blocked = "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  return {
    waiting: (count) => vi.waitFor(async () => expect((await db.read((tx) => tx.queryOne(blocked)))?.count).toBe(count), { timeout: 30_000, interval: 20 }),
    release: async () => {
      release();
      await done;
    },
  };
}

describe("a session that ends while a code is being exchanged", () => {
  it("by a logout takes the grant with it", async () => {
    const client = await browser();
    const exchange = await exchangeOf(client);
    const held = await holdBack(client);
    const exchanged = exchange();
    await held.waiting(1);
    const out = client.send("/oauth2/end_session");
    // It waits for the exchange; one that did not wait is over by now.
    await Promise.race([held.waiting(2), out]);
    await held.release();
    const [tokens] = await Promise.all([exchanged, out]);
    expect([(await out).status, await alive(client, tokens.json)]).toEqual([302, false]);
  });

  it("by the end of all sessions does the same", async () => {
    const client = await browser();
    const exchange = await exchangeOf(another(client));
    const held = await holdBack(client);
    const exchanged = exchange();
    await held.waiting(1);
    const out = client.send("/settings/sessions", { form: { x_action: "revoke_all" } });
    await Promise.race([held.waiting(2), out]);
    await held.release();
    const [tokens] = await Promise.all([exchanged, out]);
    expect([(await out).status, await alive(client, tokens.json)]).toEqual([302, false]);
  });

  it("because its user is disabled does not come back when he may sign in again", async () => {
    const client = await browser();
    const id = await userId(client);
    const exchange = await exchangeOf(another(client), { more: { x_sso_enabled: "false" } });
    const { db, ctx } = client.project;
    const status = (isDisabled: boolean) => db.transaction((tx) => admin.get(SetDisabledStatus).run(ctx, tx, { userId: id, isDisabled }));
    const held = await holdBack(client);
    const exchanged = exchange();
    await held.waiting(1);
    const disabled = status(true);
    await Promise.race([held.waiting(2), disabled]);
    await held.release();
    const [tokens] = await Promise.all([exchanged, disabled]);
    await status(false);
    expect(await alive(client, tokens.json)).toBe(false);
  });
});

describe("ends of sessions that come together", () => {
  it("do not wait for each other, nor for who uses the sessions meanwhile (deadlock)", async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      const client = await authClient();
      await client.signUp(EMAIL);
      const one = await signIn(client, { email: EMAIL, clientId: "rotating", more: { x_sso_enabled: "true" } });
      const { project } = client;
      const cookie = client.jar.session;
      const two = await signInSilently(client);
      for (const table of ["offline_grant", "idp_session"])
        await project.db.read((tx) => tx.query(`update ${table} set last_access_at = last_access_at - interval '5 minutes' where project_id = $1`, [project.project.id]));
      await forgetSessions(client);
      const answers = await Promise.all([
        refresh(another(client), one, "rotating"),
        refresh(another(client), two),
        another(client).send("/_resolver/resolve", { headers: { cookie: `session=${cookie}` } }),
        another(client).send("/oauth2/userinfo", { headers: { authorization: `Bearer ${one.access_token}` } }),
        another(client).send("/oauth2/revoke", { form: { token: two.refresh_token } }),
        client.send("/oauth2/end_session"),
        another(client).send("/oauth2/revoke", { form: { token: one.refresh_token } }),
        refresh(another(client), one, "rotating"),
      ]);
      statuses.push(...answers.map(({ status }) => status));
      expect([await alive(client, one, "rotating"), await alive(client, two)]).toEqual([false, false]);
    }
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  });
});

describe("a cache that is filled with what was read before a change", () => {
  it("does not bring back a token that has been revoked, nor hide one that is new", async () => {
    const client = await authClient();
    await client.signUp(EMAIL);
    const tokens = await signIn(another(client), { email: EMAIL, more: { x_sso_enabled: "false" } });
    const id = String(tokens.refresh_token).split(".")[0] as string;
    const { project } = client;
    const { nest } = (client as unknown as { http: HttpService }).http;
    const bearer = () => resolve(client, { bearer: tokens.access_token });
    const cached = async (): Promise<string> => {
      expect(await bearer()).toMatchObject({ "session-valid": "true" });
      await vi.waitFor(async () => expect((await nest.get(SessionCache, { strict: false }).read(project.ctx, "offline_grant", id)) ?? "nothing").toHaveProperty("value"), 30_000);
      return ((await nest.get(SessionCache, { strict: false }).read(project.ctx, "offline_grant", id)) as { value: string }).value;
    };
    const fill = (value: string) => nest.get(SessionCache, { strict: false }).fill(project.ctx, { kind: "offline_grant", id, value, seconds: 60 });
    const before = await cached();
    const row = await project.db.read((tx) => tx.queryOne("select * from refresh_token where project_id = $1 and grant_id = $2", [project.project.id, id]));
    const now = new Date();
    const hash = "f".repeat(64);
    const third = { grantId: id, initialHash: hash, currentHash: hash, clientId: "third", authorizationId: row?.authorization_id as string, scopes: ["openid"], dpopJkt: null };
    await project.db.transaction((tx) => nest.get(OfflineGrantStore, { strict: false }).append(project.ctx, tx, { ...third, createdAt: now, lastAccessAt: now, expireAt: null }));
    await fill(before);
    const read = await nest.get(SessionReader, { strict: false }).byId(project.ctx, "offline_grant", id);
    expect(read?.tokens.map(({ clientId }) => clientId)).toEqual(["spa", "third"]);
    await forgetSessions(client);
    const both = await cached();
    await client.send("/settings/sessions", { form: { x_action: "revoke_all" } });
    await fill(both);
    expect(await bearer()).toEqual({});
  });
});

describe("a client with one session at a time", () => {
  it("has one, also after logins that come together", async () => {
    const client = await browser();
    const exchanges = [await exchangeOf(another(client), { clientId: "single" }), await exchangeOf(another(client), { clientId: "single" })];
    const held = await holdBack(client);
    const exchanged = exchanges.map((exchange) => exchange());
    await held.waiting(2);
    await held.release();
    const tokens = await Promise.all(exchanged);
    const living = await Promise.all(tokens.map(({ json }) => alive(client, json, "single")));
    expect([tokens.map(({ status }) => status), living.filter(Boolean)]).toEqual([[200, 200], [true]]);
  });
});
