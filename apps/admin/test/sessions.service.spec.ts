import { randomUUID } from "node:crypto";
import { statementCount } from "@gatehouse/platform-postgres";
import type { TestProject } from "@gatehouse/platform-testing";
import { SessionReader, UserSessionStore } from "@gatehouse/record-sessions";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { authorizationId, sessionId, SignIns } from "./admin-rows.js";
import { accessOf, clientProject, eventsNamed, PHONE, signInProject } from "./sign-in-project.js";

let api: AdminClient;
let ask: AdminClient["ask"];
beforeAll(async () => {
  api = await adminClient();
  ({ ask } = api);
});

const start = (features?: Record<string, unknown>) => signInProject(api, features);
const list = (target: TestProject, id: string) => accessOf(api, target, id);
const revoke = (target: TestProject, raw: string) =>
  ask(target, "mutation($id: ID!) { revokeSession(input: { sessionID: $id }) { user { id sessions { totalCount } } } }", { variables: { id: sessionId(raw) } });

describe("User.sessions", () => {
  it("shows browsers and first-party apps, latest access first, in the words of the schema", async () => {
    const { target, id, userId, signIns } = await start();
    const browser = await signIns.browser(userId);
    const phone = await signIns.grant({ userId, deviceInfo: PHONE, lastAccess: new Date(Date.now() - 60_000) });
    const { sessions, raw } = await list(target, id);
    expect(sessions.map((one) => one.id)).toEqual([sessionId(browser), sessionId(phone)]);
    expect(raw.sessions).toMatchObject({ totalCount: 2, edges: [{ cursor: "YXJyYXljb25uZWN0aW9uOjA=" }, { cursor: "YXJyYXljb25uZWN0aW9uOjE=" }] });
    expect(sessions[0]).toMatchObject({ type: "IDP", clientID: null, acr: null, amr: ["pwd"], applicationName: null, userAgent: "test" });
    expect(sessions[1]).toMatchObject({
      type: "OFFLINE_GRANT",
      clientID: "spa",
      displayName: "Google Pixel 7",
      applicationName: "Shop",
      acr: null,
      amr: [],
      userAgent: "curl/8.1.2",
      createdByIP: "8.8.8.8",
      lastAccessedByIP: "8.8.8.8",
      lastAccessedByIPCountryCode: "US",
      lastAccessedByIPEnglishCountryName: "United States",
      updatedAt: sessions[1].lastAccessedAt,
    });
  });

  it("hides what is over and third parties' grants; folds shared sign-on into the browser, named after its latest device; shows the built-in tester", async () => {
    const { target, id, userId, signIns } = await start();
    const browser = await signIns.browser(userId);
    await signIns.grant({ userId, idpSessionId: browser, ssoEnabled: true, deviceInfo: PHONE });
    await signIns.grant({ userId, clientId: "third" });
    await signIns.grant({ userId, lastAccess: new Date(Date.now() - 40 * 24 * 3600_000) });
    const mixed = await signIns.grant({ userId, also: ["third"] });
    const tester = await signIns.grant({ userId, clientId: "tester" });
    const { sessions } = await list(target, id);
    expect(sessions.map((one) => one.id).toSorted()).toEqual([browser, mixed, tester].map(sessionId).toSorted());
    expect(sessions.find((one) => one.id === sessionId(browser))).toMatchObject({ type: "IDP", displayName: "Google Pixel 7", clientID: null });
  });

  it("and authorizations of 100 users are read in a bounded number of statements", async () => {
    const target = await clientProject();
    const ids = Array.from({ length: 100 }, () => randomUUID());
    const { id: projectId } = target.project;
    const owners = "select $1, $2, id from unnest($3::uuid[]) id";
    await target.db.transaction(async (tx) => {
      await tx.query("insert into auth_user (project_id, id, created_at, updated_at) select $1, id, now(), now() from unnest($2::uuid[]) id", [projectId, ids]);
      await tx.query(
        "insert into client_authorization (project_id, client_id, user_id, id, scopes, created_at, updated_at) select o.*, gen_random_uuid(), '{openid}', now(), now() from (" +
          owners +
          ") o",
        [projectId, "third", ids],
      );
    });
    const signIns = new SignIns(api.service, target);
    for (const userId of ids.slice(0, 3)) await signIns.browser(userId as never);
    const counted = await statementCount.during(() => ask(target, "{ users(first: 100) { edges { node { sessions { totalCount } authorizations { totalCount } } } } }"));
    const nodes = counted.result.data.users.edges.map(({ node }: any) => node);
    expect(nodes).toHaveLength(100);
    expect(
      nodes
        .map((node: any) => node.sessions.totalCount)
        .toSorted()
        .slice(-4),
    ).toEqual([0, 1, 1, 1]);
    expect(nodes.every((node: any) => node.authorizations.totalCount === 1)).toBe(true);
    for (const table of ["idp_session", "offline_grant", "client_authorization"])
      expect(counted.statements.filter((text) => text.includes(` ${table} `)).length, table).toBeLessThanOrEqual(5);
  });
});

