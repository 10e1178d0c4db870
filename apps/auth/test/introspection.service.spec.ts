import { statementCount } from "@gatehouse/platform-postgres";
import { describe, expect, it } from "vitest";
import { type AuthClient, authClient, obtainCode, type Reply } from "./auth-client.js";
import { API, machineForm, machineProject, partsOf } from "./machine-project.js";

const REDIRECT: Record<string, string> = { web: "http://web.test/cb", third: "http://third.test/cb" };

async function signIn(client: AuthClient, clientId: string, scope: string): Promise<Record<string, any>> {
  await client.signUp(`${clientId}@example.com`);
  const redirectUri = REDIRECT[clientId] ?? "http://app.test/cb";
  const { answer, consent, verifier, code } = await obtainCode(client, { clientId, redirectUri, email: `${clientId}@example.com`, scope });
  const granted = answer.status === 200 ? await client.send(consent, { form: { x_action: "consent" } }) : undefined;
  const given = granted ? (new URL(granted.headers.location as string).searchParams.get("code") as string) : code;
  const secret: Record<string, string> = REDIRECT[clientId] ? { client_secret: `secret-of-${clientId}` } : {};
  const form = { grant_type: "authorization_code", client_id: clientId, code: given, redirect_uri: redirectUri, code_verifier: verifier, ...secret };
  const tokens = (await client.send("/oauth2/token", { form })).json;
  for (const name of Object.keys(client.jar)) delete client.jar[name];
  return tokens;
}

const ask = (client: AuthClient, token: string, as = "web"): Promise<Reply> =>
  client.send("/oauth2/introspect", { form: { token }, headers: { authorization: `Basic ${Buffer.from(`${as}:secret-of-${as}`).toString("base64")}` } });

const ON = { introspection_enabled: true };

