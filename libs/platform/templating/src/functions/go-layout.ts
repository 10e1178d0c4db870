import { RE2JS } from "re2js";
import { TemplateError } from "../template-error.js";

/** A moment, and the zone it is told in. */
export interface ZonedTime {
  /** Milliseconds since 1970. */
  ms: number;
  /** Minutes east of UTC. */
  offset: number;
  /** Name of the zone; empty where only the offset is known. */
  zone: string;
}

/** Parts of a moment in its zone. */
interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Elements of Go's layouts, longer ones before what they begin with (Go, package time, constants). */
const ELEMENTS =
  /January|Jan|Monday|Mon|MST|2006|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|[.,]0+(?![0-9])|[.,]9+(?![0-9])|__2|002|_2(?!006)|01|02|03|04|05|06|15|PM|pm|1|2|3|4|5/g;

const two = (value: number): string => String(value).padStart(2, "0");
const shifted = ({ ms, offset }: ZonedTime): Date => new Date(ms + offset * 60_000);

/** The name of a month, 1 to 12. */
export const monthName = (month: number): string => MONTHS[month - 1] as string;
/** The name of the day of the week. */
export const weekdayName = (time: ZonedTime): string => DAYS[shifted(time).getUTCDay()] as string;

/** The parts of a moment in its zone. */
export function partsOf(time: ZonedTime): Parts & { yearDay: number } {
  const date = shifted(time);
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ms: date.getUTCMilliseconds(),
    yearDay: Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1,
  };
}

function offsetText(offset: number, { colon, seconds, short }: { colon: boolean; seconds: boolean; short: boolean }): string {
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const separator = colon ? ":" : "";
  return `${offset < 0 ? "-" : "+"}${two(hours)}${short ? "" : separator + two(minutes)}${seconds ? `${separator}00` : ""}`;
}

function zoneText(element: string, offset: number): string {
  if (element.startsWith("Z") && offset === 0) return "Z";
  const shape = element.slice(1);
  return offsetText(offset, { colon: shape.includes(":"), seconds: shape.replaceAll(":", "").length === 6, short: shape === "07" });
}

function fraction(element: string, ms: number): string {
  const digits = String(ms)
    .padStart(3, "0")
    .padEnd(element.length - 1, "0")
    .slice(0, element.length - 1);
  if (element[1] === "0") return element.charAt(0) + digits;
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "" : element.charAt(0) + kept;
}

const WRITERS: Readonly<Record<string, (time: ZonedTime, parts: Parts & { yearDay: number }) => string>> = {
  January: (_time, { month }) => monthName(month),
  Jan: (_time, { month }) => monthName(month).slice(0, 3),
  Monday: weekdayName,
  Mon: (time) => weekdayName(time).slice(0, 3),
  MST: ({ zone, offset }) => zone || offsetText(offset, { colon: false, seconds: false, short: offset % 60 === 0 }),
  "2006": (_time, { year }) => String(year).padStart(4, "0"),
  "06": (_time, { year }) => two(year % 100),
  "01": (_time, { month }) => two(month),
  "1": (_time, { month }) => String(month),
  "02": (_time, { day }) => two(day),
  _2: (_time, { day }) => String(day).padStart(2, " "),
  "2": (_time, { day }) => String(day),
  "002": (_time, { yearDay }) => String(yearDay).padStart(3, "0"),
  __2: (_time, { yearDay }) => String(yearDay).padStart(3, " "),
  "15": (_time, { hour }) => two(hour),
  "03": (_time, { hour }) => two(hour % 12 || 12),
  "3": (_time, { hour }) => String(hour % 12 || 12),
  "04": (_time, { minute }) => two(minute),
  "4": (_time, { minute }) => String(minute),
  "05": (_time, { second }) => two(second),
  "5": (_time, { second }) => String(second),
  PM: (_time, { hour }) => (hour >= 12 ? "PM" : "AM"),
  pm: (_time, { hour }) => (hour >= 12 ? "pm" : "am"),
};

/** Writes a moment by a layout of Go. */
export function formatGoTime(time: ZonedTime, layout: string): string {
  const parts = partsOf(time);
  return layout.replace(ELEMENTS, (element) => {
    if (/^[Z-]/.test(element)) return zoneText(element, time.offset);
    return /^[.,]/.test(element) ? fraction(element, parts.ms) : (WRITERS[element]?.(time, parts) ?? element);
  });
}

type Read = Partial<Parts> & { offset?: number; zone?: string; afternoon?: boolean; yearDay?: number };

const named = (names: readonly string[], set: (read: Read, index: number) => void, short = false): [string, (read: Read, text: string) => void] => {
  const shown = short ? names.map((name) => name.slice(0, 3)) : names;
  return [
    `(${shown.join("|")})`,
    (read, text) =>
      set(
        read,
        shown.findIndex((name) => name.toLowerCase() === text.toLowerCase()),
      ),
  ];
};
const number = (digits: string, set: (read: Read, value: number) => void): [string, (read: Read, text: string) => void] => [digits, (read, text) => set(read, Number(text))];
const ONE_OR_TWO = "(\\d{1,2})";

