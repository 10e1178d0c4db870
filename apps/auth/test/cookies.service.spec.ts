import { afterEach, describe, expect, it, vi } from "vitest";
import { sessionCookies, tokenCookie, uiCookie } from "@gatehouse/record-sessions";
import { authClient, type AuthClient } from "./auth-client.js";
import { another, later, republish, resolve, signIn } from "./session-helpers.js";

afterEach(() => void vi.useRealTimers());

const setCookies = (headers: Record<string, unknown>): string[] => [headers["set-cookie"] ?? []].flat() as string[];
const cookieNamed = (headers: Record<string, unknown>, name: string): string => setCookies(headers).find((one) => one.startsWith(`${name}=`)) ?? "";
/** The context of a request by https. */
const secure = (client: AuthClient, userAgent = "") => client.project.with({ request: { ...client.project.ctx.request, publicOrigin: "https://x.test", userAgent } });

describe("cookies of a login", () => {
  it("carry the session token and the same-site marker for as long as the session may live", async () => {
    const client = await authClient();
    const { headers } = await client.signUp("a@example.com");
    const domain = client.project.host;
    expect(cookieNamed(headers, "session")).toMatch(new RegExp(`^session=[0-9a-f-]{36}\\.[A-Za-z0-9]{32}; Max-Age=31449600; Domain=${domain}; Path=/; HttpOnly; SameSite=Lax$`));
    expect(cookieNamed(headers, "same_site_strict")).toBe(`same_site_strict=true; Max-Age=31449600; Domain=${domain}; Path=/; HttpOnly; SameSite=Strict`);
  });

  it("end with the browser's session where the project wants that, and have the project's prefix", async () => {
    const client = await authClient({ config: { session: { use_session_cookie: true } } });
    await republish(client, (config) => Object.assign(config.http, { cookie_prefix: "p_", cookie_domain: undefined }));
    const { headers } = await client.signUp("a@example.com");
    expect(cookieNamed(headers, "p_session")).toMatch(/^p_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookieNamed(headers, "p_same_site_strict")).toBe("p_same_site_strict=true; Path=/; HttpOnly; SameSite=Strict");
    expect((await client.send("/_resolver/resolve")).headers["x-authgear-session-valid"]).toBe("true");
  });

  it("are secure by https alone", async () => {
    const client = await authClient();
    expect(sessionCookies(secure(client), "t").map((one) => one.secure)).toEqual([true, true]);
    expect(sessionCookies(client.project.ctx, "t").map((one) => one.secure)).toEqual([false, false]);
    const token = tokenCookie(secure(client), { suffix: "app_session", value: "t" });
    expect(token).toEqual({ name: "app_session", value: "t", sameSite: "lax", domain: client.project.host, path: "/", httpOnly: true, secure: true });
  });

  it("are cleared with the same name, domain and path, and a date in 1970", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const { headers } = await client.send("/oauth2/end_session");
    for (const name of ["session", "same_site_strict"])
      expect(cookieNamed(headers, name)).toMatch(new RegExp(`^${name}=; Max-Age=0; Domain=${client.project.host}; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly`));
  });

  it("mark the browser even where the session is not wanted", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const browser = another(client);
    await signIn(browser, { email: "a@example.com", more: { x_sso_enabled: "false" } });
    expect([browser.jar.session, browser.jar.same_site_strict]).toEqual([undefined, "true"]);
  });
});

