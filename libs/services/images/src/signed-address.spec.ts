import { describe, expect, it } from "vitest";
import { canonicalRequest, checkSignedAddress, signAddress } from "./signed-address.js";

const KEY = Buffer.from("secret");
const NOW = new Date("2026-01-02T03:04:05.678Z");
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const url = () => new URL("https://shop.example:8443/_images/shop/a%20b?x-authgear-metadata=e30");
const signed = () => signAddress(KEY, { method: "POST", url: url() }, NOW);
const reasonOf = (work: () => void): string | undefined => {
  try {
    work();
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};
const check = (address: URL, { method = "POST", now = NOW, key = KEY } = {}) => reasonOf(() => checkSignedAddress(key, { method, url: address }, now));

describe("a signed address", () => {
  it("says how it was signed, over the lines of the specification", () => {
    const address = signed();
    expect(Object.fromEntries(address.searchParams)).toEqual({
      "x-authgear-metadata": "e30",
      "x-authgear-algorithm": "HMAC-SHA256",
      "x-authgear-date": "2026-01-02T03:04:05Z",
      "x-authgear-expires": "900",
      "x-authgear-signedheaders": "host",
      "x-authgear-signature": "c69407851a2bc0d1e26c812a9689ede528aec8557adf51128af55f08aca0fc74",
    });
    expect(canonicalRequest({ method: "POST", url: address })).toBe(
      [
        "POST",
        "/_images/shop/a%20b",
        "x-authgear-algorithm=HMAC-SHA256&x-authgear-date=2026-01-02T03%3A04%3A05Z&x-authgear-expires=900&x-authgear-metadata=e30&x-authgear-signedheaders=host",
        "host:shop.example:8443",
        "",
        "host",
        "UNSIGNED-PAYLOAD",
      ].join("\n"),
    );
  });

  it("is good for 15 minutes, in any order of its parameters", () => {
    const address = signed();
    const turned = new URL(address);
    turned.search = [...address.searchParams]
      .reverse()
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    expect([check(address), check(turned), check(address, { now: at(899) }), check(address, { now: at(900) })]).toEqual([undefined, undefined, undefined, "ExpiredSignature"]);
  });

  it.each([
    ["path", (address: URL) => Object.assign(address, { pathname: "/_images/other/a%20b" })],
    ["host", (address: URL) => Object.assign(address, { host: "evil.example" })],
    ["metadata", (address: URL) => address.searchParams.set("x-authgear-metadata", "e31")],
    ["lifetime", (address: URL) => address.searchParams.set("x-authgear-expires", "90000")],
    ["date", (address: URL) => address.searchParams.set("x-authgear-date", "2027-01-02T03:04:05Z")],
    ["signature", (address: URL) => address.searchParams.set("x-authgear-signature", "0".repeat(64))],
    ["query by one more parameter", (address: URL) => address.searchParams.set("a", "b")],
  ])("is refused when somebody alters its %s", (_what, alter) => {
    const address = signed();
    alter(address);
    expect(check(address)).toBe("InvalidSignature");
  });

  it("is refused for another method, and when it was signed with another project's key", () => {
    expect([check(signed(), { method: "PUT" }), check(signed(), { key: Buffer.from("other") })]).toEqual(["InvalidSignature", "InvalidSignature"]);
  });

  it.each([
    ["algorithm", "none"],
    ["algorithm", undefined],
    ["date", "yesterday"],
    ["date", "2026-13-45T00:00:00Z"],
    ["date", undefined],
    ["expires", "-1"],
    ["expires", "1e9"],
    ["expires", undefined],
    ["signedheaders", "host;cookie"],
    ["signedheaders", undefined],
    ["signature", "xyz"],
    ["signature", undefined],
  ])("cannot be read with the %s %s", (name, value) => {
    const address = signed();
    if (value === undefined) address.searchParams.delete(`x-authgear-${name}`);
    else address.searchParams.set(`x-authgear-${name}`, value);
    expect(check(address)).toBe("InvalidSignatureQueryParam");
  });

  it("cannot be read with a parameter twice, or when it is endless", () => {
    const twice = signed();
    twice.searchParams.append("x-authgear-date", "2026-01-02T03:04:05Z");
    const long = signed();
    long.searchParams.set("a", "b".repeat(5000));
    expect([check(twice), check(long)]).toEqual(["InvalidSignatureQueryParam", "InvalidSignatureQueryParam"]);
  });
});