/** What an element is in a text, and what it tells. */
const READERS: Readonly<Record<string, [string, (read: Read, text: string) => void]>> = {
  January: named(MONTHS, (read, index) => (read.month = index + 1)),
  Jan: named(MONTHS, (read, index) => (read.month = index + 1), true),
  Monday: named(DAYS, () => undefined),
  Mon: named(DAYS, () => undefined, true),
  MST: ["([A-Z]{3,5}|[+-]\\d{2})", (read, text) => (read.zone = text)],
  "2006": number("(\\d{4})", (read, value) => (read.year = value)),
  "06": number("(\\d{2})", (read, value) => (read.year = value + (value >= 69 ? 1900 : 2000))),
  "01": number("(\\d{2})", (read, value) => (read.month = value)),
  "1": number(ONE_OR_TWO, (read, value) => (read.month = value)),
  "02": number("(\\d{2})", (read, value) => (read.day = value)),
  _2: number(" ?(\\d{1,2})", (read, value) => (read.day = value)),
  "2": number(ONE_OR_TWO, (read, value) => (read.day = value)),
  "002": number("(\\d{3})", (read, value) => (read.yearDay = value)),
  __2: number(" {0,2}(\\d{1,3})", (read, value) => (read.yearDay = value)),
  "15": number(ONE_OR_TWO, (read, value) => (read.hour = value)),
  "03": number("(\\d{2})", (read, value) => (read.hour = value)),
  "3": number(ONE_OR_TWO, (read, value) => (read.hour = value)),
  "04": number("(\\d{2})", (read, value) => (read.minute = value)),
  "4": number(ONE_OR_TWO, (read, value) => (read.minute = value)),
  "05": number("(\\d{2})", (read, value) => (read.second = value)),
  "5": number(ONE_OR_TWO, (read, value) => (read.second = value)),
  PM: ["(AM|PM)", (read, text) => (read.afternoon = text.toUpperCase() === "PM")],
  pm: ["(am|pm)", (read, text) => (read.afternoon = text.toUpperCase() === "PM")],
};

function zoneReader(element: string): [string, (read: Read, text: string) => void] {
  const separator = element.includes(":") ? ":" : "";
  const shape = `[+-]\\d{2}${element.replace(/\D/g, "").length > 2 ? `${separator}\\d{2}` : ""}${element.replace(/\D/g, "").length > 4 ? `${separator}\\d{2}` : ""}`;
  return [
    element.startsWith("Z") ? `(Z|${shape})` : `(${shape})`,
    (read, text) => {
      const [hours = 0, minutes = 0] = text === "Z" ? [] : (text.match(/\d{2}/g) ?? []).map(Number);
      read.offset = (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
      if (text === "Z") read.zone = "UTC";
    },
  ];
}

function readerOf(element: string): [string, (read: Read, text: string) => void] {
  if (/^[Z-]/.test(element)) return zoneReader(element);
  if (/^[.,]/.test(element))
    return [element[1] === "0" ? `[.,](\\d{${element.length - 1}})` : "(?:[.,](\\d+))?", (read, text) => (read.ms = Math.floor(Number(`0.${text || 0}`) * 1000))];
  return READERS[element] as [string, (read: Read, text: string) => void];
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Reads a text by a layout of Go; what the layout leaves out is the first of January of the year 0, at midnight UTC. Throws `TemplateError`. */
export function parseGoTime(layout: string, text: string): ZonedTime {
  if (layout.length > 200 || text.length > 200) throw new TemplateError("a time is too long");
  const readers: ((read: Read, text: string) => void)[] = [];
  let pattern = "";
  let at = 0;
  for (const match of layout.matchAll(ELEMENTS)) {
    const [shape, set] = readerOf(match[0]);
    pattern += escaped(layout.slice(at, match.index)) + shape;
    readers.push(set);
    at = match.index + match[0].length;
    // Seconds may have a fraction that the layout does not name.
    const fractionFollows = /^[.,][09]/.test(layout.slice(at));
    if ((match[0] === "05" || match[0] === "5") && !fractionFollows) {
      const [more, setMore] = readerOf(".9");
      pattern += more;
      readers.push(setMore);
    }
  }
  // RE2 takes linear time, however many digits may belong to either of two elements.
  const found = RE2JS.compile(pattern + escaped(layout.slice(at)), RE2JS.CASE_INSENSITIVE).matcher(text);
  if (!found.matches()) throw new TemplateError("a time cannot be read by its layout");
  const read: Read = {};
  for (const [index, set] of readers.entries()) set(read, found.group(index + 1) ?? "");
  return timeOf(read);
}

function timeOf({ year = 0, month, day, hour = 0, minute = 0, second = 0, ms = 0, offset = 0, zone, afternoon, yearDay }: Read): ZonedTime {
  const clock = afternoon === undefined ? hour : (hour % 12) + (afternoon ? 12 : 0);
  const date = new Date(0);
  date.setUTCFullYear(year, yearDay === undefined ? (month ?? 1) - 1 : 0, yearDay ?? day ?? 1);
  const isDay = yearDay === undefined ? date.getUTCMonth() + 1 === (month ?? 1) && date.getUTCDate() === (day ?? 1) : date.getUTCFullYear() === year && yearDay > 0;
  if (!isDay || clock > 23 || minute > 59 || second > 59) throw new TemplateError("a time is out of range");
  date.setUTCHours(clock, minute, second, ms);
  return { ms: date.getTime() - offset * 60_000, offset, zone: zone ?? (offset === 0 ? "UTC" : "") };
}
