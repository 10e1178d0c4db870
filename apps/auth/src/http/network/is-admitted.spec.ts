import { describe, expect, it } from "vitest";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isAdmitted } from "./is-admitted.js";

type Rule = { name?: string; action: "allow" | "deny"; source: { cidrs?: string[]; geo_location_codes?: string[] } };
const of = (ip: string, rules: Rule[] | undefined, default_action: "allow" | "deny" = "allow"): boolean =>
  isAdmitted({ project: { config: { network_protection: { ip_filter: { default_action, ...(rules ? { rules } : {}) } } } }, request: { ip } } as unknown as ProjectContext);
const deny = (...cidrs: string[]): Rule => ({ action: "deny", source: { cidrs } });
const allow = (...cidrs: string[]): Rule => ({ action: "allow", source: { cidrs } });

describe("the project's filter of addresses", () => {
  it("lets everybody in by default", () => expect([of("203.0.113.9", undefined), of("203.0.113.9", [])]).toEqual([true, true]));
  it("keeps a range out, and nobody else", () => {
    expect([of("203.0.113.9", [deny("203.0.113.0/24")]), of("203.0.114.9", [deny("203.0.113.0/24")])]).toEqual([false, true]);
    expect([of("2001:db8::5", [deny("2001:db8::/32")]), of("2001:db9::5", [deny("2001:db8::/32")])]).toEqual([false, true]);
  });
  it("goes by the order of rules, not by how narrow they are", () => {
    expect(of("203.0.113.9", [allow("203.0.113.9/32"), deny("203.0.113.0/24")])).toBe(true);
    expect(of("203.0.113.9", [deny("203.0.113.0/24"), allow("203.0.113.9/32")])).toBe(false);
  });
  it("lets in whom it names where the rest is kept out", () => {
    expect([of("203.0.113.9", [allow("203.0.113.0/24")], "deny"), of("198.51.100.1", [allow("203.0.113.0/24")], "deny"), of("198.51.100.1", [], "deny")]).toEqual([
      true,
      false,
      false,
    ]);
  });
  it("knows countries, in any case; private addresses have none", () => {
    const rule = (code: string): Rule[] => [{ action: "deny", source: { geo_location_codes: [code] } }];
    expect([of("8.8.8.8", rule("US")), of("8.8.8.8", rule("us")), of("8.8.8.8", rule("HK")), of("10.0.0.1", rule("US"))]).toEqual([false, false, true, true]);
  });
  it("a rule of an empty source matches nobody", () => expect(of("203.0.113.9", [{ action: "deny", source: {} }])).toBe(true));
  it("threat: an IPv4 address in IPv6 clothes passes a rule", () => expect(of("::ffff:203.0.113.9", [deny("203.0.113.0/24")])).toBe(false));
  it("what is no address gets the default", () => expect([of("", [deny("0.0.0.0/0")]), of("x", [allow("0.0.0.0/0")], "deny")]).toEqual([true, false]));
});
