import { isValidPhoneNumber } from "libphonenumber-js";
import { RE2JS } from "re2js";
import { parseDuration } from "./parse-duration.js";
import { readTime } from "./read-time.js";

const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?$/i;
const EMAIL = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/;
/** A part of a distinguished name (RFC 4514): attribute and value; special characters are escaped. */
const RDN = String.raw`(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)*)\s*=(?:[^,\\"<>;]|\\.)+`;
const ipv4 = (text: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);
const ipv6 = (text: string): boolean => text.includes(":") && URL.canParse(`http://[${text}]/`);

function url(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function cleanPath(text: string): boolean {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(text)?.[1] ?? "";
  return path === "" || (path.startsWith("/") && !path.includes("//") && !path.split("/").some((segment) => segment === "." || segment === ".."));
}

const origin = (text: string): boolean => /^https?:\/\/[^/?#@]+$/.test(text) && url(text) !== undefined;

function isCidr(text: string): boolean {
  const [address, bits, more] = text.split("/");
  if (!address || !bits || more !== undefined || !/^\d{1,3}$/.test(bits)) return false;
  return (ipv4(address) && Number(bits) <= 32) || (ipv6(address) && Number(bits) <= 128);
}

function isRe2(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}

function isLanguage(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text)[0] === text;
  } catch {
    return false;
  }
}

/** Balanced `{{ }}` actions: what every Go text template needs to parse. */
const isTemplate = (text: string): boolean => !text.replace(/\{\{[^{}]*\}\}/g, "").includes("{{");

function isLdapFilterTemplate(text: string): boolean {
  if (!isTemplate(text)) return false;
  const filter = text.replace(/\{\{[^{}]*\}\}/g, "user");
  let depth = 0;
  for (const character of filter) {
    if (character === "(") depth += 1;
    if (character === ")" && --depth < 0) return false;
  }
  return depth === 0 && /^\(.+\)$/.test(filter) && /[=]/.test(filter);
}

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  http_origin: origin,
  http_origin_spec: (t) => /^(?:https?:\/\/)?[^\s/?#@]+$/.test(t),
  uri: (t) => /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i.test(t) && url(t) !== undefined && cleanPath(t),
  x_hook_uri: (t) => (/^https?:\/\/[^/?#]+/.test(t) && url(t) !== undefined) || /^authgeardeno:\/\/\/[^\s]+$/.test(t),
  x_public_https_url: (t) => {
    const u = url(t);
    return (
      u?.protocol === "https:" &&
      u.username === "" &&
      u.password === "" &&
      !t.includes("#") &&
      t.length <= 2048 &&
      HOST.test(u.hostname) &&
      !ipv4(u.hostname) &&
      u.hostname.includes(".")
    );
  },
  x_duration_string: (t) => (parseDuration(t) ?? 0) > 0,
  "date-time": (t) => readTime(t) !== undefined,
  bcp47: isLanguage,
  email: (t) => EMAIL.test(t),
  "email-name-addr": (t) => EMAIL.test(t) || EMAIL.test(/^[^<>]*<([^<>]+)>$/.exec(t)?.[1] ?? ""),
  x_cidr: isCidr,
  x_re2_regex: isRe2,
  "json-pointer": (t) => /^(?:\/(?:[^~/]|~[01])*)*$/.test(t),
  x_custom_attribute_pointer: (t) => /^\/[a-z][a-z0-9_]*[a-z0-9]$/.test(t),
  x_text_template: isTemplate,
  x_x509_certificate_pem: (t) => /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/.test(t),
  google_tag_manager_container_id: (t) => t.startsWith("GTM-"),
  wechat_account_id: (t) => t.startsWith("gh_"),
  ldap_url: (t) => /^ldaps?:\/\/[^/?#@]+$/.test(t),
  ldap_dn: (t) => new RegExp(`^${RDN}(?:,\\s*${RDN})*$`, "i").test(t),
  ldap_search_filter_template: isLdapFilterTemplate,
  ldap_attribute_name: (t) => /^[a-zA-Z][a-zA-Z\d-]*$/.test(t),
  x_web3_contract_id: (t) => t.length > 0,
  x_web3_network_id: (t) => t.length > 0,
  phone: (t) => /^\+\d{4,20}$/.test(t) && isValidPhoneNumber(t),
  "iso3166-1-alpha-2": (t) => /^[A-Z]{2}$/.test(t),
};

/** Names of the formats this product knows (spec/project-configuration.md §2.4). */
export const formatNames: readonly string[] = Object.keys(checks);

/** Whether a text has a format; an unknown format name is a mistake of ours and throws. */
export function isFormat(format: string, text: string): boolean {
  const check = checks[format];
  if (!check) throw new Error(`unknown format ${format}`);
  return check(text);
}