describe("User.authorizations", () => {
  it("are those of third parties, oldest first", async () => {
    const { target, id, userId, signIns } = await start();
    const [third, foreign] = [await signIns.authorization(userId, "third", ["openid", "email"]), await signIns.authorization(userId, "foreign")];
    await signIns.authorization(userId, "spa");
    await signIns.authorization(userId, "gone");
    const { authorizations } = await list(target, id);
    expect(authorizations).toMatchObject([
      { id: authorizationId(third), clientID: "third", scopes: ["openid", "email"] },
      { id: authorizationId(foreign), clientID: "foreign", scopes: ["openid"] },
    ]);
  });
});

describe("revokeSession", () => {
  it("ends the whole group of one app, with one event and one line of audit", async () => {
    const { target, id, userId, signIns } = await start();
    const browser = await signIns.browser(userId);
    const app = await signIns.grant({ userId, idpSessionId: browser, ssoEnabled: true });
    const sibling = await signIns.grant({ userId, clientId: "other", idpSessionId: browser, ssoEnabled: true });
    const apart = await signIns.grant({ userId });
    expect((await revoke(target, app)).data.revokeSession.user).toEqual({ id, sessions: { totalCount: 1 } });
    expect((await list(target, id)).sessions.map((one) => one.id)).toEqual([sessionId(apart)]);
    const [ended, ...more] = await eventsNamed(target, "user.session.terminated");
    expect(more).toEqual([]);
    expect(ended?.payload.termination_type).toBe("individual");
    expect(ended?.payload.sessions.map((one: any) => one.id).toSorted()).toEqual([app, browser, sibling].toSorted());
    const [audit, ...others] = await eventsNamed(target, "admin_api.mutation.revoke_session.executed");
    expect(others).toEqual([]);
    expect(audit).toMatchObject({
      payload: { session: { id: app, type: "offline_grant", clientID: "spa" }, user: { id: userId } },
      context: { user_id: userId, triggered_by: "admin_api" },
    });
  });

  it("leaves the sign-on alone when the app shares none, and takes a third party's grant too", async () => {
    const { target, id, userId, signIns } = await start();
    const browser = await signIns.browser(userId);
    await revoke(target, await signIns.grant({ userId, idpSessionId: browser }));
    const third = await signIns.grant({ userId, clientId: "third" });
    expect((await revoke(target, third)).errors).toBeUndefined();
    expect((await list(target, id)).sessions.map((one) => one.id)).toEqual([sessionId(browser)]);
    expect((await ask(target, "query($id: ID!) { node(id: $id) { id } }", { variables: { id: sessionId(third) } })).errors).toHaveLength(1);
  });

  it("ends sessions that are cached: a revoked session does not live on", async () => {
    const { target, userId, signIns } = await start();
    const browser = await signIns.browser(userId);
    const reader = api.service.nest.get(SessionReader, { strict: false });
    expect(await reader.byId(target.ctx, "idp", browser)).toBeDefined();
    await revoke(target, browser);
    expect(await reader.byId(target.ctx, "idp", browser)).toBeUndefined();
  });

  it("of an unknown, expired or foreign session is an error that tells nothing; of another node's id an Invalid one", async () => {
    const { target, userId, signIns } = await start();
    const other = await start();
    const theirs = await other.signIns.browser(other.userId);
    const expired = await signIns.grant({ userId, lastAccess: new Date(Date.now() - 40 * 24 * 3600_000) });
    for (const raw of [randomUUID(), "opaque", theirs, expired]) expect((await revoke(target, raw)).errors).toEqual([{ message: "unexpected error", locations: [] }]);
    const wrong = await ask(target, "mutation($id: ID!) { revokeSession(input: { sessionID: $id }) { user { id } } }", { variables: { id: other.id } });
    expect(wrong.errors?.[0]).toMatchObject({ message: "invalid session ID", extensions: { errorName: "Invalid", reason: "Invalid" } });
    expect((await list(other.target, other.id)).sessions).toHaveLength(1);
  });
});

