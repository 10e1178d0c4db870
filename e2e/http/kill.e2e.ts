import { randomBytes } from "node:crypto";
import pg from "pg";
import { stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment, sleep } from "../support/deployment.js";
import { runFlow, signUpInputs } from "../support/flow.js";
import { newProjectId, operator, until } from "../support/platform.js";
import { WebhookReceiver } from "../support/webhook-receiver.js";

const { E2E_BASE = "", E2E_POSTGRES_PORT = "", E2E_REDIS_URL = "" } = process.env;
const first = Number(new URL(E2E_BASE).port) + 20;
const ports = { auth: first, portal: first + 1, hooks: first + 2 };
const authOrigin = `http://localhost:${ports.auth}`;

describe("kill -9 under load", () => {
  const projectId = newProjectId();
  const token = randomBytes(16).toString("hex");
  let deployment: Deployment<"auth" | "portal" | "hooks">;
  let receiver: WebhookReceiver;
  let db: pg.Client;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    const server = `postgres://postgres:gatehouse@127.0.0.1:${E2E_POSTGRES_PORT}`;
    const admin = new pg.Client({ connectionString: `${server}/postgres` });
    await admin.connect();
    await admin.query("create database killed");
    await admin.end();
    deployment = new Deployment(
      { auth: { service: "auth", port: ports.auth }, portal: { service: "portal", port: ports.portal }, hooks: { service: "hooks", port: ports.hooks } },
      {
        DATABASE_URL: `${server}/killed`,
        REDIS_URL: E2E_REDIS_URL,
        DEV_MODE: "true",
        LOG_LEVEL: "error",
        GATEHOUSE_DEFAULT_PROJECT: projectId,
        GATEHOUSE_OPERATOR_TOKEN: token,
        GATEHOUSE_PUBLIC_PORT: String(ports.auth),
        AUTHGEAR_ENDPOINT: `http://accounts.localhost:${ports.auth}`,
      },
    );
    await deployment.command("migrate", "up");
    await Promise.all([deployment.start("portal"), deployment.start("hooks")]);
    const off = { enabled: false };
    const config = {
      id: projectId,
      http: { public_origin: authOrigin },
      identity: { login_id: { keys: [{ type: "email" }] } },
      authentication: { identities: ["login_id"], primary_authenticators: ["password"], rate_limits: { signup: { per_ip: off }, account_enumeration: { per_ip: off } } },
      authentication_flow: { rate_limits: { per_ip: off } },
      verification: { claims: { email: { enabled: true, required: false } } },
      hook: { non_blocking_handlers: [{ events: ["user.created"], url: `${receiver.url}/tell` }] },
    };
    await operator("PUT", `projects/${projectId}`, { files: { "authgear.yaml": stringify(config) } }, { portal: `http://127.0.0.1:${ports.portal}`, token });
    await deployment.start("auth");
    db = new pg.Client({ connectionString: `${server}/killed` });
    await db.connect();
  });
  afterAll(async () => {
    await deployment?.stop();
    await db?.end();
    receiver?.close();
  });

  it("loses no acknowledged user, session or event, and every web hook arrives", async () => {
    const acknowledged: { email: string; session: string }[] = [];
    let stop = false;
    const worker = async (lane: number) => {
      for (let i = 0; !stop; i += 1) {
        const email = `k${lane}-${i}@example.com`;
        try {
          const { cookies } = await runFlow(authOrigin, "signup", signUpInputs(email, "correct horse"));
          const session = cookies.find((cookie) => cookie.startsWith("session="))?.split(";")[0] ?? "";
          acknowledged.push({ email, session });
        } catch {
          await sleep(50); // the process is down: what was not acknowledged does not count
        }
      }
    };
    const load = Array.from({ length: 6 }, (_, lane) => worker(lane));
    const more = async (users: number) => {
      const wanted = acknowledged.length + users;
      await until(async () => (acknowledged.length >= wanted ? true : undefined), `${users} more users`, 60);
    };
    await more(20);
    await deployment.kill("auth");
    await deployment.start("auth");
    await more(20);
    await deployment.kill("hooks");
    await more(20);
    await Promise.all([deployment.kill("auth"), deployment.start("hooks")]);
    await deployment.start("auth");
    await more(20);
    stop = true;
    await Promise.all(load);

    const emails = acknowledged.map(({ email }) => email);
    const { rows: users } = await db.query("select login_id from identity where project_id = $1 and login_id = any($2)", [projectId, emails]);
    expect(users).toHaveLength(acknowledged.length);
    for (const { session } of acknowledged.filter((_, index) => index % 5 === 0)) {
      const resolved = await fetch(`${authOrigin}/_resolver/resolve`, { headers: { cookie: session } });
      expect(resolved.headers.get("x-authgear-session-valid")).toBe("true");
    }
    const missing = () => {
      const told = new Set(receiver.events.map(({ payload }) => payload.user.standard_attributes.email));
      return emails.filter((email) => !told.has(email));
    };
    // What a killed worker had in hand is free again after its lease of 90 seconds.
    await until(async () => (missing().length === 0 ? true : undefined), "every web hook", 220).catch(() => undefined);
    expect(missing()).toEqual([]);
    const unlogged = async () => {
      const { rows } = await db.query(
        "select data #>> '{payload,user,standard_attributes,email}' as email from audit_log where project_id = $1 and activity_type like 'user.created%'",
        [projectId],
      );
      const seen = new Set(rows.map(({ email }) => email as string));
      return emails.filter((email) => !seen.has(email));
    };
    await until(async () => ((await unlogged()).length === 0 ? true : undefined), "every line of the audit log", 220).catch(() => undefined);
    expect(await unlogged()).toEqual([]);
  });
});
