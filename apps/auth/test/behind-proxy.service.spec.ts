import type { HttpService } from "@gatehouse/platform-http";
import { EnvConfig } from "@gatehouse/platform-env";
import { testPlatform } from "@gatehouse/platform-testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthService } from "../src/index.js";
import { authClient } from "./auth-client.js";

let [trusting, wary]: (HttpService | undefined)[] = [];
beforeAll(async () => {
  const { resources, env } = await testPlatform();
  trusting = await createAuthService({ ...resources, env: new EnvConfig({ ...env, trustProxy: true }) });
  wary = await createAuthService(resources);
});
afterAll(async () => {
  await trusting?.close();
  await wary?.close();
});

/** A project whose public origin is by https, and the headers that a proxy in front of it sends. */
async function project(): Promise<{ host: string; forwarded: Record<string, string> }> {
  const id = crypto.randomUUID();
  const { project } = await authClient({ config: { http: { public_origin: `https://${id}.example.com`, cookie_domain: "example.com" } } });
  const host = `${id}.example.com`;
  await project.db.read((tx) => tx.query("insert into project_domain (domain, project_id) values ($1, $2)", [host, project.project.id]));
  return { host, forwarded: { host: "auth:3000", "x-forwarded-host": host, "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9" } };
}

const get = async (service: HttpService | undefined, headers: Record<string, string>, url = "/.well-known/openid-configuration") =>
  (service as HttpService).fastify.inject({ method: "GET", url, headers });

describe("a proxy that ends TLS", () => {
  it("tells scheme and host: cookies are secure, and the project is found", async () => {
    const { host, forwarded } = await project();
    const [found, login] = [await get(trusting, forwarded), await get(trusting, { ...forwarded, "user-agent": "Chrome/126" }, "/login")];
    expect([found.statusCode, found.json().issuer]).toEqual([200, `https://${host}`]);
    expect(login.headers["set-cookie"]).toMatch(/^authgear_web_session=\w{32}; Path=\/; HttpOnly; Secure; SameSite=None$/);
  });

  it("may name the port that goes without saying (endless redirect)", async () => {
    const { host, forwarded } = await project();
    const ask = (port: string) => get(trusting, { ...forwarded, "x-forwarded-host": `${host}:${port}` });
    const [usual, other] = [await ask("443"), await ask("8443")];
    expect([usual.statusCode, other.statusCode, other.headers.location]).toEqual([200, 307, `https://${host}/.well-known/openid-configuration`]);
  });

  it.each([
    ["the project's own site", (host: string) => `https://${host}`, 400],
    ["another site", () => "https://evil.test", 200],
    ["the host that only the proxy knows", () => "http://auth:3000", 200],
  ])("that asks for another host lets forms through by what browsers call the project: %s (CSRF)", async (_name, origin, status) => {
    const { host, forwarded } = await project();
    const headers = { ...forwarded, origin: origin(host), "content-type": "application/x-www-form-urlencoded" };
    for (const url of ["/login", "/oauth2/consent?code=x"]) {
      const answer = await (trusting as HttpService).fastify.inject({ method: "POST", url, headers, payload: "x_action=nosuch" });
      expect([answer.statusCode, answer.body.includes("We could not accept this form")]).toEqual([status, status === 200]);
    }
  });

  it("that is not trusted tells nothing (host and scheme spoofing)", async () => {
    const { host, forwarded } = await project();
    expect((await get(wary, forwarded)).statusCode).toBe(404);
    const asked = await get(wary, { ...forwarded, host, "x-forwarded-host": "evil.test" });
    expect([asked.statusCode, asked.headers.location]).toEqual([307, `https://${host}/.well-known/openid-configuration`]);
  });
});