describe("token introspection", () => {
  it("tells what an access token of a user is worth, and needs no statement when the session is cached", async () => {
    const client = await machineProject(ON);
    const { access_token } = await signIn(client, "spa", "openid email");
    const first = await ask(client, access_token);
    const warm = await statementCount.during(() => ask(client, access_token));
    const { sub } = partsOf((await signIn(client, "spa", "openid")).id_token).claims;
    expect([first.status, warm.sql, first.headers["cache-control"]]).toEqual([200, 0, "no-store"]);
    expect(warm.result.json).toEqual({
      active: true,
      iss: client.project.project.config.http.public_origin,
      aud: [client.project.project.config.http.public_origin],
      sub,
      client_id: "spa",
      scope: "openid email",
      token_type: "Bearer",
      iat: expect.any(Number),
      exp: first.json.iat + 1800,
      auth_time: expect.any(Number),
    });
  });

  it("knows tokens of machines by their signature", async () => {
    const client = await machineProject(ON);
    const { access_token } = (await client.send("/oauth2/token", { form: machineForm() })).json;
    const counted = await statementCount.during(() => ask(client, access_token));
    const { claims } = partsOf(access_token);
    expect([counted.sql, counted.result.json]).toEqual([0, { active: true, token_type: "Bearer", ...claims, aud: [API] }]);
  });

  it("finds nothing in tokens that are revoked, signed out, unknown, refresh tokens or ID tokens (token substitution)", async () => {
    const client = await machineProject(ON);
    const tokens = await signIn(client, "spa", "openid offline_access https://authgear.com/scopes/full-access");
    expect((await ask(client, tokens.access_token)).json.active).toBe(true);
    for (const token of [tokens.refresh_token, tokens.id_token, "x".repeat(32), "eyJ.x.y", "y".repeat(20_000), "a.b"])
      expect((await ask(client, token)).json).toEqual({ active: false });
    await client.send("/oauth2/revoke", { form: { token: tokens.refresh_token } });
    expect((await ask(client, tokens.access_token)).json).toEqual({ active: false });
  });

  it("tells a client of its own refresh token, in one statement and without using it", async () => {
    const client = await machineProject(ON);
    const tokens = await signIn(client, "web", "openid email offline_access");
    const { sub, auth_time } = partsOf(tokens.id_token).claims;
    const { project, db } = client.project;
    const origin = project.config.http.public_origin;
    const [at] = await db.read((tx) =>
      tx.query("update offline_grant set last_access_at = last_access_at - interval '1 hour' where project_id = $1 returning last_access_at", [project.id]),
    );
    const counted = await statementCount.during(() => ask(client, tokens.refresh_token));
    expect([counted.sql, counted.result.json]).toEqual([
      1,
      { active: true, iss: origin, aud: [origin], sub, client_id: "web", scope: "openid email offline_access", iat: expect.any(Number), exp: expect.any(Number), auth_time },
    ]);
    // The idle time counts from the last use, and asking is none.
    expect(counted.result.json.exp).toBe(counted.result.json.iat + 2_592_000);
    expect(await db.read((tx) => tx.queryOne("select last_access_at from offline_grant where project_id = $1", [project.id]))).toEqual(at);
    const hinted = { token: tokens.refresh_token, token_type_hint: "access_token", client_id: "web", client_secret: "secret-of-web" };
    expect((await client.send("/oauth2/introspect", { form: hinted })).json.active).toBe(true);
  });

  it("finds nothing in a refresh token that is over, replaced, or of another client or project (token scanning)", async () => {
    const [client, other] = [await machineProject(ON), await machineProject(ON)];
    const tokens = await signIn(client, "web", "openid offline_access");
    const [grantId] = tokens.refresh_token.split(".");
    const { project, db } = client.project;
    const change = (sql: string) => db.read((tx) => tx.query(sql, [project.id]));
    expect([(await ask(client, tokens.refresh_token, "third")).json, (await ask(client, tokens.refresh_token, "other")).json]).toEqual([{ active: false }, { active: false }]);
    expect([(await ask(other, tokens.refresh_token)).json, (await ask(client, `${grantId}.${"x".repeat(32)}`)).json]).toEqual([{ active: false }, { active: false }]);
    await change("update auth_user set is_indefinitely_disabled = true where project_id = $1");
    expect((await ask(client, tokens.refresh_token)).json).toEqual({ active: false });
    await change("update auth_user set is_indefinitely_disabled = false where project_id = $1");
    expect((await ask(client, tokens.refresh_token)).json.active).toBe(true);
    await change("update refresh_token set previous_hash = current_hash, current_hash = 'next' where project_id = $1");
    expect((await ask(client, tokens.refresh_token)).json).toEqual({ active: false });
    await change("update refresh_token set current_hash = previous_hash where project_id = $1");
    await change("update offline_grant set created_at = created_at - interval '53 weeks' where project_id = $1");
    expect((await ask(client, tokens.refresh_token)).json).toEqual({ active: false });
  });

  it("names the key that a refresh token is bound to, and ends it with the sign-on that it shares", async () => {
    const client = await machineProject(ON);
    const tokens = await signIn(client, "web", "openid offline_access");
    const { project, db } = client.project;
    await db.read((tx) => tx.query("update refresh_token set dpop_jkt = 'thumbprint', expire_at = now() + interval '1 hour' where project_id = $1", [project.id]));
    const { json } = await ask(client, tokens.refresh_token);
    expect([json.cnf, json.token_type, Math.abs(json.exp - json.iat - 3600) <= 5]).toEqual([{ jkt: "thumbprint" }, undefined, true]);
  });

  it("finds nothing in a token that was forged or of another project (cross-tenant token)", async () => {
    const [a, b] = [await machineProject(ON), await machineProject(ON)];
    const { access_token } = (await a.send("/oauth2/token", { form: machineForm() })).json;
    expect((await ask(b, access_token)).json).toEqual({ active: false });
    const [header, , signature] = access_token.split(".");
    const forged = Buffer.from(JSON.stringify({ ...partsOf(access_token).claims, scope: "admin" })).toString("base64url");
    expect((await ask(a, `${header}.${forged}.${signature}`)).json).toEqual({ active: false });
    const opaque = (await signIn(a, "spa", "openid")).access_token;
    expect((await ask(b, opaque)).json).toEqual({ active: false });
  });

  it("tells a third-party client of its own tokens alone (token scanning)", async () => {
    const client = await machineProject(ON);
    const [foreign, own] = [await signIn(client, "spa", "openid"), await signIn(client, "third", "openid")];
    expect([(await ask(client, foreign.access_token, "third")).json, (await ask(client, own.access_token, "third")).json.active]).toEqual([{ active: false }, true]);
  });

  it.each<[string, Record<string, string>]>([
    ["no client", { token: "x" }],
    ["a wrong secret", { token: "x", client_id: "web", client_secret: "nope" }],
    ["no secret", { token: "x", client_id: "web" }],
    ["a public client", { token: "x", client_id: "spa", client_secret: "" }],
    ["an unknown client", { token: "x", client_id: "nobody", client_secret: "nope" }],
  ])("asks its callers to prove themselves: %s", async (_name, form) => {
    const client = await machineProject(ON);
    const answer = await client.send("/oauth2/introspect", { form });
    expect([answer.status, answer.json, answer.headers["www-authenticate"]]).toEqual([
      401,
      { error: "invalid_client", error_description: "client authentication failed" },
      'Basic realm="client"',
    ]);
  });

  it("needs a token, and is not there unless it is switched on", async () => {
    const [on, off] = [await machineProject(ON), await machineProject()];
    const form = { client_id: "web", client_secret: "secret-of-web" };
    expect((await on.send("/oauth2/introspect", { form })).json).toEqual({ error: "invalid_request", error_description: "token is required" });
    expect((await off.send("/oauth2/introspect", { form })).status).toBe(404);
    const [shown, hidden] = [await on.send("/.well-known/openid-configuration"), await off.send("/.well-known/openid-configuration")];
    expect([shown.json.introspection_endpoint, hidden.json.introspection_endpoint]).toEqual([`${shown.json.issuer}/oauth2/introspect`, undefined]);
  });
});

describe("the issuer in authorization responses (mix-up)", () => {
  it("is named in codes and errors where the project wants it", async () => {
    const clients = [{ client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] }];
    const [on, off] = [await authClient({ config: { oauth: { clients, authorization_response_iss_enabled: true } } }), await authClient()];
    for (const [project, iss] of [
      [on, on.project.project.config.http.public_origin],
      [off, null],
    ] as const) {
      await project.signUp("iss@example.com");
      const { answer } = await obtainCode(project, { email: "iss@example.com" });
      const refused = await project.send("/oauth2/authorize?client_id=spa&redirect_uri=http://app.test/cb&response_type=code");
      const named = [answer, refused].map(({ headers }) => new URL(headers.location as string).searchParams.get("iss"));
      const { json } = await project.send("/.well-known/openid-configuration");
      expect([named, json.authorization_response_iss_parameter_supported]).toEqual([[iss, iss], iss ? true : undefined]);
    }
  });
});
