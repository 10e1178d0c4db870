import { describe, expect, it } from "vitest";
import { HostedBrowser } from "./hosted-browser.js";

const APP = "com.example.app://wechat";
const OK = { result: "OK" };

/** A browser of a project with WeChat on the web and in apps. */
async function wechat(): Promise<HostedBrowser> {
  const of = (app_type: string) => ({
    type: "wechat",
    alias: `wechat-${app_type}`,
    client_id: "wx1",
    app_type,
    account_id: "gh_1",
    wechat_redirect_uris: [APP, "javascript://x/%0aalert(1)"],
  });
  const items = ["web", "mobile"].map((app_type) => ({ alias: `wechat-${app_type}`, client_secret: "s" }));
  return HostedBrowser.of({
    authentication: { identities: ["oauth", "login_id"] },
    secrets: [{ key: "sso.oauth.client", data: { items } }],
    config: { identity: { login_id: { keys: [{ type: "email" }] }, oauth: { providers: [of("web"), of("mobile")] } } },
  });
}
const native = (more: Record<string, string> = {}) => `/login?${new URLSearchParams({ x_platform: "ios", x_wechat_redirect_uri: APP, ...more })}`;
const linkOf = ({ page }: HostedBrowser): URL => new URL((/<a class="button" id="wechat"[^>]* href="([^"]*)"/.exec(page)?.[1] ?? "").replaceAll("&amp;", "&"));

/** Chooses WeChat in the app; returns the state that the app is to ask WeChat with. */
async function atWechat(browser: HostedBrowser, page = native()): Promise<string> {
  await browser.open(page);
  await browser.press("Continue with WeChat");
  expect(browser.at).toBe("wechat");
  const link = linkOf(browser);
  expect([`${link.protocol}//${link.host}`, [...link.searchParams.keys()]]).toEqual([APP, ["state"]]);
  return link.searchParams.get("state") as string;
}

describe("WeChat on the web", () => {
  it("has a link to WeChat's own page, and nothing of an app", async () => {
    const browser = await (await wechat()).open("/login");
    expect(browser.buttons.filter((label) => label.includes("WeChat"))).toEqual(["Continue with WeChat"]);
    await browser.press("Continue with WeChat");
    expect([linkOf(browser).host, linkOf(browser).searchParams.get("appid")]).toEqual(["open.weixin.qq.com", "wx1"]);
    expect(browser.buttons).toEqual([]);
  });
});

describe("WeChat in an app", () => {
  it("sends people to the app, and goes on with the answer that the app brings, which is spent by that", async () => {
    const browser = await wechat();
    const state = await atWechat(browser);
    await browser.press("I have allowed it");
    expect(browser.at).toBe("wechat");
    const app = await browser.another();
    const answer = { state, error: "access_denied", x_platform: "ios" };
    const told = await app.client.send("/sso/wechat/callback", { form: answer });
    expect([told.status, told.json, Object.keys(told.cookies)]).toEqual([200, OK, []]);
    await browser.press("I have allowed it");
    expect([browser.path, browser.alert]).toEqual(["/login", "The sign-in at the other site was cancelled."]);
    const again = await app.client.send("/sso/wechat/callback", { form: answer });
    expect([again.status, again.json.error]).toMatchObject([400, { name: "Invalid", reason: "WebUIInvalidSession" }]);
  });

  it("goes on when the page is loaded again, too, and takes the answer by link", async () => {
    const browser = await wechat();
    const state = await atWechat(browser);
    const { url } = browser;
    const told = await (await browser.another()).client.send(`/sso/wechat/callback?${new URLSearchParams({ state, error: "access_denied", x_platform: "android" })}`);
    expect(told.json).toEqual(OK);
    await browser.open(url);
    expect([browser.path, browser.alert]).toEqual(["/login", "The sign-in at the other site was cancelled."]);
    await browser.open(url);
    expect(browser.at).toBe("wechat");
  });

  it("remembers the app on the pages after, and knows it from the authorization request", async () => {
    const browser = await wechat();
    await browser.open(native());
    expect(browser.client.jar).toMatchObject({ platform: "ios", wechat_redirect_uri: APP });
    await atWechat(browser, "/login");
    await atWechat(await browser.another(), browser.authorization({ x_platform: "android", x_wechat_redirect_uri: APP }));
  });

  it("tells a browser nothing but that the page can be closed", async () => {
    const browser = await wechat();
    for (const state of [await atWechat(browser), "nosuch"]) {
      const told = await browser.client.send("/sso/wechat/callback", { form: { state, code: "x" } });
      expect([told.status, told.headers.location]).toEqual([302, "/errors/return"]);
    }
  });

  it("is refused without an address of the app, and with one that is not listed (code theft)", async () => {
    const browser = await wechat();
    await browser.open("/login?x_platform=ios");
    await browser.press("Continue with WeChat");
    expect([browser.status, browser.title]).toEqual([400, "Something went wrong"]);
    for (const uri of ["com.evil.app://wechat", `${APP}.evil`, "javascript://x/%0aalert(1)"]) {
      const other = await browser.another();
      expect((await other.open(native({ x_wechat_redirect_uri: uri }))).status).toBe(400);
      expect(other.client.jar.wechat_redirect_uri).toBeUndefined();
      const asked = await browser.another();
      await asked.open(asked.authorization({ x_platform: "ios", x_wechat_redirect_uri: uri }));
      if (asked.status === 200) await asked.press("Continue with WeChat");
      expect(asked.status).toBe(400);
    }
  });

  it("takes no state of another project (login by force)", async () => {
    const [browser, other] = [await wechat(), await wechat()];
    const state = await atWechat(browser);
    const form = { state, error: "access_denied", x_platform: "ios" };
    expect((await other.client.send("/sso/wechat/callback", { form })).status).toBe(400);
    expect((await browser.client.send("/sso/wechat/callback", { form })).json).toEqual(OK);
  });
});
