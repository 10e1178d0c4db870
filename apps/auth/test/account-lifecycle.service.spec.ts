import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { AnonymizeUser, DeleteUser, SetDisabledStatus, SetValidPeriod, UsersModule } from "@gatehouse/feature-users";
import { type TestModule, testModule } from "@gatehouse/platform-testing";
import { authClient, type AuthClient, type Reply } from "./auth-client.js";
import { another, refresh, resolve, signIn } from "./session-helpers.js";

let admin: TestModule;
beforeAll(async () => {
  admin = await testModule([UsersModule]);
});
afterAll(() => admin.close());
afterEach(() => void vi.useRealTimers());

const HOUR_MS = 3_600_000;
const EMAIL = "a@example.com";
const inHours = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);
/** Moves the clock of the service and leaves its caches alone. */
const goTo = (hours: number): void => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hours * HOUR_MS });

type Tokens = Record<string, any>;
interface SignedIn {
  client: AuthClient;
  cookie: string | undefined;
  tokens: Tokens;
  userId: string;
}

/** A user with a browser and an app, both known to the caches. */
async function signedIn(): Promise<SignedIn> {
  const client = await authClient();
  await client.signUp(EMAIL);
  const tokens = await signIn(client, { email: EMAIL });
  const made = { client, cookie: client.jar.session, tokens, userId: "" };
  expect(await doors(made)).toEqual(OPEN);
  return { ...made, userId: (await resolve(client, { cookie: made.cookie }))["user-id"] as string };
}

/** What still opens: resolver by cookie and by token, userinfo, refresh. */
async function doors({ client, cookie, tokens }: Omit<SignedIn, "userId">): Promise<string[]> {
  const byCookie = (await resolve(client, { cookie }))["session-valid"];
  const byToken = (await resolve(client, { bearer: tokens.access_token }))["session-valid"];
  const userinfo = await another(client).send("/oauth2/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const refreshed = await refresh(another(client), tokens);
  return [String(byCookie), String(byToken), String(userinfo.status), refreshed.json.error ?? "ok"];
}
const OPEN = ["true", "true", "200", "ok"];
/** The sessions are gone: a token without a session says nothing. */
const GONE = ["false", "undefined", "401", "invalid_grant"];
/** The sessions are there and closed. */
const CLOSED = ["false", "false", "401", "invalid_grant"];

const login = async ({ client }: SignedIn): Promise<Reply> =>
  (
    await another(client).flow("login", [
      { identification: "email", login_id: EMAIL },
      { authentication: "primary_password", password: "correct horse" },
    ])
  ).at(-1) as Reply;
const work = <U extends { run(ctx: any, tx: any, input: any): Promise<unknown> }>(
  { client, userId }: SignedIn,
  useCase: new (...args: any[]) => U,
  input: object = {},
): Promise<unknown> => client.project.db.transaction((tx) => admin.get(useCase).run(client.project.ctx, tx, { userId, ...input }));

describe("a user an administrator disables", () => {
  it("is signed out everywhere at once, and stays so when he is enabled again (stolen tokens do not revive)", async () => {
    const user = await signedIn();
    await work(user, SetDisabledStatus, { isDisabled: true, reason: "fraud" });
    expect(await doors(user)).toEqual(GONE);
    expect((await login(user)).json.error).toMatchObject({ name: "Forbidden", reason: "DisabledUser", code: 403, info: { reason: "fraud" } });
    await work(user, SetDisabledStatus, { isDisabled: false });
    expect(await doors(user)).toEqual(GONE);
    expect((await login(user)).json.result.type).toBe("login");
  });

  it("for a time to come goes on until then, is kept out in it, and comes back after it (user model §13.12)", async () => {
    const user = await signedIn();
    await work(user, SetDisabledStatus, { isDisabled: true, temporarilyDisabledFrom: inHours(1), temporarilyDisabledUntil: inHours(2) });
    expect(await doors(user)).toEqual(OPEN);
    goTo(1.1);
    expect((await doors(user)).toSpliced(1, 2)).toEqual(CLOSED.toSpliced(1, 2));
    expect((await login(user)).json.error).toMatchObject({ reason: "DisabledUser" });
    goTo(1);
    expect((await login(user)).json.result.type).toBe("login");
  });
});

describe("a user outside his valid period", () => {
  it("is signed out at once, and told that before anything else (user model §13.13, §13.14)", async () => {
    const user = await signedIn();
    await work(user, SetValidPeriod, { from: inHours(1) });
    expect(await doors(user)).toEqual(GONE);
    expect((await login(user)).json.error).toMatchObject({ name: "Forbidden", reason: "UserOutsideValidPeriod" });
    await work(user, SetDisabledStatus, { isDisabled: true });
    expect((await login(user)).json.error).toMatchObject({ reason: "UserOutsideValidPeriod" });
  });

  it("is kept out when the period ends by itself, whatever the caches know", async () => {
    const user = await signedIn();
    await work(user, SetValidPeriod, { until: new Date(Date.now() + 20_000) });
    expect(await doors(user)).toEqual(OPEN);
    goTo(30 / 3600);
    expect(await doors(user)).toEqual(CLOSED);
    expect((await login(user)).json.error).toMatchObject({ reason: "UserOutsideValidPeriod" });
  });
});

describe("a user who is gone", () => {
  it("by anonymization is signed out, unknown by his old address, which is free again (user model §13.17)", async () => {
    const user = await signedIn();
    await work(user, AnonymizeUser);
    expect(await doors(user)).toEqual(GONE);
    const next = another(user.client);
    expect((await next.flow("login", [{ identification: "email", login_id: EMAIL }])).at(-1)?.json.error).toMatchObject({ reason: "UserNotFound" });
    expect((await next.signUp(EMAIL)).json.result.type).toBe("signup");
    expect((await resolve(next, { cookie: next.jar.session }))["user-id"]).not.toBe(user.userId);
  });

  it("by deletion is signed out everywhere", async () => {
    const user = await signedIn();
    await work(user, DeleteUser);
    expect(await doors(user)).toEqual(GONE);
  });
});
