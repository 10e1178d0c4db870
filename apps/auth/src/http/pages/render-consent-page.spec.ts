import { describe, expect, it } from "vitest";
import { pageHeaders } from "./page-headers.js";
import { renderConsentPage } from "./render-consent-page.js";

describe("renderConsentPage", () => {
  it("escapes the client's name and drops script links (hostile client settings)", () => {
    const page = renderConsentPage({ appName: "Shop", clientName: "<img src=x>", policyUri: "javascript:alert(1)", tosUri: "https://c.example/tos", scopes: ["openid", "email"] });
    expect(page).not.toContain("<img");
    expect(page).not.toContain("javascript:");
    expect(page).toContain('href="https://c.example/tos"');
    expect(page).toContain("See your email address");
    expect(page).not.toContain("postal address");
  });

  it("has no inline script or style", () => {
    expect(renderConsentPage({ appName: "Shop", clientName: "C", scopes: [] })).not.toMatch(/<script|<style|style=/);
  });
});

describe("pageHeaders", () => {
  it("forbids framing unless an origin is listed (clickjacking)", () => {
    expect(pageHeaders("n")).toMatchObject({ "x-frame-options": "DENY", "content-security-policy": expect.stringContaining("frame-ancestors 'none'") });
    const framed = pageHeaders("n", ["https://ui.example"]);
    expect(framed["x-frame-options"]).toBeUndefined();
    expect(framed["content-security-policy"]).toContain("frame-ancestors https://ui.example");
  });
});
