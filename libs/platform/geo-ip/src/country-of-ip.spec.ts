import { expect, it } from "vitest";
import { countryName, countryOfIp } from "./index.js";

it.each([
  ["8.8.8.8", "US"],
  ["::ffff:8.8.8.8", "US"],
  ["2001:4860:4860::8888", "US"],
  ["133.11.0.1", "JP"],
])("knows the country of %s", (ip, code) => {
  expect(countryOfIp(ip)).toBe(code);
});

it.each(["127.0.0.1", "10.1.2.3", "192.168.0.1", "203.0.113.7", "::1", "fe80::1", "fd00::1", "169.254.169.254", "", "nonsense", undefined])("knows none of %s", (ip) => {
  expect(countryOfIp(ip)).toBeUndefined();
});

it("names countries in English", () => {
  expect([countryName("HK"), countryName("US"), countryName("ZZ"), countryName("x"), countryName(undefined)]).toEqual(["Hong Kong SAR China", "United States", "", "", ""]);
});
