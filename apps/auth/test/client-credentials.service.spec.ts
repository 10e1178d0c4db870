import { statementCount } from "@gatehouse/platform-postgres";
import { describe, expect, it } from "vitest";
import { authClient } from "./auth-client.js";
import { API, machineForm, machineProject, partsOf } from "./machine-project.js";

describe("machine tokens", () => {
  it("are JWTs for one API resource with all assigned scopes, ascending, and are told with a masked secret", async () => {
    const client = await machineProject();
    await client.send("/oauth2/jwks");
    const counted = await statementCount.during(() => client.send("/oauth2/token", { form: machineForm() }));
    const { status, json, headers } = counted.result;
    expect([status, counted.sql, headers["cache-control"]]).toEqual([200, 2, "no-store"]);
    expect({ ...json, access_token: "" }).toEqual({ access_token: "", token_type: "Bearer", expires_in: 1800, scope: "read write" });
    const { header, claims } = partsOf(json.access_token);
    expect(header).toEqual({ alg: "RS256", typ: "at+jwt", kid: expect.any(String) });
    expect(claims).toEqual({
      jti: expect.any(String),
      iss: client.project.project.config.http.public_origin,
      aud: [API],
      iat: expect.any(Number),
      exp: claims.iat + 1800,
      client_id: "machine",
      scope: "read write",
      sub: "client_id_machine",
    });
    const told = await client.project.db.read((tx) => tx.query("select payload from outbox where project_id = $1 and type = 'm2m.token.created'", [client.project.project.id]));
    expect(told).toEqual([{ payload: { client_id: "machine", client_secret: "secr******" } }]);
  });

  it("carry asked scopes in the asked order, and Basic credentials count", async () => {
    const client = await machineProject();
    const basic = `Basic ${Buffer.from("machine:secret-of-machine").toString("base64")}`;
    const answer = await client.send("/oauth2/token", { form: { grant_type: "client_credentials", resource: API, scope: "write read" }, headers: { authorization: basic } });
    expect([answer.status, answer.json.scope]).toEqual([200, "write read"]);
    const wrong = await client.send("/oauth2/token", { form: machineForm({ client_secret: "nope" }), headers: { authorization: basic } });
    expect(wrong.json).toEqual({ error: "invalid_request", error_description: "invalid client secret" });
  });

  it("never resolve to a session (confused deputy)", async () => {
    const client = await machineProject();
    const { access_token } = (await client.send("/oauth2/token", { form: machineForm() })).json;
    const bearer = { authorization: `Bearer ${access_token}` };
    expect((await client.send("/oauth2/userinfo", { headers: bearer })).status).toBe(401);
    expect((await client.send("/_resolver/resolve", { headers: bearer })).headers["x-authgear-session-valid"]).toBeUndefined();
    expect((await client.send("/oauth2/revoke", { form: { token: access_token } })).status).toBe(200);
  });

  it.each([
    ["no resource", { resource: "" }, "invalid_target", "resource is required"],
    ["no resource before the client type", { resource: "", client_id: "spa" }, "invalid_target", "resource is required"],
    ["no secret", { client_secret: "" }, "invalid_client", "client secret is required"],
    ["a public client", { client_id: "spa" }, "unauthorized_client", "grant type is not allowed for this client"],
    ["a third-party client that is not listed", { client_id: "third" }, "unauthorized_client", "grant type is not allowed for this client"],
    ["a listed client without a secret of its own", { client_id: "listed" }, "invalid_request", "client secret is not supported for the client"],
    ["a wrong secret (guessing)", { client_secret: "secret-of-other" }, "invalid_request", "invalid client secret"],
    ["an own address as resource", { resource: "OWN/api" }, "invalid_target", "resource URI must not be a prefixed by authgear endpoint"],
    ["an unknown resource", { resource: "https://api.test/v1/" }, "invalid_target", "resource not found"],
    ["a resource of another client", { client_id: "other", client_secret: "secret-of-other" }, "invalid_target", "client is not associated with the resource"],
    ["an unassigned scope", { scope: "read admin" }, "invalid_scope", "specified scope is not allowed: admin"],
    ["a built-in scope", { scope: "openid" }, "invalid_scope", "specified scope is not allowed: openid"],
    ["an unknown client", { client_id: "nobody" }, "invalid_client", "invalid client ID"],
  ])("are refused for %s", async (_name, change, error, error_description) => {
    const client = await machineProject();
    const more = Object.fromEntries(Object.entries(change).map(([name, value]) => [name, String(value).replace("OWN", client.project.project.config.http.public_origin ?? "")]));
    const answer = await client.send("/oauth2/token", { form: machineForm(more) });
    expect([answer.status, answer.json]).toEqual([400, { error, error_description }]);
  });

  it("are limited to 5 a minute for a client, whatever its secret (guessing), and leave others alone", async () => {
    const client = await machineProject();
    const statuses: number[] = [];
    for (let time = 0; time < 6; time += 1) statuses.push((await client.send("/oauth2/token", { form: machineForm({ client_secret: `guess ${time}` }) })).status);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
    const limited = await client.send("/oauth2/token", { form: machineForm() });
    expect([limited.status, limited.json]).toEqual([429, { error: "x_rate_limited", error_description: "rate limit exceeded, please try again later." }]);
    expect((await client.send("/oauth2/token", { form: machineForm({ client_id: "other", client_secret: "secret-of-other" }) })).json.error).toBe("invalid_target");
  });

  it("are limited to 20 a minute for a project", async () => {
    const many = Array.from({ length: 5 }, (_one, index) => ({ client_id: `m${index}`, name: "m", x_application_type: "m2m" }));
    const secrets = [
      { key: "oauth.client_secrets", data: { items: many.map(({ client_id }) => ({ client_id, keys: [{ kty: "oct", kid: client_id, k: "c2VjcmV0", created_at: 1 }] })) } },
    ];
    const client = await authClient({ config: { oauth: { clients: many } }, secrets });
    const statuses = new Map<number, number>();
    for (let time = 0; time < 25; time += 1) {
      const { status } = await client.send("/oauth2/token", { form: machineForm({ client_id: `m${time % 5}`, client_secret: "secret" }) });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([
      [400, 20],
      [429, 5],
    ]);
  });
});

it("a token endpoint asked 180 times a minute from one address answers 120 of them, and refuses before it looks for a client", async () => {
  const client = await machineProject();
  const form = { grant_type: "client_credentials", client_id: "nobody" };
  const answers = await Promise.all(Array.from({ length: 180 }, () => client.send("/oauth2/token", { form })));
  const refused = answers.filter(({ status }) => status === 429).length;
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThanOrEqual(60);
});
