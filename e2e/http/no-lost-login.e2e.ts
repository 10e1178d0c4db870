import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment, sleep } from "../support/deployment.js";
import { FlowClient } from "../support/flow-client.js";
import { signUpInputs } from "../support/flow.js";
import { type HttpAnswer, send } from "../support/http.js";
import { base, newProjectId, operator, until } from "../support/platform.js";
import { postgresServer, redisServer } from "../support/servers.js";

const first = Number(new URL(base).port) + 30;
const ports = { one: first, two: first + 1, portal: first + 2, redis: first + 3, postgres: first + 4 };
const origin = `http://localhost:${ports.one}`;
const REDIRECT = "http://127.0.0.1:8080/callback";
const SCOPE = "openid offline_access https://authgear.com/scopes/full-access";

type Tokens = { access_token: string; refresh_token: string };
const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** What a signed-in person holds. */
interface Login extends Tokens {
  session: string;
}

/** One request of the token endpoint, of either process. */
const post = (endpoint: "token" | "revoke", form: Record<string, string>, port = ports.one): Promise<HttpAnswer> =>
  send(`http://127.0.0.1:${port}/oauth2/${endpoint}`, { method: "POST", headers: { ...FORM, host: `localhost:${ports.one}` }, body: new URLSearchParams(form).toString() });
const refresh = (refresh_token: string, clientId: string, port?: number): Promise<HttpAnswer> =>
  post("token", { grant_type: "refresh_token", client_id: clientId, refresh_token }, port);

async function signUp(email: string, clientId: string): Promise<Login> {
  const browser = new FlowClient(origin);
  await browser.finish("signup", signUpInputs(email, "correct horse"));
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const query = { client_id: clientId, redirect_uri: REDIRECT, response_type: "code", scope: SCOPE, prompt: "none", code_challenge: challenge, code_challenge_method: "S256" };
  const { headers } = await browser.call("GET", `/oauth2/authorize?${new URLSearchParams(query)}`);
  const code = new URL(headers.location as string).searchParams.get("code") as string;
  const { json } = await post("token", { grant_type: "authorization_code", client_id: clientId, code, redirect_uri: REDIRECT, code_verifier: verifier });
  return { ...json, session: browser.jar.get("session") as string };
}

