import { type LoginIdRules, type LoginIdType, normaliseLoginId } from "@gatehouse/domain-identity";
import { isFormat } from "@gatehouse/platform-schema";

type Claims = Record<string, unknown>;

const isWebUrl = (text: string): boolean => /^https?:\/\/[^/?#]/i.test(text) && URL.canParse(text);
const isBirthdate = (text: string): boolean => {
  if (/^\d{4}$/.test(text)) return true;
  const [, year, month, day] = /^(\d{4}|-)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!month || !day) return false;
  const sure = !year || year === "-" || year === "0000" ? "2000" : year; // a leap year, where the year is not told
  const date = new Date(`${sure}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === `${sure}-${month}-${day}`;
};
function isZone(text: string): boolean {
  if (!text.includes("/")) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}
const any = (): boolean => true;

/** Texts that are taken as they are when they have the right form; malformed ones are dropped. */
const texts: Readonly<Record<string, (text: string) => boolean>> = {
  name: any,
  given_name: any,
  family_name: any,
  middle_name: any,
  nickname: any,
  profile: isWebUrl,
  picture: isWebUrl,
  website: isWebUrl,
  gender: any,
  birthdate: isBirthdate,
  zoneinfo: isZone,
  locale: (text) => isFormat("bcp47", text),
};
const addressMembers = ["formatted", "street_address", "locality", "region", "postal_code", "country"];

const textAt = (source: Readonly<Claims>, name: string): string | undefined => {
  const value = source[name];
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
};

const pick = (source: Readonly<Claims>, names: readonly string[], valid: (name: string, text: string) => boolean): Claims =>
  Object.fromEntries(names.map((name) => [name, textAt(source, name)] as const).filter(([name, text]) => text !== undefined && valid(name, text)));

/** A claim that names the account, in the form in which login ids are compared. Throws a plain error (500) when it must parse and does not (spec: providers §A.4). */
function loginClaim(rules: LoginIdRules, type: LoginIdType, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const value = normaliseLoginId(type, text, rules)?.value;
  if (value === undefined && type !== "username") throw new Error(`The social login provider gave a malformed ${type}.`);
  return value;
}

function flag(value: unknown): boolean | undefined {
  if (value === "true" || value === "false") return value === "true"; // Apple writes it as a text
  return typeof value === "boolean" ? value : undefined;
}

/** The standard claims among what a provider said: login claims normalised by the project's rules, empty and malformed ones dropped. Throws a plain error for an email or phone number that does not parse. */
export function normaliseClaims(rules: LoginIdRules, raw: Readonly<Claims>): Claims {
  const address = typeof raw.address === "object" && raw.address !== null ? pick(raw.address as Claims, addressMembers, any) : {};
  const claims: Claims = {
    email: loginClaim(rules, "email", textAt(raw, "email")),
    email_verified: flag(raw.email_verified),
    phone_number: loginClaim(rules, "phone", textAt(raw, "phone_number")),
    phone_number_verified: flag(raw.phone_number_verified),
    preferred_username: loginClaim(rules, "username", textAt(raw, "preferred_username")),
    ...pick(raw, Object.keys(texts), (name, text) => texts[name]?.(text) ?? false),
    address: Object.keys(address).length > 0 ? address : undefined,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
