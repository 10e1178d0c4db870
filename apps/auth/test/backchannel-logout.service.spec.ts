import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminApiMutationSetAccountValidUntilExecuted, zeroEventUser } from "@gatehouse/domain-events";
import { backchannelLogoutJob } from "@gatehouse/domain-jobs";
import { BackchannelLogoutModule, NoticeEndedSessions, SendLogoutToken } from "@gatehouse/feature-backchannel-logout";
import { deploymentName } from "@gatehouse/platform-queue";
import { type TestModule, testModule } from "@gatehouse/platform-testing";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { type AuthClient, authClient, obtainCode } from "./auth-client.js";
import { partsOf } from "./machine-project.js";

let worker: TestModule;
let receiver: Server;
let url: string;
let status = 200;
const received: string[] = [];
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

beforeAll(async () => {
  worker = await testModule([BackchannelLogoutModule]);
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push(`${request.method} ${request.headers["content-type"]} ${Buffer.concat(chunks).toString()}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/logout`;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await worker.close();
});

const project = (told = true): Promise<AuthClient> => {
  const spa = { name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] };
  const clients = [
    { ...spa, client_id: "spa", ...(told ? { backchannel_logout_uri: url } : {}) },
    { ...spa, client_id: "deaf" },
  ];
  return authClient({ config: { oauth: { clients } } });
};

async function signIn(client: AuthClient, clientId = "spa"): Promise<{ refresh_token: string; id_token: string }> {
  const { code, verifier } = await obtainCode(client, { clientId, email: "out@example.com", more: { x_sso_enabled: "true" } });
  return (
    await client.send("/oauth2/token", { form: { grant_type: "authorization_code", client_id: clientId, code, redirect_uri: "http://app.test/cb", code_verifier: verifier } })
  ).json;
}

/** Brings every event of the project to the worker. */
async function relay({ project: { db, project: own } }: AuthClient): Promise<void> {
  const rows = await db.read((tx) => tx.query("select type, context from outbox where project_id = $1", [own.id]));
  await worker.get(NoticeEndedSessions).run(
    rows.map((row, seq) => ({ value: JSON.stringify({ id: String(seq), seq, type: row.type, payload: {}, context: row.context }) })),
    quiet,
  );
}

/** Data of the jobs that wait for a project. */
async function queued({ project: { redis, env, project: own } }: AuthClient): Promise<Record<string, string>[]> {
  const keys = await redis.client.keys(`{gatehouse-jobs-${deploymentName(env.databaseUrl)}}:${backchannelLogoutJob.name}:${own.id}.*`);
  return Promise.all(keys.map(async (key) => JSON.parse((await redis.client.hget(key, "data")) as string) as Record<string, string>));
}
const left = ({ project: { db, project: own } }: AuthClient) => db.read((tx) => tx.query("select client_id, ended_at from logout_subscription where project_id = $1", [own.id]));

