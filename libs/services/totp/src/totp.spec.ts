import type { ProjectContext } from "@gatehouse/domain-project";
import { describe, expect, it } from "vitest";
import { Totp } from "./totp.js";

/** "12345678901234567890", the secret of RFC 6238 appendix B. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const at = (seconds: number): ProjectContext => ({ now: () => new Date(seconds * 1000), request: { publicOrigin: "https://acme.example:3000" } }) as never;
const totp = new Totp();

describe("Totp", () => {
  it("makes secrets of 160 bits in base32 without padding, each another", () => {
    const made = Array.from({ length: 20 }, () => totp.newSecret());
    for (const secret of made) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(made).size).toBe(20);
  });

  it.each([
    [59, "287082"],
    [1111111109, "081804"],
    [1111111111, "050471"],
    [1234567890, "005924"],
    [2000000000, "279037"],
    [20000000000, "353130"],
  ])("agrees with RFC 6238 at %d", (seconds, code) => {
    expect(totp.verify(at(seconds), { secret: SECRET, code })).toBe(true);
  });

  it.each([
    [-31, false],
    [-30, true],
    [0, true],
    [29, true],
    [59, true],
    [60, false],
  ])("accepts one step of skew: %d seconds from the start of the code's step", (offset, valid) => {
    const startOfStep = 1111111110;
    expect(totp.verify(at(startOfStep + offset), { secret: SECRET, code: "050471" })).toBe(valid);
  });

  it("takes secrets of other products: short, lower case, padded", () => {
    const code = "050471";
    expect(totp.verify(at(1111111111), { secret: `${SECRET.toLowerCase()}====`, code })).toBe(true);
    expect(totp.verify(at(59), { secret: "JBSWY3DPEHPK3PXP", code: "996554" })).toBe(true);
  });

  it.each(["", "05047", "0504711", "05047a", " 050471", "0 5 0471", "٠٥٠٤٧١"])("refuses what is no code: %j", (code) => {
    expect(totp.verify(at(1111111111), { secret: SECRET, code })).toBe(false);
  });

  it.each(["", "1", "not base32!", "A"])("refuses every code of a broken secret: %j", (secret) => {
    expect(totp.verify(at(1111111111), { secret, code: "050471" })).toBe(false);
  });

  it("names issuer, account and parameters in the URI", () => {
    const uri = new URL(totp.uri(at(0), { secret: SECRET, accountName: "a+b@example.com" }));
    expect([uri.protocol, uri.host]).toEqual(["otpauth:", "totp"]);
    expect(decodeURIComponent(uri.pathname)).toBe("/https://acme.example:3000:a+b@example.com");
    expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: SECRET, issuer: "https://acme.example:3000", algorithm: "SHA1", digits: "6", period: "30" });
  });
});
