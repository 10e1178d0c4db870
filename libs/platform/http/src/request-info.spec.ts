import { describe, expect, it } from "vitest";
import { requestInfo } from "./request-info.js";

const raw = (headers: Record<string, string>) => ({ id: "r", method: "GET", url: "/x?y=1", headers, remoteAddress: "::ffff:10.1.2.3", encrypted: false });

describe("requestInfo", () => {
  it("ignores forwarding headers of an untrusted peer (spoofed host and address)", () => {
    const info = requestInfo(raw({ host: "a.example:3000", "x-forwarded-host": "evil.example", "x-forwarded-for": "1.1.1.1", "x-forwarded-proto": "https" }), false);
    expect(info).toMatchObject({ hostname: "a.example", ip: "10.1.2.3", url: "http://a.example:3000/x?y=1" });
  });

  it("believes them behind a trusted proxy", () => {
    const info = requestInfo(raw({ host: "inner", "x-forwarded-host": "a.example, b", "x-forwarded-for": "[2001:db8::1]:443, 9.9.9.9", "x-forwarded-proto": "https" }), true);
    expect(info).toMatchObject({ hostname: "a.example", ip: "2001:db8::1", publicOrigin: "https://a.example" });
  });

  it("reads the scheme in capitals too (RFC 3986 §3.1)", () => {
    expect(requestInfo(raw({ host: "a.example", "x-forwarded-proto": "HTTPS" }), true).publicOrigin).toBe("https://a.example");
  });

  it("reads the host in capitals too (RFC 9110 §4.2.3)", () => {
    expect(requestInfo(raw({ host: "A.Example:3000" }), false)).toMatchObject({ hostname: "a.example", publicOrigin: "http://a.example:3000" });
  });

  it("notes the page a request comes from, cut where it is endless", () => {
    expect([requestInfo(raw({}), false), requestInfo(raw({ referer: "https://a.example/x" }), false).referer]).toEqual([
      expect.not.objectContaining({ referer: expect.anything() }),
      "https://a.example/x",
    ]);
    expect(requestInfo(raw({ referer: `https://a.example/${"x".repeat(5000)}` }), false).referer).toHaveLength(2048);
  });

  it("orders languages by weight and drops what is not a language tag", () => {
    expect(requestInfo(raw({ "accept-language": "en;q=0.5, zh-HK, <script>, fr;q=0.9" }), false).locales).toEqual(["zh-HK", "fr", "en"]);
  });
});
