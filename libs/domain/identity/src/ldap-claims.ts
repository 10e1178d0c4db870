import { LDAP_STRING_ATTRIBUTES } from "./ldap-string-attributes.js";

/** An entry of a directory (spec: providers §C.2). */
export interface LdapIdentity {
  serverName: string;
  userIdAttributeName: string;
  /** base64 of the raw bytes. */
  userIdAttributeValue: string;
  lastLoginUsername: string;
  /** `dn`, and each attribute as base64 values; never `userPassword`. */
  rawEntry: Record<string, string | string[]>;
}

const PREFIX = "https://authgear.com/claims/ldap/";
const UUID_BYTES = 16;
const SHOWABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u;
/** Text by its schema; NUL stays out, for no JSON column takes it. */
const ANY_TEXT = /^[^\0]*$/u;

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** The text of UTF-8 bytes when it matches; else undefined. */
function textOf(bytes: Uint8Array, form: RegExp): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return form.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A value of an attribute as it is shown: `objectGUID` as a UUID in its stored byte order, text as text, anything else as base64 (spec: providers §C.2). */
export function showLdapValue(attribute: string, base64: string): string {
  const bytes = bytesOf(base64);
  if (attribute !== "objectGUID" || bytes.length !== UUID_BYTES) return textOf(bytes, LDAP_STRING_ATTRIBUTES.has(attribute) ? ANY_TEXT : SHOWABLE) ?? base64;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A value within a distinguished name (RFC 4514 §2.4). */
const escapeDnValue = (text: string): string => text.replace(/["+,;<>\\]/g, "\\$&").replace(/^[ #]| $/g, "\\$&");

/** What a directory entry is called: its `dn`, else `{attribute}={value}` of the attribute that identifies it (spec: providers §C.2). */
export function ldapDisplayId({ rawEntry, userIdAttributeName, userIdAttributeValue }: LdapIdentity): string {
  if (typeof rawEntry.dn === "string" && rawEntry.dn !== "") return rawEntry.dn;
  return `${userIdAttributeName}=${escapeDnValue(showLdapValue(userIdAttributeName, userIdAttributeValue))}`;
}

/** The claims of a directory entry as the Admin API and events show them (spec: providers §C.2). */
export function ldapIdentityClaims({ serverName, lastLoginUsername, userIdAttributeName, userIdAttributeValue, rawEntry }: LdapIdentity): Record<string, unknown> {
  const shown = Object.entries(rawEntry).map(([name, value]) => [name, typeof value === "string" ? value : value.map((one) => showLdapValue(name, one))]);
  return {
    [`${PREFIX}server_name`]: serverName,
    [`${PREFIX}last_login_username`]: lastLoginUsername,
    [`${PREFIX}user_id_attribute_name`]: userIdAttributeName,
    [`${PREFIX}user_id_attribute_value`]: showLdapValue(userIdAttributeName, userIdAttributeValue),
    [`${PREFIX}raw_user_id_attribute_value`]: userIdAttributeValue,
    [`${PREFIX}attributes`]: Object.fromEntries(shown),
    [`${PREFIX}raw_attributes`]: rawEntry,
  };
}
