import { describe, expect, it } from "vitest";
import { isAddressAllowed } from "./index.js";

const strict = { allowLoopback: false };

describe("addresses a web hook may not reach", () => {
  it.each([
    ["loopback", "127.0.0.1"],
    ["another loopback", "127.8.9.1"],
    ["IPv6 loopback", "::1"],
    ["private 10/8", "10.1.2.3"],
    ["private 172.16/12", "172.20.0.1"],
    ["private 192.168/16", "192.168.1.1"],
    ["cloud metadata", "169.254.169.254"],
    ["IPv6 link-local", "fe80::1"],
    ["IPv6 unique local, AWS metadata", "fd00:ec2::254"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["unspecified", "0.0.0.0"],
    ["IPv6 unspecified", "::"],
    ["multicast", "224.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["mapped loopback", "::ffff:127.0.0.1"],
    ["mapped metadata in hex", "::ffff:a9fe:a9fe"],
    ["IPv4-compatible loopback", "::7f00:1"],
    ["NAT64 of loopback", "64:ff9b::7f00:1"],
    ["6to4 of a private address", "2002:a00:1::"],
    ["no address", "localhost"],
  ])("%s (%s)", (_name, address) => expect(isAddressAllowed(address, strict)).toBe(false));
});

it.each(["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])("lets the public address %s through", (address) =>
  expect(isAddressAllowed(address, strict)).toBe(true),
);

it("lets private networks through for the operator's own servers, cloud metadata still not", () => {
  const own = { allowLoopback: true, allowPrivate: true };
  expect(["10.0.0.1", "192.168.1.1", "fd00::5"].every((address) => isAddressAllowed(address, own))).toBe(true);
  expect(["169.254.169.254", "0.0.0.0", "fe80::1"].some((address) => isAddressAllowed(address, own))).toBe(false);
});

it("lets loopback, and nothing else, through in development", () => {
  const development = { allowLoopback: true };
  expect(isAddressAllowed("127.0.0.1", development)).toBe(true);
  expect(isAddressAllowed("::1", development)).toBe(true);
  expect(isAddressAllowed("10.0.0.1", development)).toBe(false);
  expect(isAddressAllowed("169.254.169.254", development)).toBe(false);
});