describe("SameSite=None", () => {
  const chrome = (version: number) => `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
  const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/605.1.15 (KHTML, like Gecko)";
  it.each([
    ["a browser of today", chrome(126), "none"],
    ["Chrome 51", chrome(51), undefined],
    ["Chrome 66", chrome(66), undefined],
    ["Chrome 67", chrome(67), "none"],
    ["Safari of macOS 10.14", `${mac} Version/12.1.2 Safari/605.1.15`, undefined],
    ["Chrome of macOS 10.14", `${mac.replace("605.1.15", "537.36")} Chrome/126.0.0.0 Safari/537.36`, "none"],
    ["iOS 12", "Mozilla/5.0 (iPhone; CPU iPhone OS 12_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1", undefined],
    ["iOS 13", "Mozilla/5.0 (iPhone; CPU iPhone OS 13_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1 Mobile/15E148 Safari/604.1", "none"],
    ["UC Browser 12.13.0", "Mozilla/5.0 (Linux; U; Android 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/57.0 UCBrowser/12.13.0.1207 Mobile Safari/537.36", undefined],
    ["UC Browser 12.13.2", "Mozilla/5.0 (Linux; U; Android 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/57.0 UCBrowser/12.13.2.1208 Mobile Safari/537.36", "none"],
  ])("for %s", async (_name, userAgent, expected) => {
    const client = await authClient();
    expect(uiCookie(secure(client, userAgent), { suffix: "authgear_web_session", value: "1" }).sameSite).toBe(expected);
    expect(uiCookie(client.project.with({ request: { ...client.project.ctx.request, userAgent } }), { suffix: "authgear_web_session", value: "1" }).sameSite).toBeUndefined();
  });
});

describe("a cookie that may not be SameSite=None", () => {
  it("has no SameSite at all: some browsers take every value for a strict one", async () => {
    const client = await authClient();
    const query = new URLSearchParams({ client_id: "spa", response_type: "code", scope: "openid", code_challenge: "c", code_challenge_method: "S256" });
    const started = await client.send(`/oauth2/authorize?${query}`);
    expect(cookieNamed(started.headers, "oauth_ui")).toMatch(/^oauth_ui=\w{32}; Path=\/; HttpOnly$/);
    const adopted = await client.send(started.headers.location as string);
    expect(cookieNamed(adopted.headers, "authgear_web_session")).toMatch(/^authgear_web_session=\w{32}; Path=\/; HttpOnly$/);
  });
});

describe("the life of a browser's session", () => {
  it("goes on while it is used, and ends 300 seconds after the last use: refused, cleared, and not revived by asking again", async () => {
    const client = await authClient({ config: { session: { idle_timeout_seconds: 300 } } });
    await client.signUp("a@example.com");
    const cookie = client.jar.session as string;
    for (let round = 0; round < 3; round += 1) {
      await later(client, 299);
      expect(await resolve(client, { cookie })).toMatchObject({ "session-valid": "true" });
    }
    await later(client, 301);
    const { headers } = await client.send("/_resolver/resolve");
    expect([headers["x-authgear-session-valid"], cookieNamed(headers, "session")]).toEqual(["false", expect.stringMatching(/^session=;.*Expires=Thu, 01 Jan 1970/)]);
    await later(client, 1);
    expect(await resolve(client, { cookie })).toEqual({ "session-valid": "false" });
  });

  it("ends after its lifetime, however much it is used", async () => {
    const client = await authClient({ config: { session: { lifetime_seconds: 600, idle_timeout_seconds: 300 } } });
    await client.signUp("a@example.com");
    const cookie = client.jar.session as string;
    for (const seconds of [200, 200, 199]) {
      await later(client, seconds);
      expect(await resolve(client, { cookie })).toMatchObject({ "session-valid": "true" });
    }
    await later(client, 2);
    expect(await resolve(client, { cookie })).toEqual({ "session-valid": "false" });
  });

  it("follows a changed configuration at once, both ways", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const cookie = client.jar.session as string;
    await later(client, 1000);
    await republish(client, (config) => Object.assign(config, { session: { lifetime_seconds: 600, idle_timeout_seconds: 600 } }));
    expect(await resolve(client, { cookie })).toEqual({ "session-valid": "false" });
    await republish(client, (config) => Object.assign(config, { session: {} }));
    expect(await resolve(client, { cookie })).toMatchObject({ "session-valid": "true" });
  });

  it("gives way to the next login of the browser, without a word", async () => {
    const client = await authClient();
    await client.signUp("a@example.com");
    const first = client.jar.session as string;
    await client.signUp("b@example.com");
    expect(await resolve(client, { cookie: first })).toEqual({ "session-valid": "false" });
    expect(await resolve(client, { cookie: client.jar.session })).toMatchObject({ "session-valid": "true" });
    const { db, project } = client.project;
    const told = await db.read((tx) => tx.query("select type from outbox where project_id = $1 and type in ('user.signed_out', 'user.session.terminated')", [project.id]));
    expect(told).toEqual([]);
  });
});
