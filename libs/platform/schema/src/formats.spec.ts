import { describe, expect, it } from "vitest";
import { formatNames, isFormat } from "./formats.js";

/** Texts each format accepts and refuses. */
const samples: Record<string, { yes: string[]; no: string[] }> = {
  http_origin: { yes: ["https://a.example", "http://localhost:3000"], no: ["https://a.example/", "ftp://a.example", "https://u@a.example", "https://a.example?x", "a.example"] },
  http_origin_spec: { yes: ["a.example", "a.example:8080", "https://a.example", "*.example.com", "http://*.example.com"], no: ["", "https://a.example/x"] },
  uri: {
    yes: ["https://a.example/cb", "com.example.app://callback", "http://a.example?x=1"],
    no: ["/cb", "mailto:a@b.example", "https://a.example/x/../y", "https://a.example//x"],
  },
  x_hook_uri: { yes: ["https://a.example/hook", "authgeardeno:///deno/a.ts"], no: ["authgeardeno://deno/a.ts", "ftp://a.example"] },
  x_public_https_url: {
    yes: ["https://a.example/logo.png?x=1"],
    no: ["http://a.example", "https://127.0.0.1", "https://[::1]/", "https://u:p@a.example", "https://a.example#x", `https://a.example/${"x".repeat(3000)}`],
  },
  x_duration_string: { yes: ["5m", "1h30m", "300s", "1.5h"], no: ["0s", "5", "-5m", "5 m", ""] },
  "date-time": {
    yes: ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123+08:00", "2024-02-29t00:00:00z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"],
    no: ["2026-01-02", "2026-13-02T03:04:05Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"],
  },
  bcp47: { yes: ["en", "zh-HK", "es-419"], no: ["EN", "zh_HK", "x"] },
  email: { yes: ["a@b.example"], no: ["a", "A <a@b.example>", "a@b@c"] },
  "email-name-addr": { yes: ["a@b.example", "Shop <a@b.example>"], no: ["Shop", "Shop <a>"] },
  x_cidr: { yes: ["10.0.0.0/8", "::1/128"], no: ["10.0.0.0", "10.0.0.0/33", "300.0.0.0/8", "::1/129", "10.0.0.0/8/8"] },
  x_re2_regex: { yes: ["^a+$"], no: ["(?=a)", "("] },
  "json-pointer": { yes: ["", "/a/b~0c"], no: ["a", "/~2"] },
  x_custom_attribute_pointer: { yes: ["/hobby", "/a1"], no: ["/a", "/Hobby", "/a_", "/a/b", "hobby"] },
  x_text_template: { yes: ["hello {{.Name}}"], no: ["hello {{.Name"] },
  x_x509_certificate_pem: { yes: ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"], no: ["AAAA", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"] },
  google_tag_manager_container_id: { yes: ["GTM-1"], no: ["UA-1"] },
  wechat_account_id: { yes: ["gh_1"], no: ["wx1"] },
  ldap_url: { yes: ["ldap://l.example", "ldaps://l.example:636"], no: ["https://l.example", "ldap://l.example/dc=a", "ldap://u@l.example"] },
  ldap_dn: { yes: ["dc=example,dc=org", "cn=Doe\\, Jane,ou=People,dc=example", "2.5.4.3=x"], no: ["example", "dc=", "dc=a,b"] },
  ldap_search_filter_template: { yes: ["(uid={{.Username}})", "(&(objectClass=person)(uid={{.Username}}))"], no: ["uid={{.Username}}", "(uid={{.Username}}", "(uid)"] },
  ldap_attribute_name: { yes: ["uid", "x-1"], no: ["1x", "a_b"] },
  x_web3_contract_id: { yes: ["ethereum:0x1@1"], no: [""] },
  x_web3_network_id: { yes: ["ethereum:0x0@1"], no: [""] },
  phone: { yes: ["+85298765432"], no: ["98765432", "+999", "+1 (202) 555-0100"] },
  "iso3166-1-alpha-2": { yes: ["HK"], no: ["hk", "HKG"] },
};

describe("formats", () => {
  it("are all sampled here", () => {
    expect(Object.keys(samples).sort()).toEqual([...formatNames].sort());
  });
  for (const [format, { yes, no }] of Object.entries(samples)) {
    it.each(yes)(`${format} accepts %j`, (text) => expect(isFormat(format, text)).toBe(true));
    it.each(no)(`${format} refuses %j`, (text) => expect(isFormat(format, text)).toBe(false));
  }
  it("an unknown name is our mistake", () => {
    expect(() => isFormat("nope", "x")).toThrow("unknown format nope");
  });
});
