import type { ProjectContext } from "@gatehouse/domain-project";
import { describe, expect, it } from "vitest";
import { allowedOrigin } from "./allowed-origin.js";

const ctx = (allowed_origins: string[], clients: object[] = []) =>
  ({ request: { publicOrigin: "https://auth.example.com" }, project: { config: { http: { allowed_origins }, oauth: { clients } } } }) as unknown as ProjectContext;

describe("allowedOrigin", () => {
  it("knows the own host, redirect URIs and listed origins", () => {
    const project = ctx(["www.example.com", "https://*.shop.example.com:8443"], [{ redirect_uris: ["http://app.test/cb", "com.app://host/cb"] }]);
    const asked = ["https://auth.example.com", "http://www.example.com", "https://a.shop.example.com:8443", "http://app.test", "com.app://host"];
    expect(asked.map((origin) => allowedOrigin(project, origin))).toEqual(asked.map(() => true));
  });

  it("refuses look-alikes (cross-origin theft)", () => {
    const project = ctx(["*.example.com"], [{ redirect_uris: ["http://app.test/cb"] }]);
    const asked = ["https://example.com", "https://a.b.example.com", "https://a.example.com.evil.test", "http://app.test:81", "https://app.test", "null", ""];
    expect(asked.map((origin) => allowedOrigin(project, origin))).toEqual(asked.map(() => false));
  });

  it("knows SAML service providers", () => {
    const saml = { service_providers: [{ acs_urls: ["https://sp.test/acs"], slo_callback_url: "https://slo.test/out" }] };
    const project = { request: { publicOrigin: "https://auth.example.com" }, project: { config: { http: {}, oauth: {}, saml } } } as unknown as ProjectContext;
    expect(["https://sp.test", "https://slo.test", "https://other.test"].map((origin) => allowedOrigin(project, origin))).toEqual([true, true, false]);
  });

  it("switches CORS off for a project with a malformed entry", () => {
    expect(allowedOrigin(ctx(["ex ample", "www.example.com"]), "https://www.example.com")).toBe(false);
    expect(allowedOrigin(ctx(["http://[bad", "*"]), "https://www.example.com")).toBe(false);
    expect(allowedOrigin(ctx(["*"]), "https://www.example.com")).toBe(true);
    expect(allowedOrigin(ctx(["http://[bad"], [{ redirect_uris: ["com.app://host/cb"] }]), "com.app://host")).toBe(false);
  });
});
