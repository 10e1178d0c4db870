import { TemplateError } from "../template-error.js";

/** Nanoseconds of Go's units. */
const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Nanoseconds of a text such as `1h30m` or `-1.5s`. Throws `TemplateError` (Go, package time, ParseDuration). */
export function parseGoDuration(text: string): number {
  const [, sign, rest = ""] = /^([+-]?)(.*)$/.exec(text) ?? [];
  if (rest === "0") return 0;
  if (rest.length > 100 || !new RegExp(`^(?:${PART.source})+$`).test(rest)) throw new TemplateError("a duration cannot be read");
  const total = [...rest.matchAll(PART)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit as string] as number), 0);
  return Math.round(sign === "-" ? -total : total);
}

const trimmed = (value: number): string => value.toFixed(9).replace(/\.?0+$/, "");

/** A duration of nanoseconds as Go writes it: `1h0m5s`, `1.5s`, `20ms`. */
export function goDurationText(nanoseconds: number): string {
  const total = Math.abs(Math.trunc(nanoseconds));
  const sign = nanoseconds < 0 ? "-" : "";
  if (total === 0) return "0s";
  if (total < 1e3) return `${sign}${total}ns`;
  if (total < 1e6) return `${sign}${trimmed(total / 1e3)}µs`;
  if (total < 1e9) return `${sign}${trimmed(total / 1e6)}ms`;
  const [hours, minutes] = [Math.floor(total / 3600e9), Math.floor(total / 60e9) % 60];
  const seconds = trimmed((total % 60e9) / 1e9);
  return `${sign}${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}