describe("back-channel logout", () => {
  it("tells a client that its session has ended, by a signed token that is no ID token", async () => {
    const client = await project();
    await client.signUp("out@example.com");
    const tokens = await signIn(client);
    await relay(client);
    expect(await queued(client)).toEqual([]);
    await client.send("/oauth2/revoke", { form: { token: tokens.refresh_token } });
    await relay(client);
    await relay(client);
    const [job, ...more] = await queued(client);
    expect([more, job]).toEqual([[], { project_id: client.project.project.id, session_kind: "offline_grant", session_id: tokens.refresh_token.split(".")[0], client_id: "spa" }]);
    received.splice(0);
    await worker.get(SendLogoutToken).run(job, quiet);
    await worker.get(SendLogoutToken).run(job, quiet);
    expect([received.length, received[0]?.startsWith("POST application/x-www-form-urlencoded logout_token=")]).toEqual([1, true]);
    const token = received[0]?.split("logout_token=")[1] as string;
    const issuer = client.project.project.config.http.public_origin;
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet((await client.send("/oauth2/jwks")).json), { issuer, audience: "spa", typ: "logout+jwt" });
    const { sub, sid } = partsOf(tokens.id_token).claims;
    expect([protectedHeader.alg, payload]).toEqual([
      "RS256",
      {
        iss: issuer,
        aud: ["spa"],
        sub,
        sid,
        iat: expect.any(Number),
        exp: (payload.iat as number) + 120,
        jti: expect.any(String),
        events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      },
    ]);
    expect(await left(client)).toEqual([]);
  });

  it("hears of sessions that end with the shared sign-on of another client", async () => {
    const client = await project();
    await client.signUp("out@example.com");
    await signIn(client);
    const other = await signIn(client, "deaf");
    await client.send("/oauth2/revoke", { form: { token: other.refresh_token } });
    await relay(client);
    expect((await queued(client)).map(({ client_id }) => client_id)).toEqual(["spa"]);
  });

  it("hears of sessions that end with the valid period, of which the audit event alone tells", async () => {
    const client = await project();
    await client.signUp("out@example.com");
    await signIn(client);
    const { ctx, db, project: own } = client.project;
    const { id } = (await db.read((tx) => tx.queryOne("select id from auth_user where project_id = $1", [own.id]))) as { id: string };
    await db.read((tx) => tx.query("delete from outbox where project_id = $1", [own.id]));
    const executed = adminApiMutationSetAccountValidUntilExecuted({ user: zeroEventUser(id), account_valid_until: null });
    await db.read((tx) => worker.get(EventOutbox).append(ctx, tx, [executed]));
    await relay(client);
    expect(await queued(client)).toEqual([]);
    await db.read((tx) => tx.query("delete from offline_grant where project_id = $1", [own.id]));
    await relay(client);
    expect((await queued(client)).map(({ client_id }) => client_id)).toEqual(["spa"]);
  });

  it("is found by the sweep when no event told of it, and comes again until the client takes it", async () => {
    const client = await project();
    await client.signUp("out@example.com");
    await signIn(client);
    const { db, project: own } = client.project;
    await db.read((tx) => tx.query("delete from offline_grant where project_id = $1", [own.id]));
    await worker.get(NoticeEndedSessions).sweep(new Date());
    const [job] = await queued(client);
    status = 500;
    await expect(worker.get(SendLogoutToken).run(job, quiet)).rejects.toThrow("the client answered 500");
    status = 200;
    expect((await left(client)).length).toBe(1);
    await worker.get(SendLogoutToken).run(job, quiet);
    expect(await left(client)).toEqual([]);
  });

  it("is given up after a day", async () => {
    const client = await project();
    await client.signUp("out@example.com");
    await signIn(client);
    const { db, project: own } = client.project;
    await db.read((tx) => tx.query("delete from offline_grant where project_id = $1", [own.id]));
    await worker.get(NoticeEndedSessions).sweep(new Date(Date.now() - 90_000_000));
    await worker.get(NoticeEndedSessions).sweep(new Date());
    expect(await left(client)).toEqual([]);
  });

  it("tells nothing of live sessions, whatever a job says (forged job)", async () => {
    const client = await project();
    await client.signUp("out@example.com");
    const { refresh_token } = await signIn(client);
    received.splice(0);
    const job = { project_id: client.project.project.id, session_kind: "offline_grant", session_id: refresh_token.split(".")[0], client_id: "spa" };
    await worker.get(SendLogoutToken).run(job, quiet);
    await worker.get(SendLogoutToken).run({ any: "thing" }, quiet);
    expect(received).toEqual([]);
  });

  it("is for clients with an address alone, and shows in the metadata then", async () => {
    const [on, off] = [await project(), await project(false)];
    await off.signUp("out@example.com");
    await signIn(off);
    expect(await left(off)).toEqual([]);
    const [shown, hidden] = [await on.send("/.well-known/openid-configuration"), await off.send("/.well-known/openid-configuration")];
    expect([shown.json.backchannel_logout_supported, shown.json.backchannel_logout_session_supported, hidden.json.backchannel_logout_supported]).toEqual([true, true, undefined]);
  });
});
