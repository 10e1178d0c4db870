import { TemplateError } from "../template-error.js";
import { goDurationText, parseGoDuration } from "./go-duration.js";
import { formatGoTime, monthName, parseGoTime, partsOf, weekdayName, type ZonedTime } from "./go-layout.js";
import { numberOf, type TemplateFunction, type TemplateValue, textOf, TemplateObject } from "./values.js";

const NANOSECONDS = 1e6;
/** How Go writes a time without being asked for a layout. */
const PLAIN = "2006-01-02 15:04:05.999999999 -0700 MST";
/** The first moment of the year 1. */
const YEAR_ONE: ZonedTime = { ms: Date.parse("0001-01-01T00:00:00Z"), offset: 0, zone: "UTC" };

class Time extends TemplateObject {
  declare readonly value: ZonedTime;
}

/** A time as a value of templates. */
function timeValue(time: ZonedTime): TemplateObject {
  if (Number.isNaN(new Date(time.ms).getTime())) throw new TemplateError("a time is out of range");
  const parts = partsOf(time);
  const methods = new Map<string, TemplateFunction>([
    ["Format", (layout) => formatGoTime(time, textOf(layout).slice(0, 1000))],
    ["Year", () => parts.year],
    ["Month", () => monthName(parts.month)],
    ["Day", () => parts.day],
    ["Hour", () => parts.hour],
    ["Minute", () => parts.minute],
    ["Second", () => parts.second],
    ["YearDay", () => parts.yearDay],
    ["Weekday", () => weekdayName(time)],
    ["Unix", () => Math.floor(time.ms / 1000)],
    ["UnixMilli", () => time.ms],
    ["UTC", () => timeValue({ ms: time.ms, offset: 0, zone: "UTC" })],
    ["String", () => formatGoTime(time, PLAIN)],
    ["IsZero", () => time.ms === YEAR_ONE.ms],
    ["Before", (other) => time.ms < timeOf(other).ms],
    ["After", (other) => time.ms > timeOf(other).ms],
    ["Equal", (other) => time.ms === timeOf(other).ms],
    ["AddDate", (years, months, days) => timeValue(withDate(time, [years, months, days].map(numberOf)))],
  ]);
  return new Time(formatGoTime(time, PLAIN), methods, time);
}

function withDate(time: ZonedTime, [years = 0, months = 0, days = 0]: readonly number[]): ZonedTime {
  const date = new Date(time.ms + time.offset * 60_000);
  date.setUTCFullYear(date.getUTCFullYear() + years, date.getUTCMonth() + months, date.getUTCDate() + days);
  return { ...time, ms: date.getTime() - time.offset * 60_000 };
}

/** A time: of a value that is one, of seconds since 1970, or of an ISO text. Throws `TemplateError`. */
export function timeOf(value: TemplateValue): ZonedTime {
  if (value instanceof Time) return value.value;
  const ms = typeof value === "number" ? value * 1000 : Date.parse(textOf(value));
  if (Number.isNaN(new Date(ms).getTime())) throw new TemplateError("a time is needed");
  return { ms, offset: 0, zone: "UTC" };
}

function toDate(layout: TemplateValue, text: TemplateValue): TemplateObject {
  return timeValue(parseGoTime(textOf(layout), textOf(text)));
}

/** What cannot be read is the first moment of Go's calendar. */
function lenientDate(layout: TemplateValue, text: TemplateValue): TemplateObject {
  try {
    return toDate(layout, text);
  } catch {
    return timeValue(YEAR_ONE);
  }
}

const modified: TemplateFunction = (duration, value) => {
  const time = timeOf(value);
  return timeValue({ ...time, ms: time.ms + parseGoDuration(textOf(duration)) / NANOSECONDS });
};

const UNITS: readonly (readonly [string, number])[] = [
  ["y", 365 * 86_400],
  ["mo", 30 * 86_400],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** The largest unit of a duration: of a text, of nanoseconds, or since a time. */
function rounded(value: TemplateValue): string {
  const since = value instanceof Time ? (Date.now() - value.value.ms) * NANOSECONDS : undefined;
  const seconds = Math.abs(since ?? (typeof value === "number" ? value : lenientDuration(textOf(value)))) / 1e9;
  const [unit, length] = UNITS.find(([, one]) => seconds > one) ?? ["s", 0];
  return length === 0 ? "0s" : `${Math.floor(seconds / length)}${unit}`;
}

function lenientDuration(text: string): number {
  try {
    return parseGoDuration(text);
  } catch {
    return 0;
  }
}

/** Sprig's functions of times that depend on their arguments, and Authgear's own; what reads the clock by itself (`now`, `date`) is none of them. */
export const timeFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["toDate", lenientDate],
  ["mustToDate", toDate],
  ["mustDateModify", modified],
  ["must_date_modify", modified],
  ["unixEpoch", (value) => String(Math.floor(timeOf(value).ms / 1000))],
  ["ago", (value) => goDurationText(Math.round((Date.now() - timeOf(value).ms) / 1000) * 1e9)],
  ["duration", (seconds) => goDurationText(Math.trunc(numberOf(seconds)) * 1e9)],
  ["durationRound", rounded],
  ["ensureTime", (value) => timeValue(timeOf(value))],
  ["rfc3339", (value) => formatGoTime({ ...timeOf(value), offset: 0, zone: "UTC" }, "2006-01-02T15:04:05Z07:00")],
]);
