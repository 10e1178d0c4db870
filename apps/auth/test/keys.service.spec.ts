import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { generateSigningJwk, type KeyJwk, SIGNING_ALGORITHMS, type SigningAlgorithm } from "@gatehouse/platform-crypto";
import { type AuthClient, authClient, obtainCode } from "./auth-client.js";
import { partsOf } from "./machine-project.js";
import { soon } from "@gatehouse/platform-testing";

const WEB = { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], issue_jwt_access_token: true };

const withKeys = (keys: KeyJwk[], clients?: object[]): Promise<AuthClient> =>
  authClient({ secrets: [{ key: "oauth", data: { keys } }], ...(clients ? { config: { oauth: { clients } } } : {}) });

/** Keys of the given algorithms, the signing one first. */
const keysOf = (...algorithms: SigningAlgorithm[]): Promise<KeyJwk[]> => Promise.all(algorithms.map(generateSigningJwk));

/** Replaces the signing keys of a project, and waits until the service has heard of it. */
async function publishKeys(client: AuthClient, keys: KeyJwk[]): Promise<void> {
  const { db, redis, project } = client.project;
  const where = "project_id = $1 and path = 'authgear.secrets.yaml'";
  const row = await db.read((tx) => tx.queryOne<{ content: Buffer }>(`select content from project_file where ${where}`, [project.id]));
  const file = parse(row?.content.toString("utf8") ?? "") as { secrets: { key: string; data: unknown }[] };
  const secrets = file.secrets.map((item) => (item.key === "oauth" ? { key: "oauth", data: { keys } } : item));
  await db.read((tx) => tx.query(`update project_file set content = $2 where ${where}`, [project.id, Buffer.from(stringify({ secrets }))]));
  await soon(async () => {
    await redis.client.publish("gatehouse:project-changed", JSON.stringify({ id: project.id, hosts: [] }));
    const { json } = await client.send("/oauth2/jwks");
    expect(json.keys.map(({ kid }: KeyJwk) => kid)).toEqual(keys.map(({ kid }) => kid));
  });
}

async function signIn(client: AuthClient): Promise<{ access_token: string; id_token: string; refresh_token: string }> {
  await client.signUp("keys@example.com");
  const { code, verifier } = await obtainCode(client, { email: "keys@example.com" });
  return (await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier } }))
    .json;
}

describe("metadata", () => {
  it("is the same at both addresses, for every origin, and names the project's own origin", async () => {
    const client = await authClient();
    const [openid, oauth] = await Promise.all(
      ["openid-configuration", "oauth-authorization-server"].map((name) => client.send(`/.well-known/${name}`, { headers: { origin: "https://any.test" } })),
    );
    expect(openid?.json).toEqual(oauth?.json);
    const origin = client.project.project.config.http.public_origin;
    expect(openid?.json).toMatchObject({
      issuer: origin,
      jwks_uri: `${origin}/oauth2/jwks`,
      code_challenge_methods_supported: ["S256"],
      id_token_signing_alg_values_supported: ["RS256"],
      grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_post", "client_secret_basic"],
      dpop_signing_alg_values_supported: ["ES256", "RS256"],
    });
    expect(Object.keys(openid?.json).sort()).toEqual(
      [
        "authorization_endpoint claims_supported code_challenge_methods_supported dpop_signing_alg_values_supported end_session_endpoint grant_types_supported",
        "id_token_signing_alg_values_supported issuer jwks_uri response_modes_supported response_types_supported revocation_endpoint scopes_supported",
        "subject_types_supported token_endpoint token_endpoint_auth_methods_supported userinfo_endpoint",
      ].flatMap((line) => line.split(" ")),
    );
  });

  it("and keys are open to every origin, without credentials, and answer preflights", async () => {
    const client = await authClient();
    for (const path of ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth2/jwks"]) {
      for (const origin of ["https://any.test", "http://app.test"])
        for (const method of ["GET", "OPTIONS"] as const) {
          const { status, headers } = await client.send(path, { method, headers: { origin } });
          expect([status, headers["access-control-allow-origin"], headers["access-control-allow-credentials"], headers["access-control-max-age"]]).toEqual([
            200,
            "*",
            undefined,
            "900",
          ]);
        }
    }
  });
});

