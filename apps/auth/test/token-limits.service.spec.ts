import { describe, expect, it } from "vitest";
import { type AuthClient, authClient, type Reply } from "./auth-client.js";
import { DeviceKey, grant } from "./device-keys.js";
import { events, refresh, signIn } from "./session-helpers.js";

const REFUSED = { error: "x_rate_limited", error_description: "rate limit exceeded, please try again later." };
const GROUP = "oauth.token.general";
const blocked = (client: AuthClient) => events(client, "rate_limit.blocked");

/** Asks until it is too often; a token comes back every half second meanwhile. */
async function untilRefused(ask: () => Promise<Reply>, most: number): Promise<Reply | undefined> {
  for (let round = 0; round < most; round += 1) {
    const answer = await ask();
    if (answer.status === 429) return answer;
  }
  return undefined;
}

describe("a limit of the token endpoint that refuses is told at once", () => {
  it("of an address, whoever asks, also at the other endpoints that share it", async () => {
    const clients = [{ client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] }];
    const client = await authClient({ config: { oauth: { clients, pushed_authorization_requests_enabled: true, device_authorization_enabled: true } } });
    const ask = (url = "/oauth2/token") => client.send(url, { form: { grant_type: "authorization_code", client_id: "nobody" } });
    await ask();
    expect(await blocked(client)).toEqual([]);
    expect((await untilRefused(ask, 300))?.json).toEqual(REFUSED);
    const told = { rate_limit: { name: `${GROUP}.per_ip`, group: GROUP } };
    expect(await blocked(client)).toEqual([told]);
    expect((await untilRefused(() => ask("/oauth2/par"), 10))?.json).toEqual(REFUSED);
    expect((await untilRefused(() => ask("/oauth2/device_authorization"), 10))?.json).toEqual(REFUSED);
    expect(await blocked(client)).toEqual([told, told, told]);
  });

  it("of a user", async () => {
    const client = await authClient();
    await client.signUp("ann@example.com");
    const tokens = await signIn(client, { email: "ann@example.com" });
    expect((await untilRefused(() => refresh(client, tokens), 110))?.json).toEqual(REFUSED);
    expect(await blocked(client)).toEqual([{ rate_limit: { name: `${GROUP}.per_user`, group: GROUP } }]);
  });

  it("of anonymous sign-ups, by key, by token and by browser", async () => {
    const once = { enabled: true, period: "1m", burst: 1 };
    const client = await authClient({ config: { authentication: { identities: ["login_id", "anonymous"], rate_limits: { signup_anonymous: { per_ip: once } } } } });
    const signUp = async () => grant(client, "anonymous-request", { jwt: await (await DeviceKey.make()).sign(client, "anonymous_request", { action: "auth" }) });
    expect([(await signUp()).status, (await signUp()).status]).toEqual([200, 429]);
    const told = { rate_limit: { name: "authentication.signup_anonymous.per_ip", group: "authentication.signup_anonymous" } };
    expect(await blocked(client)).toEqual([told]);
    for (const session_type of ["cookie", "refresh_token"]) {
      const web = await client.send("/api/anonymous_user/signup", { json: { session_type, client_id: "spa" } });
      expect([web.status, web.json.error.reason]).toEqual([429, "RateLimited"]);
    }
    expect(await blocked(client)).toEqual([told, told, told]);
  });
});
