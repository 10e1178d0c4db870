import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { describe, expect, it } from "vitest";
import { Admin } from "../support/admin.js";
import type { HttpAnswer } from "../support/http.js";
import { until } from "../support/platform.js";

const QUERY = "{ users { totalCount } }";
const now = () => Math.floor(Date.now() / 1000);
const FORBIDDEN = { status: 403, text: "Forbidden\n" };
const isPlain = ({ headers }: HttpAnswer): boolean => /^text\/plain\b/.test(headers["content-type"] ?? "");

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), use: "sig", alg: "RS256" };
}

describe("the token of the Admin API", () => {
  it("is wanted: without one, the answer is a plain Forbidden", async () => {
    const admin = await Admin.make();
    const answer = await admin.call("POST", "/graphql", { json: { query: QUERY }, headers: { authorization: "" } });
    expect(answer).toMatchObject(FORBIDDEN);
    expect(isPlain(answer)).toBe(true);
    expect((await admin.request(QUERY)).json).toEqual({ data: { users: { totalCount: 0 } } });
  });

  it("is nothing once its key is rotated out (leaked former key)", async () => {
    const admin = await Admin.make();
    const next = await newKey();
    await admin.project.publish({ secrets: [{ key: "admin-api.auth", data: { keys: [next] } }] });
    await until(async () => ((await admin.request(QUERY, {}, { key: next })).status === 200 ? true : undefined), "the new key");
    expect(await admin.request(QUERY)).toMatchObject(FORBIDDEN);
    expect(await admin.request(QUERY, {}, { key: { ...next, kid: randomUUID() } })).toMatchObject(FORBIDDEN);
  });

  it("is for one project alone (token of another tenant)", async () => {
    const [admin, other] = [await Admin.make(), await Admin.make()];
    expect(await admin.request(QUERY, {}, { claims: { aud: [other.project.id] } })).toMatchObject(FORBIDDEN);
    expect(await admin.request(QUERY, {}, { claims: { aud: undefined } })).toMatchObject(FORBIDDEN);
    expect(await admin.request(QUERY, {}, { key: other.key })).toMatchObject(FORBIDDEN);
    expect((await admin.request(QUERY, {}, { claims: { aud: [other.project.id, admin.project.id] } })).status).toBe(200);
    expect((await admin.request(QUERY, {}, { claims: { aud: admin.project.id } })).status).toBe(200);
  });

  it("may be of a clock that is off by less than five minutes", async () => {
    const admin = await Admin.make();
    const status = async (claims: object) => (await admin.request(QUERY, {}, { claims })).status;
    expect([await status({ exp: now() - 240 }), await status({ exp: now() - 360 })]).toEqual([200, 403]);
    expect([await status({ iat: now() + 240 }), await status({ iat: now() + 360 })]).toEqual([200, 403]);
    expect([await status({ nbf: now() + 240 }), await status({ nbf: now() + 360 })]).toEqual([200, 403]);
    expect(await status({ exp: undefined, iat: undefined })).toBe(200);
  });
});

describe("the address of the Admin API", () => {
  it("shows a page to explore it, to holders of a token", async () => {
    const admin = await Admin.make();
    const page = await admin.call("GET", "/graphql");
    expect([page.status, page.headers["content-type"]]).toEqual([200, expect.stringMatching(/^text\/html\b/)]);
    expect(page.text).toMatch(/<html/i);
    expect(page.headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff", "x-frame-options": "DENY" });
    expect(await admin.call("GET", "/graphql", { headers: { authorization: "" } })).toMatchObject(FORBIDDEN);
  });

  it("takes JSON or GraphQL, and nothing else", async () => {
    const admin = await Admin.make();
    const text = await admin.call("POST", "/graphql", { json: { query: QUERY }, headers: { "content-type": "text/plain" } });
    expect([text.status, isPlain(text)]).toEqual([415, true]);
    const graphql = await admin.call("POST", "/graphql", { body: QUERY, headers: { "content-type": "application/graphql" } });
    expect([graphql.status, graphql.json]).toEqual([200, { data: { users: { totalCount: 0 } } }]);
  });
});