describe("revokeAllSessions", () => {
  const all = (target: TestProject, id: string) =>
    ask(target, "mutation($id: ID!) { revokeAllSessions(input: { userID: $id }) { user { id sessions { totalCount } } } }", { variables: { id } });

  it("ends all of the user's own, keeps third parties' tokens, and tells of it once", async () => {
    const { target, id, userId, signIns } = await start();
    const [browser, app, third] = [await signIns.browser(userId), await signIns.grant({ userId }), await signIns.grant({ userId, clientId: "third" })];
    expect((await all(target, id)).data.revokeAllSessions.user).toEqual({ id, sessions: { totalCount: 0 } });
    const left = await target.db.read((tx) => api.service.nest.get(UserSessionStore, { strict: false }).ofUser(target.ctx, tx, userId));
    expect([left.idp, left.grants.map(({ grant }) => grant.id)]).toEqual([[], [third]]);
    const ended = await eventsNamed(target, "user.session.terminated");
    expect(ended).toMatchObject([{ payload: { termination_type: "all" } }]);
    expect(ended[0]?.payload.sessions.map((one: any) => one.id).toSorted()).toEqual([app, browser].toSorted());
    expect(await eventsNamed(target, "admin_api.mutation.revoke_all_sessions.executed")).toMatchObject([{ payload: { user: { id: userId } }, context: { user_id: userId } }]);
  });

  it("of a user without sessions is audited, and is no event of the user", async () => {
    const { target, id } = await start();
    await all(target, id);
    expect([await eventsNamed(target, "user.session.terminated"), (await eventsNamed(target, "admin_api.mutation.revoke_all_sessions.executed")).length]).toEqual([[], 1]);
  });

  it("refuses an unknown user, another project's, and what is no user", async () => {
    const { target } = await start();
    const other = await start();
    await other.signIns.browser(other.userId);
    expect((await all(target, other.id)).errors?.[0].extensions).toMatchObject({ errorName: "NotFound", reason: "UserNotFound" });
    expect((await all(target, sessionId("x"))).errors?.[0]).toMatchObject({ message: "invalid user ID", extensions: { reason: "Invalid" } });
    expect((await list(other.target, other.id)).sessions).toHaveLength(1);
  });
});

describe("deleteAuthorization", () => {
  const remove = (target: TestProject, raw: string) =>
    ask(target, "mutation($id: ID!) { deleteAuthorization(input: { authorizationID: $id }) { user { id authorizations { totalCount } } } }", {
      variables: { id: authorizationId(raw) },
    });

  it("takes the consent and its tokens; a grant shared with another client keeps the other's", async () => {
    const { target, id, userId, signIns } = await start();
    const [shared, alone] = [await signIns.grant({ userId, also: ["third"] }), await signIns.grant({ userId, clientId: "third" })];
    const consent = await signIns.authorization(userId, "third");
    expect((await remove(target, consent)).data.deleteAuthorization.user).toEqual({ id, authorizations: { totalCount: 0 } });
    const left = await target.db.read((tx) => api.service.nest.get(UserSessionStore, { strict: false }).ofUser(target.ctx, tx, userId));
    expect(left.grants.map(({ grant, clientIds }) => [grant.id, clientIds])).toEqual([[shared, ["spa"]]]);
    expect(alone).not.toBe(shared);
    const [audit, ...more] = await eventsNamed(target, "admin_api.mutation.delete_authorization.executed");
    expect([audit?.payload.authorization, audit?.context.user_id || null, more]).toMatchObject([{ id: consent, clientID: "third", scopes: ["openid"] }, null, []]);
  });

  it("of an unknown or foreign one is an error that tells nothing", async () => {
    const { target } = await start();
    const other = await start();
    const theirs = await other.signIns.authorization(other.userId, "third");
    for (const raw of [randomUUID(), "opaque", theirs]) expect((await remove(target, raw)).errors).toEqual([{ message: "unexpected error", locations: [] }]);
    const wrong = await ask(target, "mutation($id: ID!) { deleteAuthorization(input: { authorizationID: $id }) { user { id } } }", { variables: { id: "???" } });
    expect(wrong.errors?.[0]).toMatchObject({ message: "invalid authorization ID", extensions: { errorName: "Invalid" } });
    expect((await list(other.target, other.id)).authorizations).toHaveLength(1);
  });
});

describe("node", () => {
  const node = (target: TestProject, id: string) => ask(target, "query($id: ID!) { node(id: $id) { __typename id } }", { variables: { id } });

  it("finds sessions of both kinds and authorizations; missing ones are an error that tells nothing", async () => {
    const { target, userId, signIns } = await start();
    const other = await start();
    const found = [sessionId(await signIns.browser(userId)), sessionId(await signIns.grant({ userId })), authorizationId(await signIns.authorization(userId, "third"))];
    for (const id of found) expect((await node(target, id)).data.node.id).toBe(id);
    for (const id of [...found, sessionId("opaque"), authorizationId(randomUUID())]) {
      const answer = await node(other.target, id);
      expect([answer.status, answer.data, answer.errors]).toEqual([200, { node: null }, [{ message: "unexpected error", locations: [] }]]);
    }
  });

  it("fails in a list for the missing element alone", async () => {
    const { target, userId, signIns } = await start();
    const there = sessionId(await signIns.browser(userId));
    const { data, errors } = await ask(target, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", { variables: { ids: ["!!!", sessionId(randomUUID()), there] } });
    expect([data.nodes, errors]).toEqual([[null, null, { id: there }], [{ message: "unexpected error", locations: [] }]]);
  });
});