/** What each of a person's credentials is worth: the cookie, the access token, the refresh token. */
async function worth({ session, access_token, refresh_token }: Login, clientId = "app"): Promise<unknown[]> {
  const cookie = await send(`${origin}/_resolver/resolve`, { headers: { cookie: `session=${session}` } });
  const bearer = await send(`${origin}/oauth2/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
  const refreshed = await refresh(refresh_token, clientId);
  return [cookie.headers["x-authgear-session-valid"], bearer.status, refreshed.json?.error ?? refreshed.status];
}
const SIGNED_IN = ["true", 200, 200];
const SIGNED_OUT = ["false", 401, "invalid_grant"];

describe("nobody loses his login", () => {
  const projectId = newProjectId();
  const operatorToken = randomBytes(16).toString("hex");
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-no-lost-login-"));
  chmodSync(dir, 0o755);
  const redis = redisServer(ports.redis, path.join(dir, "redis"));
  const postgres = postgresServer(ports.postgres, path.join(dir, "postgres"));
  const databaseUrl = `postgres://postgres:gatehouse@127.0.0.1:${ports.postgres}/postgres`;
  const deployment = new Deployment(
    { one: { service: "auth", port: ports.one }, two: { service: "auth", port: ports.two }, portal: { service: "portal", port: ports.portal } },
    {
      DATABASE_URL: databaseUrl,
      REDIS_URL: `redis://127.0.0.1:${ports.redis}/0`,
      DEV_MODE: "true",
      LOG_LEVEL: "error",
      GATEHOUSE_DEFAULT_PROJECT: projectId,
      GATEHOUSE_OPERATOR_TOKEN: operatorToken,
      GATEHOUSE_PUBLIC_PORT: String(ports.one),
      AUTHGEAR_ENDPOINT: `http://accounts.localhost:${ports.one}`,
    },
  );

  beforeAll(async () => {
    await Promise.all([redis.start(), postgres.start()]);
    await deployment.command("migrate", "up");
    await deployment.start("portal");
    const off = { enabled: false };
    const client = { x_application_type: "native", redirect_uris: [REDIRECT] };
    const config = {
      id: projectId,
      http: { public_origin: origin },
      identity: { login_id: { keys: [{ type: "email" }] } },
      authentication: { identities: ["login_id"], primary_authenticators: ["password"], rate_limits: { signup: { per_ip: off }, account_enumeration: { per_ip: off } } },
      authentication_flow: { rate_limits: { per_ip: off } },
      verification: { claims: { email: { enabled: true, required: false } } },
      oauth: {
        clients: [
          { client_id: "app", name: "app", ...client },
          { client_id: "rotating", name: "rotating", refresh_token_rotation_enabled: true, ...client },
        ],
      },
    };
    const files = { "authgear.yaml": stringify(config), "authgear.features.yaml": stringify({ rate_limits: { disabled: true } }) };
    await operator("PUT", `projects/${projectId}`, { files }, { portal: `http://127.0.0.1:${ports.portal}`, token: operatorToken });
    await Promise.all([deployment.start("one"), deployment.start("two")]);
  });
  afterAll(async () => {
    await deployment.stop();
    await Promise.all([redis.stop(), postgres.stop()]);
    rmSync(dir, { recursive: true, force: true });
  });

  const rows = async (sql: string, values: unknown[]): Promise<any[]> => {
    const db = new pg.Client({ connectionString: databaseUrl });
    await db.connect();
    try {
      return (await db.query(sql, values)).rows;
    } finally {
      await db.end();
    }
  };
  /** Refresh tokens of the person's grant. */
  const families = (login: Tokens) => rows("select 1 from refresh_token where project_id = $1 and grant_id = $2", [projectId, login.refresh_token.split(".")[0]]);

  it("when Redis loses everything, and who was signed out stays signed out", async () => {
    const [ann, bob, cid] = await Promise.all(["ann", "bob", "cid"].map((name) => signUp(`${name}@example.com`, "app")));
    const all = async () => [await worth(ann as Login), await worth(bob as Login)];
    expect(await all()).toEqual([SIGNED_IN, SIGNED_IN]);
    // A sign-out of the browser takes the cookie; the grant, which shares no sign-on, is revoked through it.
    await send(`${origin}/oauth2/end_session`, { headers: { cookie: `session=${bob?.session}; same_site_strict=true` } });
    expect(await all()).toEqual([SIGNED_IN, SIGNED_OUT]);

    const cache = new Redis(ports.redis, "127.0.0.1");
    await cache.flushall();
    cache.disconnect();
    expect(await all()).toEqual([SIGNED_IN, SIGNED_OUT]);

    expect(await worth(cid as Login)).toEqual(SIGNED_IN);
    await redis.kill();
    const away = await worth(ann as Login);
    expect([away[0], away[1]]).toEqual(["true", 200]);
    expect(away[2]).not.toBe("invalid_grant");
    expect(await worth(bob as Login)).toEqual(SIGNED_OUT);
    // Signed out while there is no cache to note it in.
    await post("revoke", { token: (cid as Login).refresh_token });
    await redis.start();
    expect(await all()).toEqual([SIGNED_IN, SIGNED_OUT]);
    expect(await worth(cid as Login)).toEqual(["true", 401, "invalid_grant"]);
  });

  it("when the database dies again and again while refresh tokens rotate: an app that asks again goes on, with one family of tokens", async () => {
    const logins = await Promise.all(Array.from({ length: 12 }, (_, index) => signUp(`rotate${index}@example.com`, "rotating")));
    const answers = new Map<string, number>();
    let stop = false;
    const app = async (login: Login, lane: number): Promise<void> => {
      for (let turn = 0; !stop; turn += 1) {
        const answer = await refresh(login.refresh_token, "rotating", turn % 2 === 0 ? ports.one : ports.two).catch(() => undefined);
        const outcome = answer ? (answer.json?.error ?? String(answer.status)) : "no answer";
        answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
        // Every seventh answer is lost on the way.
        if (answer?.status === 200 && (turn + lane) % 7 !== 0) Object.assign(login, answer.json);
        else if (answer?.status !== 200) await sleep(50);
      }
    };
    const load = logins.map(app);
    const more = async (refreshed: number): Promise<void> => {
      const wanted = (answers.get("200") ?? 0) + refreshed;
      await until(async () => ((answers.get("200") ?? 0) >= wanted ? true : undefined), `${refreshed} more refreshes`, 60);
    };
    for (let round = 0; round < 3; round += 1) {
      await more(50);
      await postgres.kill();
      await sleep(500);
      await postgres.start();
    }
    await more(50);
    stop = true;
    await Promise.all(load);
    expect([answers.get("invalid_grant"), answers.get("invalid_request")]).toEqual([undefined, undefined]);
    expect(answers.size).toBeGreaterThan(1);
    for (const login of logins) {
      expect(await worth(login, "rotating")).toEqual(SIGNED_IN);
      expect(await families(login)).toHaveLength(1);
    }
  });

  it("when two tabs refresh at once, each at another process", async () => {
    const login = await signUp("tabs@example.com", "rotating");
    for (let round = 0; round < 40; round += 1) {
      const both = await Promise.all([refresh(login.refresh_token, "rotating", ports.one), refresh(login.refresh_token, "rotating", ports.two)]);
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
      expect(new Set(both.map(({ json }) => json.refresh_token)).size).toBe(1);
      Object.assign(login, both[round % 2]?.json);
    }
    expect(await worth(login, "rotating")).toEqual(SIGNED_IN);
    expect(await families(login)).toHaveLength(1);
  });

  it("when a process dies while it answers", async () => {
    const logins = await Promise.all(Array.from({ length: 8 }, (_, index) => signUp(`crash${index}@example.com`, "rotating")));
    let stop = false;
    const refused: string[] = [];
    const app = async (login: Login): Promise<void> => {
      while (!stop) {
        const answer = await refresh(login.refresh_token, "rotating", ports.two).catch(() => undefined);
        if (answer?.status === 200) Object.assign(login, answer.json);
        else if (answer?.json?.error) refused.push(answer.json.error);
        if (answer?.status !== 200) await sleep(50);
      }
    };
    const load = logins.map(app);
    for (let round = 0; round < 3; round += 1) {
      await sleep(700);
      await deployment.kill("two");
      await deployment.start("two");
    }
    stop = true;
    await Promise.all(load);
    expect(refused).toEqual([]);
    for (const login of logins) {
      expect(await worth(login, "rotating")).toEqual(SIGNED_IN);
      expect(await families(login)).toHaveLength(1);
    }
  });
});
