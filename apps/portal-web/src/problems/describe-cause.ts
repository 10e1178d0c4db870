import type { Cause } from "../api/shapes.js";

type Details = Record<string, unknown>;

const sentences: Readonly<Record<string, (details: Details) => string>> = {
  "": () => "This key is not known here.",
  required: (d) => `Missing: ${list(d.missing)}.`,
  type: (d) => `Must be ${list(d.expected, " or ")}, but is ${list(d.actual, " or ")}.`,
  enum: (d) => `Must be one of ${list(d.expected)}, but is ${show(d.actual)}.`,
  const: (d) => `Must be ${show(d.expected)}.`,
  minimum: (d) => `Must be at least ${show(d.minimum)}.`,
  maximum: (d) => `Must be at most ${show(d.maximum)}.`,
  minLength: (d) => `Must have at least ${show(d.expected)} characters.`,
  maxLength: (d) => `Must have at most ${show(d.expected)} characters.`,
  minItems: (d) => `Must have at least ${show(d.expected)} entries.`,
  maxItems: (d) => `Must have at most ${show(d.expected)} entries.`,
  pattern: (d) => `Must match ${show(d.expected)}.`,
  format: (d) => `Is not a valid ${show(d.format)}${d.error ? `: ${show(d.error)}` : ""}.`,
  uniqueItems: () => "Has the same entry twice.",
  duplicated: () => "Is used twice.",
  general: (d) => sentence(show(d.msg)),
  noPrimaryAuthenticator: (d) => `The identity ${show(d.identity_type)} has no primary authenticator.`,
  noSecondaryAuthenticator: (d) => `Secondary authentication is ${show(d.secondary_authentication_mode)}, but no secondary authenticator is set.`,
  YAMLSyntax: (d) => sentence(show(d.msg ?? d.error ?? "This is not valid YAML")),
};

/** One sentence for a cause, without its location. */
export function describeCause(cause: Cause): string {
  const details = cause.details ?? {};
  const known = sentences[cause.kind];
  if (known) return known(details);
  if (typeof details.msg === "string") return sentence(details.msg);
  return Object.keys(details).length > 0 ? `${cause.kind}: ${JSON.stringify(details)}` : `Check failed: ${cause.kind}.`;
}

/** The location as a person reads it: `/oauth/clients/0` becomes `oauth › clients › 0`. */
export function describeLocation(location: string): string {
  const keys = pointerKeys(location);
  return keys.length === 0 ? "whole file" : keys.join(" › ");
}

/** Splits a JSON pointer and undoes its escapes (RFC 6901 section 4). */
export function pointerKeys(location: string): string[] {
  return location
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function list(value: unknown, separator = ", "): string {
  return Array.isArray(value) ? value.map(show).join(separator) : show(value);
}

function show(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "nothing" : JSON.stringify(value);
}

function sentence(text: string): string {
  const full = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(full) ? full : `${full}.`;
}
