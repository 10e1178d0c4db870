import { isFormat } from "@gatehouse/platform-schema";
import { COUNTRY_CODES } from "./country-codes.js";

/** Days of each month; February has its leap day, for a year may be left out. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `YYYY-MM-DD`; `0000-MM-DD` or `--MM-DD` without a year; or `YYYY` alone (OpenID Connect Core §5.1; spec: user model §7.1). */
function isBirthdate(text: string): boolean {
  if (/^\d{4}$/.test(text)) return true;
  const [, year, month, day] = /^(\d{4}-|--)(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return false;
  const last = DAYS[Number(month) - 1] ?? 0;
  const leap = year === "--" || (Number.parseInt(year, 10) % 4 === 0 && (Number.parseInt(year, 10) % 100 !== 0 || Number.parseInt(year, 10) % 400 === 0));
  return Number(day) >= 1 && Number(day) <= (month === "02" && !leap ? 28 : last);
}

/** An IANA time zone with an area, in its own spelling: `Asia/Hong_Kong`. */
function isTimeZone(text: string): boolean {
  if (!/^[A-Z][\w+-]{0,40}(?:\/[A-Z][\w+-]{0,40}){1,3}$/.test(text)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions();
    return timeZone === text || timeZone.toLowerCase() !== text.toLowerCase();
  } catch {
    return false;
  }
}

/** A web address, or a stored image `authgearimages:///PROJECT/OBJECT`. */
function isPicture(text: string): boolean {
  if (/[\s\p{Cc}]/u.test(text)) return false;
  if (/^https?:\/\/[^/?#]+/i.test(text)) return URL.canParse(text);
  const path = /^authgearimages:\/\/\/([^?#]+)$/.exec(text)?.[1] ?? "";
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

/** Formats of attributes beside those of configuration files; the names are those of the causes. */
const checks: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["birthdate", isBirthdate],
  ["timezone", isTimeZone],
  ["x_picture", isPicture],
  ["iso3166-1-alpha-2", (text: string) => COUNTRY_CODES.has(text)],
]);

/** Whether a text has a format of attributes. */
export const isAttributeFormat = (format: string, text: string): boolean => checks.get(format)?.(text) ?? isFormat(format, text);
