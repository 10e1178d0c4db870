import type { TestProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { accessOf, eventsNamed, PHONE, signInProject } from "./sign-in-project.js";

let api: AdminClient;
let ask: AdminClient["ask"];
beforeAll(async () => {
  api = await adminClient();
  ({ ask } = api);
});

const start = (features?: Record<string, unknown>) => signInProject(api, features);
const list = (target: TestProject, id: string) => accessOf(api, target, id);

describe("createSession", () => {
  const OPEN = { admin_api: { create_session_enabled: true } };
  const create = (target: TestProject, userID: string, more: object = {}) =>
    ask(target, "mutation($input: CreateSessionInput!) { createSession(input: $input) { refreshToken accessToken tokenType expiresIn } }", {
      variables: { input: { userID, clientID: "spa", ...more } },
    });
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("is off by default", async () => {
    const { target, id } = await start();
    expect((await create(target, id)).errors?.[0]).toMatchObject({ message: "CreateSession is disabled", extensions: { errorName: "Forbidden", reason: "Forbidden" } });
  });

  it.each([
    ["an unknown client", { clientID: "nope" }, "Invalid", "invalid client ID"],
    ["a third party's client", { clientID: "third" }, "Forbidden", "cannot create session for non-first party client"],
    ["device info that is not base64url", { deviceInfo: "!" }, "Invalid", "invalid device info"],
    ["device info that is padded", { deviceInfo: `${Buffer.from("{} ").toString("base64")}=` }, "Invalid", "invalid device info"],
    ["device info that is no object", { deviceInfo: encoded([1]) }, "Invalid", "invalid device info"],
    ["device info that is empty", { deviceInfo: "" }, "Invalid", "invalid device info"],
    ["a malformed user", { userID: "VXNlcg" }, "Invalid", "invalid user ID"],
  ])("refuses %s", async (_name, more, errorName, message) => {
    const { target, id } = await start(OPEN);
    expect((await create(target, id, more)).errors?.[0]).toMatchObject({ message, extensions: { errorName } });
    expect((await list(target, id)).sessions).toEqual([]);
  });

  it("refuses a user of another project", async () => {
    const [{ target }, other] = [await start(OPEN), await start(OPEN)];
    expect((await create(target, other.id)).errors?.[0].extensions.reason).toBe("UserNotFound");
    expect((await list(other.target, other.id)).sessions).toEqual([]);
  });

  it("gives tokens of an app that is listed, and is audited", async () => {
    const { target, id, userId } = await start(OPEN);
    const { data } = await create(target, id, { deviceInfo: encoded({ ...PHONE, more: 1 }) });
    expect(data.createSession).toMatchObject({ tokenType: "Bearer", expiresIn: 1800, accessToken: expect.any(String), refreshToken: expect.stringContaining(".") });
    const { sessions, authorizations } = await list(target, id);
    expect(sessions).toMatchObject([{ type: "OFFLINE_GRANT", displayName: "Google Pixel 7", clientID: "spa", amr: [] }]);
    expect(authorizations).toEqual([]);
    const [audit, ...more] = await eventsNamed(target, "admin_api.mutation.create_session.executed");
    expect(more).toEqual([]);
    expect(audit).toMatchObject({ context: { user_id: userId }, payload: { user: { id: userId }, session: { clientID: "spa", type: "offline_grant" } } });
    expect(JSON.stringify(audit)).not.toContain(data.createSession.refreshToken.split(".")[1]);
    const [{ scopes }] = (await target.db.read((tx) => tx.query("select scopes from refresh_token where project_id = $1", [target.project.id]))) as never as [{ scopes: string[] }];
    expect(scopes).toEqual(["openid", "offline_access", "https://authgear.com/scopes/full-access"]);
  });

  it("takes device info that names no model, and twice gives two sessions", async () => {
    const { target, id } = await start(OPEN);
    await create(target, id, { deviceInfo: encoded({ x: 1 }) });
    await create(target, id);
    expect((await list(target, id)).sessions).toHaveLength(2);
  });
});