describe("keys", () => {
  it("are all published, without their private halves", async () => {
    const keys = await keysOf("EdDSA", "RS256", "ES256");
    const client = await withKeys(keys);
    const { json } = await client.send("/oauth2/jwks");
    expect(json.keys.map(({ kid, alg, use, created_at }: KeyJwk) => [kid, alg, use, typeof created_at])).toEqual(keys.map(({ kid, alg }) => [kid, alg, "sig", "number"]));
    expect(json.keys.map((key: KeyJwk) => Object.keys(key).filter((member) => ["d", "p", "q", "dp", "dq", "qi", "k"].includes(member)))).toEqual([[], [], []]);
    expect((await client.send("/.well-known/openid-configuration")).json.id_token_signing_alg_values_supported).toEqual(["EdDSA", "RS256", "ES256"]);
  });

  it.each(SIGNING_ALGORITHMS)("of %s sign ID tokens and JWT access tokens, which verify by the published keys and at userinfo", async (algorithm) => {
    const keys = [...(await keysOf(algorithm)), ...(await keysOf("RS256"))];
    const client = await withKeys(keys, [WEB]);
    const tokens = await signIn(client);
    const published = createLocalJWKSet((await client.send("/oauth2/jwks")).json);
    const issuer = client.project.project.config.http.public_origin;
    for (const [token, typ] of [
      [tokens.id_token, "JWT"],
      [tokens.access_token, "at+jwt"],
    ] as const) {
      const { protectedHeader } = await jwtVerify(token, published, { issuer });
      expect(protectedHeader).toEqual({ alg: algorithm, kid: keys[0]?.kid, typ });
    }
    const { claims } = partsOf(tokens.access_token);
    expect([claims.aud, claims.jti]).toEqual([[issuer], expect.stringMatching(/^[0-9a-f]{64}$/)]);
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    expect((await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(200);
  });

  it("are rotated by one put in front: what the old one signed stays good until it is taken away (key rotation)", async () => {
    const [before, after] = (await keysOf("RS256", "ES256")) as [KeyJwk, KeyJwk];
    const client = await withKeys([before], [WEB]);
    const tokens = await signIn(client);
    for (const name of Object.keys(client.jar)) delete client.jar[name];
    const use = async (token: string) => (await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${token}` } })).status;
    const refresh = async () =>
      (await client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: "spa", refresh_token: tokens.refresh_token } })).json.access_token as string;
    await publishKeys(client, [after, before]);
    const renewed = await refresh();
    expect([partsOf(renewed).header, await use(tokens.access_token), await use(renewed)]).toEqual([{ alg: "ES256", kid: after.kid, typ: "at+jwt" }, 200, 200]);
    const asked = { client_id: "spa", redirect_uri: "http://app.test/cb", response_type: "code", scope: "openid", code_challenge: "c", code_challenge_method: "S256" };
    const hinted = () => client.send(`/oauth2/authorize?${new URLSearchParams({ ...asked, id_token_hint: tokens.id_token })}`);
    expect((await hinted()).status).toBe(302);
    await publishKeys(client, [after]);
    expect([await use(tokens.access_token), await use(renewed)]).toEqual([401, 200]);
    expect(new URL((await hinted()).headers.location as string).searchParams.get("error")).toBe("invalid_request");
  });

  it("of one project do not speak for another (cross-tenant token)", async () => {
    const [a, b] = await Promise.all([authClient({ config: { oauth: { clients: [WEB] } } }), withKeys(await keysOf("RS256"), [WEB])]);
    const { access_token } = await signIn(a);
    expect((await b.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${access_token}` } })).status).toBe(401);
  });
});

it("a JWT access token cannot be revoked and an opaque one can", async () => {
  const clients = [WEB, { ...WEB, client_id: "opaque", issue_jwt_access_token: false }];
  const client = await authClient({ config: { oauth: { clients } } });
  const { access_token } = await signIn(client);
  for (const name of Object.keys(client.jar)) delete client.jar[name];
  const { code, verifier } = await obtainCode(client, { clientId: "opaque", email: "keys@example.com" });
  const opaque = (
    await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: "opaque", code, redirect_uri: "http://app.test/cb", code_verifier: verifier } })
  ).json;
  for (const name of Object.keys(client.jar)) delete client.jar[name];
  const use = async (token: string) => (await client.send("/oauth2/userinfo", { headers: { authorization: `Bearer ${token}` } })).status;
  for (const token of [access_token, opaque.access_token]) expect([await use(token), (await client.send("/oauth2/revoke", { form: { token } })).status]).toEqual([200, 200]);
  expect([await use(access_token), await use(opaque.access_token)]).toEqual([200, 401]);
});
