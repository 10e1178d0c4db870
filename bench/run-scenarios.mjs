import { createHash, randomBytes } from "node:crypto";
import { Worker } from "node:worker_threads";
import { Pool } from "undici";
import { USER_SCENARIOS, userScenarios } from "./user-scenarios.mjs";
import { SoftwareAuthenticator } from "../libs/services/webauthn/test/software-authenticator.mjs";

const callback = "http://127.0.0.1:8080/callback";
const off = { enabled: false };

/** Flows beside the generated ones: by code, and with a passkey that is made at sign-up. */
const identifyBy = (identification) => ({ type: "identify", name: "who", one_of: [{ identification }] });
const flows = {
  login_flows: [
    {
      name: "otp",
      steps: [identifyBy("email"), { type: "authenticate", one_of: [{ authentication: "primary_oob_otp_email", target_step: "who" }] }, { type: "check_account_status" }],
    },
    { name: "passkey", steps: [identifyBy("passkey"), { type: "check_account_status" }] },
  ],
  signup_flows: [
    { name: "passkey", steps: [identifyBy("email"), { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] }, { type: "prompt_create_passkey" }] },
  ],
};
const CODE = "111111";

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
    authentication_flow: { ...flows, rate_limits: { per_ip: off } },
    test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: CODE }] }, email: { enabled: true, rules: [{ regex: ".*", suppressed: true }] } },
    verification: { claims: { email: { enabled: true, required: false } } },
    oauth: { clients: [{ client_id: "bench", name: "bench", x_application_type: "spa", redirect_uris: [callback] }] },
  });

/** `rate_limits.disabled` of the plan also lifts the fixed limits of the token endpoint. */
const features = JSON.stringify({ rate_limits: { disabled: true } });

export class Client {
  constructor(base, connections = 64) {
    this.base = base;
    this.pool = new Pool(base, { connections, pipelining: 1 });
  }

  async call(method, path, { json, form, headers = {} } = {}) {
    const body = json ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : undefined;
    const type = json ? "application/json" : form ? "application/x-www-form-urlencoded" : undefined;
    const { statusCode, headers: answered, body: stream } = await this.pool.request({ method, path, body, headers: { ...(type ? { "content-type": type } : {}), ...headers } });
    const text = await stream.text();
    return { status: statusCode, headers: answered, json: String(answered["content-type"] ?? "").includes("json") && text ? JSON.parse(text) : undefined };
  }

  /** Runs a flow; an input may be made from what the flow shows. */
  async flow(type, inputs, { url_query, name = "default" } = {}) {
    const expectOk = (answer) => {
      if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.json?.error)}`);
      return answer;
    };
    let last = expectOk(await this.call("POST", "/api/v1/authentication_flows", { json: { type, name, ...(url_query ? { url_query } : {}) } }));
    for (const input of inputs)
      last = expectOk(
        await this.call("POST", "/api/v1/authentication_flows/states/input", {
          json: { state_token: last.json.result.state_token, input: typeof input === "function" ? input(last.json.result.action.data) : input },
        }),
      );
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
    return this.flow("login", [{ identification: "email", login_id: email, authentication: "primary_password", password: "correct horse" }], { url_query: query });
  }

  logInByCode(email) {
    return this.flow("login", [{ identification: "email", login_id: email }, { authentication: "primary_oob_otp_email", index: 0 }, { code: CODE }], { name: "otp" });
  }

  /** A user with a passkey in a software authenticator. */
  async signUpWithPasskey(email, authenticator) {
    const create = (data) => ({ creation_response: authenticator.create(data.creation_options, this.base) });
    return this.flow("signup", [{ identification: "email", login_id: email }, { authentication: "primary_password", new_password: "correct horse" }, create], { name: "passkey" });
  }

  logInByPasskey(authenticator) {
    const assert = (data) => ({ identification: "passkey", assertion_response: authenticator.get(data.options[0].request_options, this.base) });
    return this.flow("login", [assert], { name: "passkey" });
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
    const authenticator = new SoftwareAuthenticator();
    await client.signUpWithPasskey(`passkey-${index}@example.com`, authenticator);
    users.push({ email, cookie, authenticator, tokens: await client.tokens(email) });
  }
  return users;
}

function scenarios(client, users) {
  const pick = (n) => users[n % users.length];
  return {
    "sign-up": (n) => client.signUp(`new-${n}-${randomBytes(4).toString("hex")}@example.com`),
    login: (n) => client.logIn(pick(n).email),
    "login by code": (n) => client.logInByCode(pick(n).email),
    "login by passkey": (n) => client.logInByPasskey(pick(n).authenticator),
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

/** Latencies of userinfo by one caller after the other, alone and while many logins wait for their password hashes; not while those many arrive all at once. */
async function userinfoBesideLogins(client, users, { logins, seconds }) {
  const headers = { authorization: `Bearer ${users[0].tokens.access_token}` };
  const p99 = async () => {
    const latencies = [];
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      const begun = performance.now();
      ok(await client.call("GET", "/oauth2/userinfo", { headers }));
      latencies.push(performance.now() - begun);
    }
    const sorted = latencies.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.99)];
  };
  await p99();
  const idle = await p99();
  let done = 0;
  const storm = new Worker(new URL("./login-storm.mjs", import.meta.url), { workerData: { base: client.base, emails: users.map(({ email }) => email), logins } });
  const over = new Promise((resolve, reject) => storm.on("exit", resolve).on("error", reject));
  storm.on("message", () => {
    done += 1;
  });
  while (done < logins / 4) await new Promise((resolve) => setTimeout(resolve, 50));
  const before = { done, at: performance.now() };
  const loaded = await p99();
  const perSecond = ((done - before.done) * 1000) / (performance.now() - before.at);
  storm.postMessage("stop");
  await over;
  return { logins_in_flight: logins, logins_per_second: perSecond, userinfo_p99_idle_ms: idle, userinfo_p99_loaded_ms: loaded };
}

/** Every scenario in turn. The counters are of the whole process: sign-up and login include the relay, the audit log and what else follows an event. */
export async function runScenarios(at, { seconds, concurrency, only, users: manyUsers, tell }) {
  const client = new Client(at.base);
  const users = await prepare(at, client, 20);
  const results = [];
  const wanted = !only || only.some((name) => USER_SCENARIOS.includes(name));
  const all = { ...scenarios(client, users), ...(wanted ? await userScenarios(at, { users: manyUsers, tell }) : {}) };
  for (const [name, once] of Object.entries(all).filter(([name]) => !only || only.includes(name))) {
    tell(`${name} ...`);
    results.push(await measure(client, name, once, { seconds, concurrency }));
  }
  // What the scenarios before have left to do (events, web hooks, the audit log) is done first.
  if (!only) await new Promise((resolve) => setTimeout(resolve, 5000));
  if (!only) tell("userinfo beside 200 logins ...");
  const beside = only ? undefined : await userinfoBesideLogins(client, users, { logins: 200, seconds });
  await client.pool.close();
  return { results, beside };
}
