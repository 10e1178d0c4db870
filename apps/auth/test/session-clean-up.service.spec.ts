import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { PurgeExpiredSessions, SessionCleanUpModule } from "@gatehouse/feature-sessions";
import { testModule, testPlatform } from "@gatehouse/platform-testing";
import { authClient, type AuthClient } from "./auth-client.js";
import { another, republish, signIn } from "./session-helpers.js";

afterEach(() => void vi.useRealTimers());

const TABLES = ["idp_session", "offline_grant", "refresh_token", "access_grant"] as const;
const rows = ({ project: { db, project } }: AuthClient): Promise<number[]> =>
  Promise.all(TABLES.map(async (table) => (await db.read((tx) => tx.query(`select 1 from ${table} where project_id = $1`, [project.id]))).length));
const HOUR = 3600;
const DAY = 24 * HOUR;

describe("the clean-up", () => {
  // It goes through all projects of the database, and the tests before have left hundreds.
  beforeAll(async () => {
    const { db } = (await testPlatform()).resources;
    for (const table of TABLES) await db.read((tx) => tx.query(`delete from ${table}`));
  });

  it("deletes access tokens when they have expired, and sessions a day after their end", async () => {
    const client = await authClient({ config: { session: { lifetime_seconds: 7 * DAY, idle_timeout_seconds: 2 * DAY } } });
    await client.signUp("a@example.com");
    await signIn(another(client), { email: "a@example.com", more: { x_sso_enabled: "false" } });
    const module = await testModule([SessionCleanUpModule]);
    const after = (seconds: number) => module.get(PurgeExpiredSessions).run(new Date(Date.now() + seconds * 1000));
    await after(0);
    expect(await rows(client)).toEqual([1, 1, 1, 1]);
    await after(HOUR);
    expect(await rows(client)).toEqual([1, 1, 1, 0]);
    await after(3 * DAY - HOUR);
    expect(await rows(client)).toEqual([1, 1, 1, 0]);
    await after(3 * DAY + HOUR);
    expect(await rows(client)).toEqual([0, 1, 1, 0]);
    await after(31 * DAY + HOUR);
    expect(await rows(client)).toEqual([0, 0, 0, 0]);
    await module.close();
  });

  it("keeps the grants of a client that was taken out of the configuration as long as those of others: it may come back", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    await signIn(client, { email: "a@example.com" });
    await republish(client, (config) => Object.assign(config.oauth, { clients: [] }));
    const module = await testModule([SessionCleanUpModule]);
    await module.get(PurgeExpiredSessions).run(new Date(Date.now() + 29 * DAY * 1000));
    expect((await rows(client))[1]).toBe(1);
    await module.get(PurgeExpiredSessions).run(new Date(Date.now() + 32 * DAY * 1000));
    expect((await rows(client))[1]).toBe(0);
    await module.close();
  });

  it.each([
    ["a period without access", "temporarily_disabled_from = now() + interval '1 hour', temporarily_disabled_until = now() + interval '2 hours'"],
    ["the end of the account", "account_valid_until = now() + interval '1 hour'"],
    ["a later begin of the account", "account_valid_from = now() + interval '2 hours'"],
  ])("ends the sessions of an account that closes by itself: %s", async (_name, set) => {
    const client = await authClient();
    await client.signUp("a@example.com");
    await signIn(another(client), { email: "a@example.com", more: { x_sso_enabled: "false" } });
    const { db, project } = client.project;
    const module = await testModule([SessionCleanUpModule]);
    const at = (seconds: number) => module.get(PurgeExpiredSessions).ofClosedAccounts(new Date(Date.now() + seconds * 1000));
    await at(1.5 * HOUR);
    expect(await rows(client)).toEqual([1, 1, 1, 1]);
    await db.read((tx) => tx.query(`update auth_user set ${set} where project_id = $1`, [project.id]));
    if (!set.startsWith("account_valid_from")) {
      await at(0.5 * HOUR);
      expect(await rows(client)).toEqual([1, 1, 1, 1]);
    }
    await at(1.5 * HOUR);
    expect((await rows(client)).slice(0, 3)).toEqual([0, 0, 0]);
    await module.close();
  });

  it("may run in many workers at once, over more rows than one batch", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const { db, project } = client.project;
    await db.read((tx) =>
      tx.query(
        `insert into access_grant (project_id, token_hash, user_id, client_id, authorization_id, session_id, session_kind, scopes, created_at, expire_at)
         select $1, 'h' || n, gen_random_uuid(), 'spa', gen_random_uuid(), gen_random_uuid(), 'idp', '{}', now() - interval '2 hours', now() - interval '1 hour' from generate_series(1, 3500) n`,
        [project.id],
      ),
    );
    const module = await testModule([SessionCleanUpModule]);
    const counts = await Promise.all(Array.from({ length: 4 }, () => module.get(PurgeExpiredSessions).run(new Date())));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(3500);
    expect((await rows(client))[3]).toBe(0);
    await module.close();
  });
});
