import { parsePhoneNumberFromString } from "libphonenumber-js";
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

const fold = (text: string): string => text.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");

/** A login id in the form it is stored and looked up, or undefined when it does not parse (spec: user model §4.3). */
export function normaliseLoginId(type: LoginIdType, input: string, rules: LoginIdRules): NormalisedLoginId | undefined {
  const text = input.trim();
  if (text === "") return undefined;
  if (type === "email") return normaliseEmail(text, rules.email);
  if (type === "phone") return normalisePhone(text);
  if (/[\s\p{Cc}\p{Cf}]/u.test(text)) return undefined;
  const nfkc = text.normalize("NFKC");
  const value = rules.username.case_sensitive ? nfkc : fold(nfkc);
  return { value, uniqueKey: value };
}

const LOCAL = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;

function normaliseEmail(text: string, rules: LoginIdRules["email"]): NormalisedLoginId | undefined {
  const at = text.lastIndexOf("@");
  const [rawLocal, rawDomain] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || !LOCAL.test(rawLocal) || !/^[^\s.@:/?#[\]\\%]+(?:\.[^\s.@:/?#[\]\\%]+)*$/u.test(rawDomain)) return undefined;
  const domain = fold(rawDomain.normalize("NFC"));
  if (!URL.canParse(`http://${domain}`)) return undefined;
  const nfkc = rawLocal.normalize("NFKC");
  const cased = rules.case_sensitive ? nfkc : fold(nfkc);
  const local = rules.ignore_dot_sign ? cased.replaceAll(".", "") : cased;
  return { value: `${local}@${domain}`, uniqueKey: `${local}@${new URL(`http://${domain}`).hostname}` };
}

function normalisePhone(text: string): NormalisedLoginId | undefined {
  if (!/^\+[0-9 -]*$/.test(text)) return undefined;
  const phone = parsePhoneNumberFromString(text);
  if (!phone?.isPossible()) return undefined;
  return { value: phone.number, uniqueKey: phone.number };
}

/** ISO 3166-1 alpha-2 region of an E.164 number, if it is known. */
export function phoneRegion(e164: string): string | undefined {
  return parsePhoneNumberFromString(e164)?.country;
}

/** An address as it may be shown: half of the local part, half of the national number (spec: authentication flow §6.7). */
export function maskLoginId(type: LoginIdType, value: string): string {
  const half = (text: string) => `${text.slice(0, Math.floor(text.length / 2))}${"*".repeat(text.length - Math.floor(text.length / 2))}`;
  if (type === "email") return `${half(value.slice(0, value.lastIndexOf("@")))}${value.slice(value.lastIndexOf("@"))}`;
  if (type === "username") return value;
  const phone = parsePhoneNumberFromString(value);
  return phone ? `+${phone.countryCallingCode}${half(phone.nationalNumber)}` : half(value);
}
