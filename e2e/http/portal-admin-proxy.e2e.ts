import { beforeAll, describe, expect, it } from "vitest";
import { nodes } from "../support/admin.js";
import { Developer, sendRaw } from "../support/developer.js";
import { newProjectId, portal, until } from "../support/platform.js";

const PAGE = `${portal}/projects/users`;
const nodeOf = (id: string, type = "App"): string => Buffer.from(`${type}:${id}`).toString("base64url");
const CREATE = `mutation($email: String!) { createUser(input: { definition: { loginID: { key: "email", value: $email } } }) { user { id } } }`;
const USERS = "{ users { totalCount edges { node { standardAttributes } } } }";
const LOGS = `query($type: AuditLogActivityType!) { auditLogs(activityTypes: [$type]) { edges { node { data } } } }`;

describe("the Admin API behind the portal", () => {
  let [owner, stranger]: Developer[] = [];
  const [mine, theirs] = [newProjectId(), newProjectId()];
  beforeAll(async () => {
    [owner, stranger] = [await Developer.signUp(), await Developer.signUp()];
    await owner.createProject(mine);
    await stranger.createProject(theirs);
  });

  /** One operation on a project, as the portal's page asks; `path` is what comes after the project. */
  const ask = (who: Developer | undefined, query: string, { variables = {}, project = mine, path = "graphql" }: { variables?: object; project?: string; path?: string } = {}) =>
    sendRaw({
      path: `/api/apps/${nodeOf(project)}/${path}`,
      headers: { "content-type": "application/json", referer: PAGE, "user-agent": "Portal/1", ...who?.headers },
      body: JSON.stringify({ query, variables }),
    });
  const usersOf = async (who: Developer, project: string) => (await ask(who, USERS, { project })).json?.data.users;

  it("answers a developer, and the audit log names him, his page and his browser", async () => {
    const made = await ask(owner, CREATE, { variables: { email: "ann@example.com" }, path: "graphql?client_id=none" });
    expect([made.status, made.json?.errors, made.headers["content-type"]]).toEqual([200, undefined, "application/json; charset=utf-8"]);
    const users = await usersOf(owner as Developer, mine);
    expect([users.totalCount, nodes(users)[0].standardAttributes.email]).toEqual([1, "ann@example.com"]);
    const row = await until(async () => {
      const { json } = await ask(owner, LOGS, { variables: { type: "ADMIN_API_MUTATION_CREATE_USER_EXECUTED" } });
      return nodes(json?.data.auditLogs)[0];
    }, "the line of the audit log");
    expect(row.data.context).toMatchObject({
      app_id: mine,
      triggered_by: "admin_api",
      user_agent: "Portal/1",
      client_id: "none",
      audit_context: { usage: "proxy", actor_user_id: owner?.userId, http_referer: PAGE, http_url: expect.stringContaining(`${mine}.`) },
    });
    expect(row.data.payload.user.id).toBe(Buffer.from(made.json?.data.createUser.user.id, "base64url").toString().replace("User:", ""));
  });

  it("gives its refusals as they are", async () => {
    const { status, json } = await ask(owner, CREATE, { variables: { email: "nobody" } });
    expect([status, json?.errors?.[0].extensions]).toMatchObject([200, { errorName: "Invalid", reason: "ValidationFailed" }]);
    const syntax = await ask(owner, "{");
    expect([syntax.status, syntax.json?.error]).toMatchObject([500, { name: "InternalError", reason: "UnexpectedError" }]);
    const many = await ask(owner, `mutation { ${[1, 2, 3, 4, 5, 6].map((n) => `m${n}: createRole(input: { key: "r${n}" }) { role { id } }`).join(" ")} }`);
    expect([many.status, many.json?.error.message]).toEqual([400, "too many mutation fields in one request: got 6, limit is 5"]);
  });

  it("shows the page to try queries without a session, and that alone", async () => {
    const page = await sendRaw({ method: "GET", path: `/api/apps/${nodeOf(mine)}/graphql` });
    expect([page.status, page.headers["content-type"], page.text.includes("<html")]).toEqual([200, "text/html; charset=utf-8", true]);
    const job = await sendRaw({ method: "GET", path: `/api/apps/${nodeOf(mine)}/_api/admin/users/export/userexport_X` });
    expect([job.status, job.text]).toEqual([401, "unauthorized"]);
  });

  it.each<[string, () => Promise<Record<string, string>> | Record<string, string>]>([
    ["without a session", () => ({})],
    ["with a session of another developer", async () => ({ ...(stranger as Developer).headers })],
    ["with a token that was altered", async () => ({ authorization: `${owner?.headers.authorization.slice(0, -6)}AAAAAA` })],
    ["by headers that a proxy of the project would set", () => ({ "x-authgear-session-valid": "true", "x-authgear-user-id": owner?.userId ?? "" })],
  ])("threat: somebody changes a project %s", async (_name, headersOf) => {
    const body = JSON.stringify({ query: CREATE, variables: { email: "eve@example.com" } });
    const headers = { "content-type": "application/json", ...(await headersOf()) };
    const refused = await sendRaw({ path: `/api/apps/${nodeOf(mine)}/graphql`, headers, body });
    expect([refused.status, refused.text, refused.headers["content-type"]]).toEqual([401, "unauthorized", "text/plain; charset=utf-8"]);
    expect(nodes(await usersOf(owner as Developer, mine)).map(({ standardAttributes: { email } }) => email)).not.toContain("eve@example.com");
  });

  it("threat: a developer asks for one project and names another", async () => {
    const { json } = await ask(owner, CREATE, { variables: { email: "eve@example.com" }, path: `graphql?app_id=${theirs}` });
    expect(json?.errors).toBeUndefined();
    const path = `/api/apps/${nodeOf(mine)}/graphql`;
    const headers = { ...owner?.headers, "content-type": "application/json", "x-forwarded-host": `${theirs}.localhost`, host: `${theirs}.localhost` };
    const answer = await sendRaw({ path, headers, body: JSON.stringify({ query: USERS }) });
    if (answer.status === 200) expect(answer.json?.data.users.totalCount).toBe(2);
    expect((await usersOf(stranger as Developer, theirs)).totalCount).toBe(0);
    const node = Buffer.from(`App:${mine}:${theirs}`).toString("base64url");
    const other = await sendRaw({
      path: `/api/apps/${node}/graphql`,
      headers: { ...stranger?.headers, "content-type": "application/json" },
      body: JSON.stringify({ query: USERS }),
    });
    expect([other.status, other.text]).toEqual([401, "unauthorized"]);
  });

  it.each([["x"], [mine], [nodeOf(mine, "User")], [`${nodeOf(mine)}=`], ["App%3A"]])("threat: %s stands for a project", async (node) => {
    const refused = await sendRaw({ path: `/api/apps/${node}/graphql`, headers: { ...owner?.headers, "content-type": "application/json" }, body: "{}" });
    expect([refused.status, refused.text]).toEqual([400, "invalid app ID"]);
  });

  it.each([
    "oauth2/token",
    "graphql/../../../operator/v1/projects",
    "_api/admin/../../oauth2/token",
    "_api/admin/%2e%2e/%2e%2e/_resolver/resolve",
    "_api/admin/..%2f..%2f_resolver/resolve",
    "_api/admin/..%5c..%5c_resolver/resolve",
    "_api\\admin\\..\\..\\_resolver",
    "/127.0.0.1/_api/admin/graphql",
    "@127.0.0.1/_api/admin/graphql",
    "",
  ])("threat: the path %j leads past the Admin API", async (path) => {
    const answer = await sendRaw({ path: `/api/apps/${nodeOf(mine)}/${path}`, headers: { ...owner?.headers, "content-type": "application/json" }, body: "{}" });
    expect([404, 405]).toContain(answer.status);
    expect(answer.headers["x-authgear-session-valid"]).toBeUndefined();
  });

  it("takes no body above its limit", async () => {
    const answer = await sendRaw({
      path: `/api/apps/${nodeOf(mine)}/graphql`,
      headers: { ...owner?.headers, "content-type": "application/json" },
      body: JSON.stringify({ query: "{ __typename }", variables: { x: "x".repeat(1_100_000) } }),
    });
    expect(answer.status).toBe(413);
  });
});
