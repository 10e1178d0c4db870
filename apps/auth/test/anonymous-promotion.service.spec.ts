import { describe, expect, it } from "vitest";
import { type AuthClient, authClient, type Reply } from "./auth-client.js";
import { claimsOf, DeviceKey, forgetCookies, grant } from "./device-keys.js";
import { HostedBrowser, PASSWORD } from "./hosted-browser.js";
import { events } from "./session-helpers.js";

const INVALID = { error: "invalid_grant", error_description: "InvalidCredentials" };
const authentication = { identities: ["login_id", "anonymous"] };
const project = () => authClient({ config: { authentication } });

async function logIn(client: AuthClient, key: DeviceKey, change: Parameters<DeviceKey["sign"]>[3] = {}): Promise<Reply> {
  return grant(client, "anonymous-request", { jwt: await key.sign(client, "anonymous_request", { action: "auth" }, change) });
}

describe("anonymous users with a key", () => {
  it("become regular users by a JWT with the action promote, once (replay)", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    const { sub } = claimsOf((await logIn(client, key)).json.id_token);
    const jwt = await key.sign(client, "anonymous_request", { action: "promote" }, { bare: true });
    const hint = (value: string) => new URLSearchParams({ login_hint: `https://authgear.com/login_hint?${new URLSearchParams({ type: "anonymous", jwt: value })}` }).toString();
    const inputs = [
      { identification: "email", login_id: "ann@example.com" },
      { authentication: "primary_password", new_password: "correct horse" },
    ];
    const done = (await client.flow("promote", inputs, hint(jwt))).at(-1) as Reply;
    expect(done.json.result.action.type).toBe("finished");
    expect(await events(client, "user.anonymous.promoted")).toMatchObject([{ anonymous_user: { id: sub }, user: { id: sub, is_anonymous: false } }]);
    const [replayed] = await client.flow("promote", [], hint(jwt));
    expect(replayed?.json.error.reason).toBe("InvalidCredentials");
    expect((await logIn(client, key, { bare: true })).json).toEqual(INVALID);
  });

  it("do not become regular users by a JWT of somebody else (account takeover)", async () => {
    const client = await project();
    const key = await DeviceKey.make();
    await logIn(client, key);
    const hint = async (change: Parameters<DeviceKey["sign"]>[3]) => {
      const jwt = await key.sign(client, "anonymous_request", { action: "promote" }, change);
      return new URLSearchParams({ login_hint: `https://authgear.com/login_hint?${new URLSearchParams({ type: "anonymous", jwt })}` }).toString();
    };
    const thief = await DeviceKey.make("ES256", key.kid);
    for (const change of [{ signer: thief }, { payload: { action: "auth" } }, { challenge: "nosuch" }]) {
      const [refused] = await client.flow("promote", [], await hint(change));
      expect(refused?.json.error.reason).toBe("InvalidCredentials");
    }
    expect(await events(client, "authentication.identity.anonymous.failed")).toHaveLength(3);
  });
});

describe("the page of a promotion", () => {
  it("begins with the JWT of the app's key, keeps the user, and leads to the application", async () => {
    const browser = await HostedBrowser.of({ authentication });
    const key = await DeviceKey.make();
    const { sub } = claimsOf((await logIn(browser.client, key)).json.id_token);
    forgetCookies(browser.client);
    const jwt = await key.sign(browser.client, "anonymous_request", { action: "promote" });
    const login_hint = `https://authgear.com/login_hint?${new URLSearchParams({ type: "anonymous", jwt })}`;
    await browser.open(browser.authorization({ login_hint, prompt: "login" }));
    expect(browser.path).toBe("/flows/promote_user");
    await browser.press("Continue", { x_login_id: "ann@example.com" });
    await browser.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
    expect(browser.left?.host).toBe("app.test");
    expect(await events(browser.client, "user.anonymous.promoted")).toMatchObject([{ user: { id: sub, is_anonymous: false } }]);
    expect((await logIn(browser.client, key, { bare: true })).json).toEqual(INVALID);
  });
});
