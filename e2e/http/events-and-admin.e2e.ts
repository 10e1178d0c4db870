import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runFlow, signUpInputs } from "../support/flow.js";
import { base, demoConfig, newProjectId, operator, until } from "../support/platform.js";
import { WebhookReceiver } from "../support/webhook-receiver.js";

interface Project {
  files: Record<string, string>;
}

const graphql = async (token: string, query: string, variables: object = {}) => {
  const response = await fetch(`${base}/_api/admin/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: response.headers.get("content-type")?.includes("json") ? ((await response.json()) as any) : await response.text() };
};

describe("a sign-up reaches web hooks, the audit log and the Admin API", () => {
  let receiver: WebhookReceiver;
  let token = "";
  const email = `webhook-${Date.now()}@example.com`;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    const hook = {
      blocking_handlers: [{ event: "user.pre_create", url: `${receiver.url}/ask` }],
      non_blocking_handlers: [{ events: ["user.created", "user.deleted"], url: `${receiver.url}/tell` }],
    };
    await operator("PUT", "projects/demo", { files: { "authgear.yaml": demoConfig({ hook, verification: { claims: { email: { enabled: true, required: false } } } }) } });
    const { files } = await operator<Project>("GET", "projects/demo");
    const secrets = parse(files["authgear.secrets.yaml"] as string) as { secrets: { key: string; data: { keys: { k: string }[] } }[] };
    receiver.secret = Buffer.from(secrets.secrets.find(({ key }) => key === "webhook")?.data.keys[0]?.k ?? "", "base64url");
    ({ token } = await operator<{ token: string }>("POST", "projects/demo/admin-token", {}));
  });
  afterAll(() => receiver.close());

  it("asks the blocking handler, which can refuse", async () => {
    const refused = `refused-${Date.now()}@example.com`;
    receiver.refused.add(refused);
    const error = await runFlow(base, "signup", signUpInputs(refused, "correct horse")).catch((thrown: { error: unknown }) => thrown.error);
    expect(error).toMatchObject({ name: "Forbidden", reason: "HookDisallowed", info: { event_type: "user.pre_create", reasons: [{ title: "Not on the list" }] } });
    expect((await graphql(token, `{ getUserByLoginID(loginIDKey: "email", loginIDValue: "${refused}") { id } }`)).body.data.getUserByLoginID).toBeNull();
  });

  it("delivers the signed event, and the admin finds the user and the log", async () => {
    await runFlow(base, "signup", signUpInputs(email, "correct horse"));
    const event = await until(async () => receiver.events.find(({ type, payload }) => type === "user.created" && payload.user.standard_attributes.email === email), "the event");
    expect([event.signatureOk, event.payload.identities[0].claims.email]).toEqual([true, email]);
    const found = await until(async () => {
      const answer = await graphql(token, `query($k: String!) { users(searchKeyword: $k) { edges { node { id standardAttributes } } } }`, { k: email });
      return answer.body.data.users.edges.length > 0 ? answer.body.data.users.edges : undefined;
    }, "the user in the search");
    expect(found).toMatchObject([{ node: { standardAttributes: { email } } }]);
    const logs = await until(async () => {
      const answer = await graphql(token, "{ auditLogs(first: 50) { edges { node { activityType data } } } }");
      const rows = answer.body.data.auditLogs.edges.map((edge: any) => edge.node);
      return rows.find((row: any) => row.activityType === "USER_CREATED" && JSON.stringify(row.data).includes(email));
    }, "the audit row");
    expect(logs).toBeDefined();
  });

  it("creates and deletes users", async () => {
    const own = `made-${Date.now()}@example.com`;
    const made = await graphql(token, `mutation($v: String!) { createUser(input: { definition: { loginID: { key: "email", value: $v } } }) { user { id } } }`, { v: own });
    const id = made.body.data?.createUser?.user?.id as string;
    expect(id, JSON.stringify(made.body)).toBeTruthy();
    const gone = await graphql(token, "mutation($id: ID!) { deleteUser(input: { userID: $id }) { deletedUserID } }", { id });
    expect(gone.body.data.deleteUser.deletedUserID).toBe(id);
    await until(async () => receiver.events.find(({ type, payload }) => type === "user.deleted" && payload.user.standard_attributes.email === own), "user.deleted");
  });

  it("refuses callers without a token or with another project's (stolen admin token)", async () => {
    const other = newProjectId();
    const origin = new URL(base);
    await operator("PUT", `projects/${other}`, { files: { "authgear.yaml": `id: ${other}\nhttp: {public_origin: "http://${other}.localhost:${origin.port}"}\n` } });
    const foreign = await operator<{ token: string }>("POST", `projects/${other}/admin-token`, {});
    expect([(await graphql("nonsense", "{ __typename }")).status, (await graphql(foreign.token, "{ __typename }")).status]).toEqual([403, 403]);
  });
});
