import { parsePhoneNumberFromString, type PhoneNumber } from "libphonenumber-js/max";
import { foldNormalised } from "./fold-case.js";
import type { LoginIdType } from "./identity.js";

/** What the rules of normalisation depend on (`identity.login_id.types`). */
export interface LoginIdRules {
  email: { case_sensitive?: boolean; ignore_dot_sign?: boolean };
  username: { case_sensitive?: boolean };
}

/** A login id in the forms it is shown and compared. */
export interface NormalisedLoginId {
  /** What claims and lookups show. */
  value: string;
  /** What is unique in the project. */
  uniqueKey: string;
}

/** Longer texts are no login id, whatever `max_length` says. Characters. */
const LONGEST = 4096;
/** Characters that nobody sees or that break a line: two names that differ in these alone look the same. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** A login id in the form it is stored and looked up, or undefined when it does not parse (spec: user model §4.3). Normalising the value again changes nothing. */
export function normaliseLoginId(type: LoginIdType, input: string, rules: LoginIdRules): NormalisedLoginId | undefined {
  const text = input.trim();
  if (text === "" || text.length > LONGEST) return undefined;
  if (type === "email") return normaliseEmail(text, rules.email);
  if (type === "phone") return normalisePhone(text);
  if (INVISIBLE.test(text)) return undefined;
  const value = rules.username.case_sensitive ? text.normalize("NFKC") : foldNormalised(text, "NFKC");
  return INVISIBLE.test(value) ? undefined : { value, uniqueKey: value };
}

const LOCAL = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^[^\s.@:/?#[\]\\%]+(?:\.[^\s.@:/?#[\]\\%]+)*$/u;

function normaliseEmail(text: string, rules: LoginIdRules["email"]): NormalisedLoginId | undefined {
  const at = text.lastIndexOf("@");
  if (at < 1 || INVISIBLE.test(text)) return undefined;
  const nfkc = text.slice(0, at).normalize("NFKC");
  const cased = rules.case_sensitive ? nfkc : foldNormalised(nfkc, "NFKC");
  const domain = foldNormalised(text.slice(at + 1), "NFC");
  const ascii = asciiDomain(domain);
  if (ascii === undefined || !LOCAL.test(cased) || INVISIBLE.test(cased)) return undefined;
  const local = rules.ignore_dot_sign ? cased.replaceAll(".", "") : cased;
  return { value: `${local}@${domain}`, uniqueKey: `${local}@${ascii}` };
}

/** Punycode of a domain; undefined when it is none. A domain of digits stays as it is, though a browser would take it for an address. */
export function asciiDomain(domain: string): string | undefined {
  if (!DOMAIN.test(domain) || !URL.canParse(`http://${domain}`)) return undefined;
  return /^[!-~]+$/.test(domain) ? domain : new URL(`http://${domain}`).hostname;
}

/** A number in international form that is possible where it belongs, as the person may type it: `+`, digits, spaces, hyphens (spec: user model §4.2). */
export function parsePhone(text: string): PhoneNumber | undefined {
  if (!/^ *\+[0-9 -]*$/.test(text)) return undefined;
  const phone = parsePhoneNumberFromString(text);
  // Zeros after a country code may be taken for a prefix, and more of them the next time: what reads as another number is none.
  return phone?.isPossible() && parsePhoneNumberFromString(phone.number)?.number === phone.number ? phone : undefined;
}

function normalisePhone(text: string): NormalisedLoginId | undefined {
  const phone = parsePhone(text);
  return phone && { value: phone.number, uniqueKey: phone.number };
}

/** ISO 3166-1 alpha-2 region of an E.164 number, if it is known. */
export function phoneRegion(e164: string): string | undefined {
  return parsePhoneNumberFromString(e164)?.country;
}

/** An address as it may be shown: half of the local part, half of the national number (spec: authentication flow §6.7). */
export function maskLoginId(type: LoginIdType, value: string): string {
  const half = (text: string) => `${text.slice(0, Math.floor(text.length / 2))}${"*".repeat(text.length - Math.floor(text.length / 2))}`;
  const at = value.lastIndexOf("@");
  if (type === "email") return at < 0 ? half(value) : `${half(value.slice(0, at))}${value.slice(at)}`;
  if (type === "username") return value;
  const phone = parsePhoneNumberFromString(value);
  return phone ? `+${phone.countryCallingCode}${half(phone.nationalNumber)}` : half(value);
}
