import { describe, expect, it } from "vitest";
import { authClient } from "./auth-client.js";

const filter = (rules: object[], default_action = "allow") => ({ config: { network_protection: { ip_filter: { default_action, rules } } } });

describe("addresses that a project keeps out", () => {
  it("get the same short answer everywhere: pages, OAuth, APIs, metadata, unknown paths", async () => {
    const client = await authClient(filter([{ name: "everybody", action: "deny", source: { cidrs: ["0.0.0.0/0", "::/0"] } }]));
    for (const url of ["/.well-known/openid-configuration", "/login", "/oauth2/authorize", "/settings", "/nosuch", "/robots.txt"]) {
      const { status, body, headers } = await client.send(url);
      expect([url, status, body, headers["content-type"]]).toEqual([url, 403, "Your IP is not allowed to access this resource\n", "text/plain; charset=utf-8"]);
    }
    expect((await client.send("/api/v1/authentication_flows", { json: { type: "login", name: "default" } })).status).toBe(403);
    expect((await client.send("/oauth2/token", { form: { grant_type: "refresh_token" } })).status).toBe(403);
    expect((await client.send("/oauth2/token", { method: "OPTIONS", headers: { origin: "http://app.test" } })).status).toBe(403);
  });

  it("are let in by a rule that comes first, and without rules", async () => {
    const { ip } = (await authClient()).project.ctx.request;
    expect(ip).not.toBe("");
    const everybody = { action: "deny", source: { cidrs: ["0.0.0.0/0", "::/0"] } };
    const client = await authClient(filter([{ action: "allow", source: { cidrs: ["0.0.0.0/1", "128.0.0.0/1", "::/0"] } }, everybody]));
    expect((await client.send("/.well-known/openid-configuration")).status).toBe(200);
    expect((await (await authClient(filter([], "deny"))).send("/login")).status).toBe(403);
  });
});

describe("crawlers", () => {
  it("are refused on every host, known or not, and no cache takes the answer for another's", async () => {
    const client = await authClient();
    const answer = await client.send("/login", { headers: { "user-agent": "GPTBot/1.0" } });
    expect([answer.status, answer.body]).toEqual([403, "Your User-Agent is not allowed to access this resource"]);
    expect(answer.headers).toMatchObject({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", pragma: "no-cache", vary: "User-Agent" });
    expect((await client.send("/login", { headers: { "user-agent": "GPTBot/1.0", host: "nosuch.example" } })).status).toBe(403);
    expect((await client.send("/resolve", { headers: { "user-agent": "GPTBot/1.0" } })).status).toBe(200);
    expect((await client.send("/login", { headers: { "user-agent": "Mozilla/5.0 Chrome/120.0" } })).status).toBe(200);
  });

  it("every answer varies by the user agent", async () => {
    const client = await authClient();
    for (const url of ["/login", "/.well-known/openid-configuration", "/nosuch", "/robots.txt"])
      expect([url, String((await client.send(url)).headers.vary)]).toEqual([url, expect.stringContaining("User-Agent")]);
  });
});
