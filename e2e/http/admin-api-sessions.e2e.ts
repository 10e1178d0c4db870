import { describe, expect, it } from "vitest";
import { Admin, nodes } from "../support/admin.js";
import type { FlowClient } from "../support/flow-client.js";
import { byEmail, newPassword, password } from "../support/inputs.js";
import { authorize, claimsOf, tokensOf } from "../support/oauth.js";
import { until } from "../support/platform.js";

const ANN = "ann@example.com";

async function refresh(browser: FlowClient, { refresh_token }: Record<string, any>): Promise<unknown> {
  const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "app", refresh_token });
  const { status, json } = await browser.call("POST", "/oauth2/token", { body: form.toString(), headers: { "content-type": "application/x-www-form-urlencoded" } });
  return json.error ?? status;
}

async function silently(browser: FlowClient): Promise<string> {
  const { location } = await authorize(browser, { prompt: "none", x_sso_enabled: "true" });
  return location.searchParams.get("error") ?? "signed in";
}

/** The node id of the session that an ID token tells about. */
function sessionIdIn({ id_token }: Record<string, any>): string {
  const [type, id] = Buffer.from(claimsOf(id_token).sid, "base64url").toString("utf8").split(":");
  expect(type).toBe("offline_grant");
  return Buffer.from(`Session:${id}`).toString("base64url");
}

describe("a session for the asking", () => {
  const input = async (admin: Admin) => ({ userID: await admin.createUser(ANN), clientID: "app" });

  it("is not given unless the plan allows it", async () => {
    const admin = await Admin.make();
    const refused = await admin.refused("createSession", await input(admin), "accessToken");
    expect(refused).toMatchObject({ errorName: "Forbidden", reason: "Forbidden", message: "CreateSession is disabled" });
  });

  it("is given by a plan that allows it, as tokens of the client", async () => {
    const admin = await Admin.make({ features: { admin_api: { create_session_enabled: true } } });
    const given = await admin.mutate("createSession", await input(admin), "refreshToken accessToken tokenType expiresIn");
    expect(given).toMatchObject({ tokenType: "Bearer", expiresIn: 1800 });
    const browser = admin.project.browser();
    const userinfo = await browser.call("GET", "/oauth2/userinfo", { headers: { authorization: `Bearer ${given.accessToken}` } });
    expect(userinfo.json).toMatchObject({ email: ANN });
    expect(await refresh(browser, { refresh_token: given.refreshToken })).toBe(200);
  });
});

describe("sessions of a single sign-on", () => {
  it("end together when one of them is revoked, and the log tells it once", async () => {
    const admin = await Admin.make();
    const browser = admin.project.browser();
    await browser.finish("signup", [byEmail(ANN), newPassword()]);
    const tokens = [await tokensOf(browser), await tokensOf(browser)];
    const elsewhere = admin.project.browser();
    await elsewhere.finish("login", [byEmail(ANN), password()]);
    const kept = await tokensOf(elsewhere);
    const [sessionID, other] = tokens.map(sessionIdIn);
    expect(sessionID).not.toBe(other);

    const { user } = await admin.mutate("revokeSession", { sessionID }, "user { id sessions { totalCount edges { node { type } } } }");
    expect([user.sessions.totalCount, nodes(user.sessions)]).toEqual([1, [{ type: "IDP" }]]);
    for (const one of tokens) expect(await refresh(browser, one)).toBe("invalid_grant");
    expect([await silently(browser), await silently(elsewhere), await refresh(elsewhere, kept)]).toEqual(["login_required", "signed in", 200]);
    const logs = await admin.settledLogs({ userIDs: [user.id], activityTypes: ["USER_SESSION_TERMINATED"] });
    expect(logs.map(({ data }) => data.payload.termination_type)).toEqual(["individual"]);
  });

  it("are shown as one", async () => {
    const admin = await Admin.make();
    const browser = admin.project.browser();
    await browser.finish("signup", [byEmail(ANN), newPassword()]);
    await tokensOf(browser);
    const query = `{ getUserByLoginID(loginIDKey: "email", loginIDValue: "${ANN}") { sessions { edges { node { type clientID amr createdByIP } } } } }`;
    const shown = await until(async () => (await admin.ask(query)).getUserByLoginID ?? undefined, "the user");
    expect(nodes(shown.sessions)).toEqual([{ type: "IDP", clientID: null, amr: ["pwd", "x_primary_password"], createdByIP: expect.any(String) }]);
  });
});
