import { statementCount } from "@gatehouse/platform-postgres";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type AuthClient, authClient } from "./auth-client.js";
import { DeviceKey } from "./device-keys.js";
import { another, FULL, later, refresh, republish, signIn } from "./session-helpers.js";

afterEach(() => void vi.useRealTimers());

const chrome = (version: number) => `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;

/** A proxy asks whose request it is. */
const use = (client: AuthClient, userAgent: string) => client.send("/_resolver/resolve", { headers: { "user-agent": userAgent } });

/** What the page of sessions tells of the uses of each session: browsers, newest first. */
async function activity(client: AuthClient): Promise<string[][]> {
  const { body } = await client.send("/settings/sessions", { headers: { "user-agent": chrome(999) } });
  const lists = [...body.matchAll(/<details><summary>Recent activity<\/summary><ul class="plain">([\s\S]*?)<\/ul><\/details>/g)];
  return lists.map(([, list]) => [...(list as string).matchAll(/<li>([^<]*)<\/li>/g)].map(([, line]) => (line as string).replace(/^.*, /, "")));
}

const stored = async ({ project: { db, project } }: AuthClient, table: "idp_session" | "offline_grant"): Promise<any[]> =>
  (await db.read((tx) => tx.query(`select recent_accesses from ${table} where project_id = $1`, [project.id]))).map(({ recent_accesses }) => recent_accesses);

describe("the uses of a session", () => {
  it("are remembered, the latest ten, and shown to its user", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    for (let version = 1; version <= 12; version += 1) {
      await later(client, 61);
      await use(client, chrome(version));
      await use(client, chrome(500)); // within a minute: not noted again
    }
    const [shown] = await activity(client);
    expect(shown).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((version) => `Chrome ${version}.0.0`));
    expect((await stored(client, "idp_session"))[0]).toHaveLength(10);
  });

  it("begin with the first one", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    expect(await activity(client)).toEqual([]);
    await later(client, 61);
    await use(client, chrome(7));
    expect(await activity(client)).toEqual([["Chrome 7.0.0", "Unknown browser"]]);
  });

  it.each(["spa", "rotating"])("are noted by refreshes of %s too, in the same statement, and on the sign-on that the app shares", async (clientId) => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const app = another(client);
    let tokens = await signIn(app, { email: "a@example.com", clientId, scope: FULL, more: { x_sso_enabled: "true" } });
    await refresh(client, tokens, clientId); // what is prepared once per connection and key is not counted
    for (const version of [1, 2]) {
      await later(client, 61);
      const form = { grant_type: "refresh_token", client_id: clientId, refresh_token: tokens.refresh_token };
      const counted = await statementCount.during(() => client.send("/oauth2/token", { form, headers: { "user-agent": chrome(version) } }));
      expect(counted.result.status).toBe(200);
      if (clientId === "spa") expect(counted.sql).toBe(1);
      tokens = { ...tokens, ...counted.result.json };
    }
    const agents = (accesses: { user_agent: string }[]) => accesses.map(({ user_agent }) => user_agent);
    expect((await stored(client, "offline_grant")).map(agents)).toEqual([[chrome(1), chrome(2)]]);
    expect((await stored(client, "idp_session")).map(agents)).toContainEqual([chrome(1), chrome(2)]);
  });

  it("keep a bounded part of what a client calls itself (growth)", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    await later(client, 61);
    await use(client, "x".repeat(1000));
    expect((await stored(client, "idp_session"))[0][0]).toMatchObject({ user_agent: "x".repeat(200), ip: client.project.ctx.request.ip, time: expect.any(String) });
  });

  it("are no refused requests: a stolen token keeps nothing alive without its key, nor in the hands of another client", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const key = await DeviceKey.make();
    const tokens = await signIn(another(client), { email: "a@example.com", scope: FULL, more: { x_sso_enabled: "false" }, headers: await key.dpop(client) });
    const { db, project } = client.project;
    const state = () =>
      db.read((tx) =>
        tx.queryOne(
          `select g.last_access_at, t.last_access_at as token_access_at, (select count(*)::int from access_grant a where a.project_id = $1) as access_tokens
           from offline_grant g join refresh_token t on t.project_id = g.project_id and t.grant_id = g.id where g.project_id = $1`,
          [project.id],
        ),
      );
    const before = await state();
    await later(client, 3600);
    const other = await DeviceKey.make();
    const ask = async (headers: Record<string, string>, clientId = "spa") =>
      (await another(client).send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: clientId, refresh_token: tokens.refresh_token }, headers })).json;
    expect([(await ask({})).error, (await ask(await other.dpop(client))).error, (await ask({ dpop: "rubbish" })).error]).toEqual(Array(3).fill("invalid_dpop_proof"));
    expect(await ask(await key.dpop(client), "web")).toEqual({ error: "invalid_request", error_description: "client id doesn't match the refresh token" });
    const carried = await another(client).send("/oauth2/app_session_token", { json: { refresh_token: tokens.refresh_token } });
    const promoted = await another(client).send("/api/anonymous_user/promotion_code", { json: { session_type: "refresh_token", refresh_token: tokens.refresh_token } });
    expect([carried.status, promoted.status]).toEqual([403, 403]);
    expect(await state()).toEqual(before);
    expect(typeof (await ask(await key.dpop(client))).access_token).toBe("string");
    const after = await state();
    expect(after?.access_tokens).toBe(2);
    for (const name of ["last_access_at", "token_access_at"]) expect(after?.[name]).not.toEqual(before?.[name]);
  });
});

it.each(["spa", "rotating"])("a refresh token of %s that is bound to a key is good without it once the client is freed from proofs, and not before", async (clientId) => {
  const client = await authClient();
  await client.signUp("a@example.com");
  const key = await DeviceKey.make();
  let tokens = await signIn(client, { email: "a@example.com", clientId, scope: FULL, headers: await key.dpop(client) });
  const ask = (headers: Record<string, string> = {}) =>
    another(client).send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: clientId, refresh_token: tokens.refresh_token }, headers });
  expect((await ask()).json.error).toBe("invalid_dpop_proof");
  await republish(client, (config) => {
    for (const one of config.oauth.clients) one.x_dpop_disabled = true;
  });
  for (const headers of [{}, { dpop: "rubbish" }] as Record<string, string>[]) {
    const { status, json } = await ask(headers);
    expect(status).toBe(200);
    tokens = { ...tokens, ...json };
  }
});
