import { createHash, randomBytes } from "node:crypto";
import { Pool } from "undici";

const callback = "http://127.0.0.1:8080/callback";
const off = { enabled: false };

/** The demo project with its limits off: one address makes all the load. JSON is YAML too. */
const projectFile = (base) =>
  JSON.stringify({
    id: "demo",
    http: { public_origin: base },
    identity: { login_id: { keys: [{ type: "email" }] } },
    authentication: {
      identities: ["login_id"],
      primary_authenticators: ["password"],
      rate_limits: {
        general: { per_ip: off, per_user_per_ip: off },
        password: { per_ip: off, per_user_per_ip: off },
        signup: { per_ip: off },
        account_enumeration: { per_ip: off },
      },
    },
    authentication_flow: { rate_limits: { per_ip: off } },
    verification: { claims: { email: { enabled: true, required: false } } },
    oauth: { clients: [{ client_id: "bench", name: "bench", x_application_type: "spa", redirect_uris: [callback] }] },
  });

/** `rate_limits.disabled` of the plan also lifts the fixed limits of the token endpoint. */
const features = JSON.stringify({ rate_limits: { disabled: true } });

class Client {
  constructor(base) {
    this.pool = new Pool(base, { connections: 64, pipelining: 1 });
  }

  async call(method, path, { json, form, headers = {} } = {}) {
    const body = json ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : undefined;
    const type = json ? "application/json" : form ? "application/x-www-form-urlencoded" : undefined;
    const { statusCode, headers: answered, body: stream } = await this.pool.request({ method, path, body, headers: { ...(type ? { "content-type": type } : {}), ...headers } });
    const text = await stream.text();
    return { status: statusCode, headers: answered, json: String(answered["content-type"] ?? "").includes("json") && text ? JSON.parse(text) : undefined };
  }

  async flow(type, inputs, url_query) {
    const expectOk = (answer) => {
      if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.json?.error)}`);
      return answer;
    };
    let last = expectOk(await this.call("POST", "/api/v1/authentication_flows", { json: { type, name: "default", ...(url_query ? { url_query } : {}) } }));
    for (const input of inputs)
      last = expectOk(await this.call("POST", "/api/v1/authentication_flows/states/input", { json: { state_token: last.json.result.state_token, input } }));
    if (last.json.result.action.type !== "finished") throw new Error("the flow did not finish");
    return last;
  }

  signUp(email) {
    return this.flow("signup", [
      { identification: "email", login_id: email },
      { authentication: "primary_password", new_password: "correct horse" },
    ]);
  }

  logIn(email, query) {
    return this.flow("login", [{ identification: "email", login_id: email, authentication: "primary_password", password: "correct horse" }], query);
  }

  /** Tokens of a user, by code and PKCE. */
  async tokens(email) {
    const verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const asked = new URLSearchParams({
      client_id: "bench",
      redirect_uri: callback,
      response_type: "code",
      scope: "openid offline_access https://authgear.com/scopes/full-access",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const started = await this.call("GET", `/oauth2/authorize?${asked}`);
    const finished = await this.logIn(email, new URL(started.headers.location).search.slice(1));
    const consent = new URL(finished.json.result.action.data.finish_redirect_uri);
    const answer = await this.call("GET", consent.pathname + consent.search);
    const code = new URL(answer.headers.location).searchParams.get("code");
    return (await this.call("POST", "/oauth2/token", { form: { grant_type: "authorization_code", client_id: "bench", code, redirect_uri: callback, code_verifier: verifier } }))
      .json;
  }

  async counters() {
    return (await this.call("GET", "/debug/counters")).json;
  }
}

const ok = (answer) => {
  if (answer.status !== 200) throw new Error(String(answer.status));
};

async function prepare(at, client, people) {
  const answer = await fetch(`${at.portal}/operator/v1/projects/demo`, {
    method: "PUT",
    headers: { authorization: `Bearer ${at.token}`, "content-type": "application/json" },
    body: JSON.stringify({ files: { "authgear.yaml": projectFile(at.base), "authgear.features.yaml": features } }),
  });
  if (!answer.ok) throw new Error(`the project was refused: ${await answer.text()}`);
  const users = [];
  for (let index = 0; index < people; index += 1) {
    const email = `bench-${index}@example.com`;
    const done = await client.signUp(email);
    const cookie = [done.headers["set-cookie"]]
      .flat()
      .find((one) => one.startsWith("session="))
      .split(";")[0];
    users.push({ email, cookie, tokens: await client.tokens(email) });
  }
  return users;
}

function scenarios(client, users) {
  const pick = (n) => users[n % users.length];
  return {
    "sign-up": (n) => client.signUp(`new-${n}-${randomBytes(4).toString("hex")}@example.com`),
    login: (n) => client.logIn(pick(n).email),
    refresh: async (n) =>
      ok(await client.call("POST", "/oauth2/token", { form: { grant_type: "refresh_token", client_id: "bench", refresh_token: pick(n).tokens.refresh_token } })),
    userinfo: async (n) => ok(await client.call("GET", "/oauth2/userinfo", { headers: { authorization: `Bearer ${pick(n).tokens.access_token}` } })),
    "resolve by cookie": async (n) => ok(await client.call("GET", "/_resolver/resolve", { headers: { cookie: pick(n).cookie } })),
    discovery: async () => ok(await client.call("GET", "/.well-known/openid-configuration")),
  };
}

/** Runs one scenario for a time with a fixed number of callers, after a warm-up of a second. */
async function measure(client, name, once, { seconds, concurrency }) {
  let counter = 0;
  let errors = 0;
  const round = async (milliseconds, latencies) => {
    const end = performance.now() + milliseconds;
    const caller = async () => {
      while (performance.now() < end) {
        const begun = performance.now();
        try {
          await once(counter++);
          latencies?.push(performance.now() - begun);
        } catch {
          errors += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, caller));
  };
  await round(1000);
  errors = 0;
  const latencies = [];
  const before = await client.counters();
  const begun = performance.now();
  await round(seconds * 1000, latencies);
  const elapsed = (performance.now() - begun) / 1000;
  const after = await client.counters();
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const per = (key) => (after[key] - before[key]) / Math.max(1, latencies.length);
  return {
    scenario: name,
    requests: latencies.length,
    requests_per_second: latencies.length / elapsed,
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    errors,
    sql_per_request: per("sql"),
    redis_per_request: per("redis"),
    cpu_ms_per_request: (per("cpu_user_us") + per("cpu_system_us")) / 1000,
    rss_mb: after.rss / 1024 / 1024,
    heap_mb: after.heap_used / 1024 / 1024,
  };
}

/** Every scenario in turn. The counters are of the whole process: sign-up and login include the relay, the audit log and what else follows an event. */
export async function runScenarios(at, { seconds, concurrency, tell }) {
  const client = new Client(at.base);
  const users = await prepare(at, client, 20);
  const results = [];
  for (const [name, once] of Object.entries(scenarios(client, users))) {
    tell(`${name} ...`);
    results.push(await measure(client, name, once, { seconds, concurrency }));
  }
  await client.pool.close();
  return results;
}
