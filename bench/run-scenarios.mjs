import { generateKeyPairSync, randomBytes } from "node:crypto";
import { BESIDE_LOGINS, userinfoBesideLogins } from "./beside-logins.mjs";
import { CODE, callback, Client } from "./client.mjs";
import { atRate, measure } from "./measure.mjs";
import { USER_SCENARIOS, userScenarios } from "./user-scenarios.mjs";
import { SoftwareAuthenticator } from "../libs/services/webauthn/test/software-authenticator.mjs";

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

/** The demo project with its limits off: one address makes all the load. JSON is YAML too. */
const projectFile = (id, origin) =>
  JSON.stringify({
    id,
    http: { public_origin: origin },
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

async function prepare(at, client, { people, id = "demo", origin = at.base, secrets }) {
  const files = { "authgear.yaml": projectFile(id, origin), "authgear.features.yaml": features, ...(secrets ? { "authgear.secrets.yaml": JSON.stringify({ secrets }) } : {}) };
  const answer = await fetch(`${at.portal}/operator/v1/projects/${id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${at.token}`, "content-type": "application/json" },
    body: JSON.stringify({ files }),
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

/** A project that signs with ECDSA, and its people. */
async function ecdsaProject(at) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { ...privateKey.export({ format: "jwk" }), kid: "ecdsa", use: "sig", alg: "ES256", created_at: 1_700_000_000 };
  const host = `ecdsa.localhost:${new URL(at.base).port}`;
  const client = new Client(at.base, { host });
  const users = await prepare(at, client, { people: 20, id: "ecdsa", origin: `http://${host}`, secrets: [{ key: "oauth", data: { keys: [key] } }] });
  return { client, users };
}

const refresh = ({ client, users }) => {
  return (n) => client.send("POST", "/oauth2/token", { form: { grant_type: "refresh_token", client_id: "bench", refresh_token: users[n % users.length].tokens.refresh_token } });
};

function scenarios(client, users, ecdsa) {
  const pick = (n) => users[n % users.length];
  return {
    "sign-up": (n) => client.signUp(`new-${n}-${randomBytes(4).toString("hex")}@example.com`),
    login: (n) => client.logIn(pick(n).email),
    "login by code": (n) => client.logInByCode(pick(n).email),
    "login by passkey": (n) => client.logInByPasskey(pick(n).authenticator),
    refresh: refresh({ client, users }),
    "refresh (ES256)": refresh(ecdsa),
    userinfo: (n) => client.send("GET", "/oauth2/userinfo", { headers: { authorization: `Bearer ${pick(n).tokens.access_token}` } }),
    "resolve by cookie": (n) => client.send("GET", "/_resolver/resolve", { headers: { cookie: pick(n).cookie } }),
    discovery: () => client.send("GET", "/.well-known/openid-configuration"),
  };
}

/** Half of what each is to reach a second: at this rate they are measured again. */
const HALF_LOAD = { refresh: 225, "refresh (ES256)": 600, userinfo: 2000, "resolve by cookie": 2500 };

async function besideLogins(what, { concurrency, seconds, tell }) {
  // What the scenarios before have left to do (events, web hooks, the audit log) is done first.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  tell(`${BESIDE_LOGINS} ...`);
  return userinfoBesideLogins(what, { concurrency, perSecond: HALF_LOAD.userinfo, seconds });
}

/** Every scenario in turn. The counters are of the whole process: sign-up and login include the relay, the audit log and what else follows an event. */
export async function runScenarios(at, { seconds, concurrency, only, users: manyUsers, tell }) {
  const client = new Client(at.base);
  // Twice as many people as callers: nobody signs in twice at once and takes his own code away.
  const users = await prepare(at, client, { people: Math.max(20, 2 * concurrency) });
  const ecdsa = await ecdsaProject(at);
  const results = [];
  const wanted = !only || only.some((name) => USER_SCENARIOS.includes(name));
  const all = { ...scenarios(client, users, ecdsa), ...(wanted ? await userScenarios(at, { users: manyUsers, tell }) : {}) };
  for (const [name, once] of Object.entries(all).filter(([name]) => !only || only.includes(name))) {
    tell(`${name} ...`);
    const result = await measure(client, name, once, { seconds, concurrency });
    const perSecond = HALF_LOAD[name];
    results.push(perSecond ? { ...result, at_half_load: await atRate(once, { perSecond, seconds }) } : result);
  }
  const beside = !only || only.includes(BESIDE_LOGINS) ? await besideLogins({ base: at.base, users, once: all.userinfo }, { concurrency, seconds, tell }) : undefined;
  await Promise.all([client.pool.close(), ecdsa.client.pool.close()]);
  return { results, beside };
}
